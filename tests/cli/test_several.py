"""Several ledgers read by one command, side by side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = {"towns": "quotas-over-towns", "problems": "rectifications", "open-data": "english-action-plan"}
DAY = ("--as-of", "2026-05-01")


@pytest.fixture
def ledgers(qplan, tmp_path) -> Path:
    """A folder with three ledgers, and files that are none."""
    folder = tmp_path / "ledgers"
    folder.mkdir()
    for name, example in NAMES.items():
        assert qplan("load", str(EXAMPLES / example), "--ledger", str(folder / f"{name}.db")).code == 0
    (folder / "notes.txt").write_text("nothing", "utf-8")
    (folder / "other.db").write_bytes(b"SQLite format 3\0" + bytes(200))
    return folder


def plans(answer) -> list[str]:
    return list(dict.fromkeys(item["plan"] for item in answer.json["items"]))


def test_a_folder_a_pattern_and_the_option_given_twice_read_several(qplan, ledgers):
    whole = qplan("tasks", "--ledger", ledgers, "--format", "json")
    assert plans(whole) == ["example-open-data-2025", "example-rectifications-2026", "example-quotas-2025"]
    assert [one["plan"] for one in whole.json["ledgers"]] == plans(whole)
    some = qplan("tasks", "--ledger", ledgers / "[p-t]*.db", "--format", "json")
    assert plans(some) == plans(whole)[1:]
    two = qplan(
        "tasks", "--ledger", ledgers / "towns.db", "--ledger", ledgers / "problems.db", "--format", "json"
    )
    assert plans(two) == ["example-quotas-2025", "example-rectifications-2026"]
    one = qplan("tasks", "--ledger", ledgers / "towns.db", "--format", "json")
    of_towns = [item for item in two.json["items"] if item["plan"] == "example-quotas-2025"]
    assert [{key: item[key] for key in item if key != "plan"} for item in of_towns] == one.json["items"]
    assert len(two.json["items"]) > len(one.json["items"]) and "plan" not in one.json["items"][0]


def test_the_copy_that_an_upgrade_kept_is_no_further_ledger(qplan, ledgers):
    towns = ledgers / "towns.db"
    (ledgers / "towns.db.20260501T020000Z.schema-7").write_bytes(towns.read_bytes())
    whole = qplan("tasks", "--ledger", ledgers, "--format", "json")
    assert len(whole.json["ledgers"]) == len(NAMES)


@pytest.mark.parametrize(
    "words",
    [("tasks",), ("overdue", *DAY), ("overdue", "--by", "dept", *DAY), ("summary",), ("weekly", *DAY), ("milestones",),
     ("indicators",), ("depts",), ("log",), ("changes",), ("score", "--year", "2026"), ("calendar",), ("export",),
     ("dashboard",), ()],
    ids=lambda words: " ".join(words) or "alone",
)  # fmt: skip
def test_every_list_has_the_plan_as_a_column(qplan, ledgers, words, tmp_path):
    for number, form in enumerate(("table", "json", "csv", "html")):
        name = tmp_path / f"list-{number}.txt"
        answer = qplan(*words, "--ledger", ledgers, "--format", form, "--out", name)
        assert answer.code == 0, answer.err
        text = name.read_text("utf-8")
        assert "example-open-data-2025" in text or "Open Data Action Plan 2025" in text


def test_weekly_lists_of_several_plans_go_to_a_folder_and_are_replaced(qplan, ledgers, tmp_path):
    folder = tmp_path / "out"
    for _time in range(2):
        answer = qplan("weekly", "--ledger", ledgers, "--week", "2026-W17", *DAY, "--out", f"{folder}/")
        assert answer.code == 0, answer.err
    assert {path.name for path in folder.iterdir()} == {
        f"weekly-2026-W17-plans.{form}" for form in ("docx", "xlsx", "html", "json", "ics")
    }


def test_a_ledger_without_the_department_is_left_out_with_a_notice(qplan, ledgers):
    answer = qplan("tasks", "--ledger", ledgers, "--dept", "parks", "--format", "json")
    assert plans(answer) == ["example-open-data-2025"] and answer.err.count("Left out") == 2
    answer = qplan("tasks", "--ledger", ledgers, "--dept", "nowhere")
    assert answer.code == 2 and "nowhere" in answer.err


def test_what_is_overdue_in_any_of_them_gives_the_exit_number(qplan, ledgers):
    assert qplan("overdue", "--ledger", ledgers, "--exit-code", *DAY).code == 5


@pytest.mark.parametrize(
    "words",
    [
        ("accept", "T1"),
        ("update", "T1", "--progress", "5"),
        ("undo",),
        ("verify",),
        ("notice", "T1"),
        ("load",),
    ],
)
def test_what_does_not_only_list_takes_one_ledger(qplan, ledgers, words):
    before = [path.read_bytes() for path in sorted(ledgers.iterdir())]
    answer = qplan(*words, "--ledger", ledgers / "towns.db", "--ledger", ledgers / "problems.db")
    assert answer.code == 2 and "takes one ledger" in answer.err
    assert [path.read_bytes() for path in sorted(ledgers.iterdir())] == before


def test_a_folder_without_ledgers_and_a_journal_of_several_are_refused(qplan, ledgers, tmp_path):
    (tmp_path / "empty").mkdir()
    assert qplan("tasks", "--ledger", tmp_path / "empty").code == 2
    assert qplan("tasks", "--ledger", tmp_path / "no*.db").code == 2
    assert qplan("export", "--journal", "--ledger", ledgers).code == 2


def test_the_option_after_the_command_overrides_the_one_before(qplan, ledgers):
    answer = qplan(
        "--ledger", ledgers / "towns.db", "tasks", "--ledger", ledgers / "problems.db", "--format", "json"
    )
    assert answer.code == 0 and "plan" not in answer.json["items"][0]
    assert answer.json["ledger"]["seq"] > 0 and "ledgers" not in answer.json


def test_the_dashboard_of_several_plans_has_the_charts_of_each(qplan, ledgers):
    page = qplan("dashboard", "--ledger", ledgers, "--format", "html").out
    alone = [
        qplan("dashboard", "--ledger", ledgers / f"{name}.db", "--format", "html").out.count("<svg")
        for name in NAMES
    ]
    assert page.count("<svg") == sum(alone) > 0
    for title in qplan("tasks", "--ledger", ledgers, "--format", "json").json["ledgers"]:
        _before, _heading, charts = page.partition(f'<h3 class="plan">{title["title"]}</h3>')
        assert charts.index("Tasks by light") < charts.index("Deadlines and milestones by quarter")


def test_the_charts_of_small_plans_count_in_whole_numbers(qplan, ledgers):
    page = qplan("dashboard", "--ledger", ledgers / "problems.db", "--format", "html").out
    assert "<svg" in page and not re.search(r"<text[^>]*>0\.\d", page)


def test_titles_count_the_rows_of_all_plans(qplan, ledgers):
    page = qplan("weekly", "--ledger", ledgers, "--week", "2026-W17", *DAY, "--lang", "zh").out
    single = [
        len(qplan("overdue", "--ledger", ledgers / f"{name}.db", *DAY, "--format", "json").json["items"])
        for name in NAMES
    ]
    late = len(
        qplan("weekly", "--ledger", ledgers, "--week", "2026-W17", *DAY, "--format", "json").json["overdue"]
    )
    assert late <= sum(single) and min(single) != max(single)
    assert f"逾期事项（{late}）" in page
