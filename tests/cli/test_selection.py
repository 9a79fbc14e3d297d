"""The filters of ``tasks`` on every action: what they select, what is asked before, what is refused."""

import re
from datetime import UTC, datetime

import pytest

from qplan.cli.selection import Selection
from qplan.core.workflow import VERBS
from qplan.plan.rules_models import View

OFFICE = ("--actor", "wang@zlb")


@pytest.fixture
def started(ledger, qplan):
    """The plan on Monday 2025-03-03, nothing accepted yet."""
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    return qplan


def ids(qplan, *filters):
    return [item["id"] for item in qplan("tasks", "-f", "json", *filters).json["items"]]


def changed(answer):
    assert answer.code == 0, answer.err
    return [line.split()[2] for line in answer.out.splitlines()]


@pytest.mark.parametrize("verb", [*VERBS, "update", "urge", "tasks"])
def test_every_action_takes_the_filters(qplan, verb) -> None:
    page = qplan(verb, "--help").out
    for option in (
        "--dept",
        "--column",
        "--under",
        "--search",
        "--overdue",
        "--unconfirmed",
        "--stale",
        "--where",
        "--pace",
    ):
        assert option in page, option
    for name in ("status", "support", "leader", "owner"):  # an option of the action's own may have the name
        assert re.search(rf"--{name} (?!.*(?:person|charge)\.)|--where-{name}", page), name


def test_a_department_accepts_all_its_tasks_in_one_batch_and_one_undo_reverts_it(started) -> None:
    own = ids(started, "--dept", "jxkj")
    assert changed(started("accept", "--dept", "jxkj", "--actor", "li@jxkj", "--yes")) == own
    assert set(ids(started, "--status", "active")) == set(own)
    assert started("undo", "--yes", "--actor", "li@jxkj").code == 0
    assert ids(started, "--status", "active") == []


def test_more_than_three_are_listed_before_the_question(started) -> None:
    refused = started("accept", "--dept", "jxkj", "--actor", "li@jxkj")
    assert refused.code == 2 and "--yes" in refused.err
    for item in started("tasks", "-f", "json", "--dept", "jxkj").json["items"]:
        assert f"{item['id']} {item['title']} (" in refused.err
    named = started("accept", "T2.1.1", "T2.1.2", "C1.4", "C2.3", "--actor", "li@jxkj")
    assert named.code == 2 and "C1.4 推进绵阳科创大市场建设" in named.err
    assert ids(started, "--status", "active") == []
    assert len(changed(started("accept", "--dept", "jxkj", "--dry-run"))) == len(
        ids(started, "--dept", "jxkj")
    )


def test_an_action_is_about_the_selected_tasks_that_it_is_open_for(started) -> None:
    assert started("accept", "T2.1.1", "T2.1.2", "C1.4").code == 0
    claim = ("--evidence", "文〔2025〕1号", "--actor", "li@zlb")
    assert started("submit", "T2.1.1", "C1.4", *claim).code == 0
    assert changed(started("approve", "--dept", "jxkj", "--yes", *OFFICE)) == ["C1.4", "T2.1.1"]
    assert changed(started("reopen", "--under", "T2.1", "--reason", "复查", *OFFICE)) == ["T2.1.1"]
    assert changed(started("report", "--under", "T2.1", "--note", "在建", *OFFICE, "--yes")) == ids(
        started, "--under", "T2.1"
    )
    assert changed(
        started("update", "--search", "体系", "--under", "T2.1", "--progress", "20", "--yes")
    ) == ids(started, "--search", "体系", "--under", "T2.1")


def test_extensions_are_granted_where_they_were_asked_for(started) -> None:
    assert started("accept", "--dept", "jxkj", "--yes").code == 0
    assert started("extend", "C1.4", "--to", "2026-03-31", "--reason", "招标", "--actor", "li@jxkj").code == 0
    assert changed(started("extend", "--dept", "jxkj", "--yes", *OFFICE)) == ["C1.4"]
    nothing = started("extend", "--dept", "jxkj", "--refuse", "--reason", "不同意", *OFFICE)
    assert nothing.code == 0 and "select no task" in nothing.err


def test_an_option_of_the_action_comes_before_the_filter_of_its_name(started) -> None:
    assert changed(started("assign", "--under", "T2.1", "--owner", "张三", "--yes", *OFFICE)) == ids(
        started, "--under", "T2.1"
    )
    assert {i["owner"] for i in started("tasks", "-f", "json", "--under", "T2.1").json["items"]} == {"张三"}


def test_urge_takes_filters_alone_and_with_due(started) -> None:
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    late = ids(started, "--dept", "jxkj", "--overdue")
    assert changed(started("urge", "--dept", "jxkj", "--overdue", "--yes")) == late
    rest = changed(started("urge", "--due", "--column", "3", "--yes"))
    assert rest and all(ident.startswith("C3.") for ident in rest)


def test_urge_leaves_out_what_is_not_due_and_says_so(started) -> None:
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    late = ids(started, "--dept", "jxkj", "--overdue")
    assert changed(started("urge", late[0])) == late[:1]
    rest = started("urge", "--dept", "jxkj", "--overdue", "--yes")
    assert changed(rest) == late[1:] and "not due yet" in rest.err and late[0] in rest.err
    again = started("urge", "--dept", "jxkj", "--overdue", "--yes")
    assert again.code == 0 and again.out == "" and "select no task" in again.err
    assert f"qplan notice {late[0]} --out" in started("urge", late[0]).err
    assert changed(started("urge", "--dept", "jxkj", "--overdue", "--level", "urge", "--yes")) == late


def test_after_a_killed_urge_the_papers_can_be_had(started, tmp_path) -> None:
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    changed(started("urge", "--due", "--yes"))
    again = started("urge", "--due", "--yes", "--out", str(tmp_path / "papers"))
    assert again.code == 0 and "qplan notice --overdue --out" in again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("accept",), "Give their ids, or filters"),
        (("accept", "T2.1.1", "--dept", "jxkj"), "not both"),
        (("accept", "--dept", "nobody"), "nobody"),
        (("accept", "--support"), "--support goes with --dept"),
        (("accept", "--column", "99"), "no column 99"),
        (("accept", "--dept", ""), "empty"),
        (("update", "--from", "-", "--dept", "jxkj"), "--from takes everything"),
        (("update", "--dept", "jxkj"), "Nothing to update"),
    ],
)
def test_what_selects_nothing_clear_is_refused(started, words, said) -> None:
    answer = started(*words)
    assert answer.code == 2 and said in answer.err


def test_who_may_not_take_a_step_reads_why(started) -> None:
    refused = started("approve", "--dept", "jxkj", "--actor", "li@jxkj")
    assert refused.code == 0 and "select no task" in refused.err
    refused = started("confirm", "--under", "T2.1", "--actor", "li@jxkj", "--yes")
    assert refused.code == 1 and "for office" in refused.err


def test_a_selection_knows_whether_any_filter_is_given() -> None:
    assert not Selection().given and not Selection(dept=[]).given
    assert Selection(stale="").given and Selection(overdue=True).given and Selection(dept=["a"]).given


def test_a_filter_whose_name_the_action_uses_itself_has_a_name_of_its_own(started) -> None:
    assert started("accept", "T2.1.1", "C1.4", "--owner", "李工", "--actor", "li@jxkj").code == 0
    answer = started(
        "update", "--dept", "jxkj", "--where-status", "active", "--progress", "9", "--actor", "li@jxkj"
    )
    assert changed(answer) == ["C1.4", "T2.1.1"]
    answer = started(
        "report", "--where-owner", "李工", "--owner", "王工", "--note", "换人", "--actor", "li@jxkj"
    )
    assert changed(answer) == ["C1.4", "T2.1.1"]
    assert ids(started, "--owner", "王工") == ["C1.4", "T2.1.1"]
    answer = started("assign", "--where-owner", "王工", "--support", "fgj", "--reason", "新分工", "--yes")
    assert changed(answer) == ["C1.4", "T2.1.1"]


def test_a_request_with_filters_writes_once_and_its_retry_answers_the_same(started) -> None:
    words = ("accept", "--dept", "jxkj", "--request-id", "monday", "--actor", "li@jxkj", "--yes")
    own = ids(started, "--dept", "jxkj")
    first = started(*words)
    assert changed(first) == own
    assert started("report", "C1.4", "--progress", "30", "--actor", "li@jxkj").code == 0
    entries = started("log", "-f", "json").json["ledger"]["seq"]
    again = started(*words)
    assert changed(again) == own and again.out.split()[1] == first.out.split()[1]
    assert started("log", "-f", "json").json["ledger"]["seq"] == entries
    other = started("accept", "--dept", "nync", "--request-id", "monday", "--actor", "wu@nync", "--yes")
    assert other.code == 1 and "was used for another command" in other.err


def test_what_is_due_is_urged_once_a_request(started) -> None:
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    words = ("urge", "--due", "--request-id", "monday", "--yes", *OFFICE)
    first = started(*words)
    assert len(changed(first)) > 3
    assert changed(started(*words)) == changed(first)


def test_tasks_are_listed_by_their_pace(started) -> None:
    assert started("report", "C1.4", "T2.1.1", "--progress", "99", "--note", "快", *OFFICE).code == 0
    started.at(datetime(2025, 12, 1, 1, 0, tzinfo=UTC))
    totals = started("summary", "-f", "json").json["totals"]
    for code, number in totals["pace"].items():
        assert len(ids(started, "--pace", code)) == number, code
    assert ids(started, "--pace", "ahead") == [] and set(ids(started, "--pace", "达进度")) == {
        "C1.4",
        "T2.1.1",
    }
    assert sum(float(share) for share in totals["pace_shares"].values()) == pytest.approx(100, abs=0.3)
    assert ids(started, "--pace", "other") == ids(started, "--pace", "none")
    assert (
        started("summary", "--pace", "behind", "-f", "json").json["totals"]["total"]
        == totals["pace"]["behind"]
    )
    refused = started("tasks", "--pace", "slow")
    assert refused.code == 2 and "behind" in refused.err
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    assert started("overdue", "--pace", "behind", "-f", "json").json["items"]
    assert started("overdue", "--pace", "on", "-f", "json").json["items"] == []


@pytest.fixture
def various(started):
    """The plan on Monday 2026-01-05, with tasks that each filter tells from the others."""
    lead = ("--actor", "li@jxkj")
    for words in (
        ("accept", "T2.1.1", "C1.4", "--owner", "李工", *lead),
        ("assign", "T2.1.1", "--leader", "张区长", *OFFICE),
        ("confirm", "T2.1.1", "--yes", *OFFICE),
        ("block", "C1.4", "--difficulty", "选址", "--needs", "协调", *lead),
        ("extend", "T2.1.1", "--to", "2026-06-30", "--reason", "招标", *lead),
        ("extend", "T2.1.1", "--yes", *OFFICE),
    ):
        assert started(*words).code == 0, words
    started.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    assert started("report", "T2.1.1", "--progress", "99", "--note", "完工", *lead).code == 0
    return started


#: Each filter -> how it is given so that it selects some tasks of :func:`various`, but not all.
NARROWING = {
    "dept": ("--dept", "jxkj"),
    "support": ("--dept", "jxkj", "--support"),
    "status": ("--status", "blocked"),
    "light": ("--light", "red"),
    "pace": ("--pace", "behind"),
    "column": ("--column", "1"),
    "under": ("--under", "T2"),
    "due_before": ("--due-before", "2026-06-30"),
    "due_within": ("--due-within", "200"),
    "overdue": ("--overdue",),
    "stale": ("--stale", "30"),
    "unconfirmed": ("--unconfirmed",),
    "search": ("--search", "标准"),
    "leader": ("--leader", "张区长"),
    "owner": ("--owner", "李工"),
}
#: What the bundled plan has nothing of.
ELSEWHERE = {"own_where": "tests/cli/test_own_columns.py"}


def test_each_filter_is_tried_here():
    missing = set(Selection._fields) - NARROWING.keys() - ELSEWHERE.keys()
    assert not missing, f"tests/cli/test_selection.py: NARROWING lacks {missing}"


@pytest.mark.parametrize("name", NARROWING)
def test_each_filter_selects_with_and_without_a_limit(various, name) -> None:
    every, some = ids(various), ids(various, *NARROWING[name])
    assert some, f"tests/cli/test_selection.py: --{name} selects none in NARROWING; various prepares tasks"
    assert set(some) < set(every), (
        f"--{name} selects all: cli/selection.py (query_of) or service/queries.py (_matches) leaves it out, or various prepares no task"
    )
    assert ids(various, *NARROWING[name], "--limit", "2") == some[:2], (
        f"--{name} with --limit: service/queries.py, _is_decided takes it for the database's"
    )


def test_a_named_view_can_have_each_filter() -> None:
    filters = {{"own_where": "where"}.get(name, name) for name in Selection._fields}
    keys = set(View.model_fields) - {"name", "columns", "sort", "limit", "place"}
    assert keys == filters, "plan/rules_models.py: the keys of View are the filters of cli/selection.py"
