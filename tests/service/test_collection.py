"""What the rows of forms become: steps of a department, each once, or conflicts and faults with their cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger import plans
from qplan.core.events import changes_in
from qplan.core.model import Actor
from qplan.errors import BadInput
from qplan.ledger import create
from qplan.service import actions, collection
from qplan.service.actions import WriteContext
from qplan.service.collection import CONFLICT, FAULTY, NOTHING, TAKEN, FormFile
from qplan.service.form_layout import Mark
from qplan.service.form_reading import FilledForm, FilledRow

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = date(2025, 3, 3)


def order(actor: Actor = OFFICE, **more) -> WriteContext:
    return WriteContext(actor, "2025-03-03T01:00:00Z", DAY, DAY)._replace(**more)


@pytest.fixture
def ledger():
    with create.in_memory(plans.RECORDED) as made:
        plans.fill(made)
        yield made


class Form:
    """A form of a department, written when it is made; rows are added as people fill them in."""

    def __init__(self, ledger, dept: str = "scjg", reporter: str = "") -> None:
        self.ledger, self.dept, self.reporter = ledger, dept, reporter
        self.mark = Mark(ledger.head().ledger, ledger.head().seq, dept)
        self.versions = {
            one.id: one.version for one in (*ledger.tasks(), *ledger.milestones(), *ledger.indicators())
        }
        self.rows: list[FilledRow] = []

    def row(self, ident: str, kind: str = "task", **values) -> Form:
        number = len(self.rows) + 5
        cells = {
            key: f"S!{key}{number}"
            for key in ("id", *values, "evidence", "status", "year", "value", "source")
        }
        self.rows.append(FilledRow(kind, ident, self.versions[ident], values, cells))
        return self

    def file(self) -> FormFile:
        form = FilledForm(Path(f"{self.dept}.xlsx"), self.mark, self.reporter, tuple(self.rows), ())
        evidence = {row.values["evidence"]: None for row in self.rows if "evidence" in row.values}
        held = {task.evidence: None for task in self.ledger.tasks() if task.evidence}
        return FormFile(form.path, form, evidence | held)


def collect(ledger, *forms: Form, **more):
    return collection.collect(ledger, [form.file() for form in forms], order(**more))


def only(ledger, form: Form):
    """The state of a form, and the cell, the values and the sentence of each fault."""
    (outcome,) = collect(ledger, form)
    return outcome.state, [(one.cell, one.form, one.ledger, one.what) for one in outcome.faults]


def kinds(ledger, since: int) -> list[tuple[str, str]]:
    return [(event.subject, event.kind.partition(".")[2]) for event in ledger.events() if event.seq > since]


def test_each_row_takes_the_steps_it_means_in_one_command(ledger) -> None:
    """A report on a task that nobody has accepted accepts it first."""
    form, since = Form(ledger), ledger.head().seq
    form.row("T1.1", note="开工").row("T1.2", status="active").row(
        "T1.3", status="submitted", evidence="文1号", progress=90
    )
    (outcome,) = collect(ledger, form)
    assert (outcome.state, outcome.rows, len(outcome.receipts)) == (TAKEN, 3, 5)
    assert kinds(ledger, since) == [
        ("T1.1", "accept"), ("T1.1", "report"), ("T1.2", "accept"), ("T1.3", "accept"), ("T1.3", "submit"),
    ]  # fmt: skip
    assert {changes_in(one).get("request") for one in ledger.events() if one.seq > since} == {f"#{since + 1}"}
    assert [ledger.task(f"T1.{n}").status for n in (1, 2, 3)] == ["active", "active", "submitted"]


@pytest.mark.parametrize(("dry_run", "state"), [(False, TAKEN), (True, FAULTY)])
def test_a_supporting_part_that_waits_for_the_lead_is_tried_again(ledger, dry_run, state) -> None:
    """Whichever form comes first; a dry run writes nothing that it could wait for."""
    supports, leads = (
        Form(ledger, "fgj").row("T1.1", note="资金已拨付"),
        Form(ledger).row("T1.1", note="开工"),
    )
    outcomes = collect(ledger, supports, leads, dry_run=dry_run)
    assert [(one.dept, one.state) for one in outcomes] == [("fgj", state), ("scjg", TAKEN)]
    alone = Form(ledger, "fgj").row("T1.2", note="资金已拨付")
    assert [one.state for one in collect(ledger, alone, dry_run=dry_run)] == [FAULTY]


@pytest.mark.parametrize(
    ("reporter", "name"),
    [
        ("王  8112", "王 8112"),
        ("王@科室", "王 科室"),
        ("", "市场监管局"),
        ("王\x07", "市场监管局"),
        ("王" * 60, "王" * 60),
        ("王" * 61, "王" * 60),
    ],
)
def test_entries_are_made_under_the_name_of_who_filled_in_the_form(ledger, reporter, name) -> None:
    """Shortened; the department's where nobody is named."""
    (outcome,) = collect(ledger, Form(ledger, reporter=reporter).row("T1.1", note="开工"))
    assert ledger.event(outcome.receipts[0].seq).actor == f"{name}@scjg"


def test_a_form_of_another_ledger_or_of_an_unknown_department_is_refused(ledger) -> None:
    foreign, unknown = Form(ledger), Form(ledger, "gone")
    foreign.mark = foreign.mark._replace(ledger="another")
    for form, said in ((foreign, "of another ledger (another)"), (unknown, "no department gone")):
        (outcome,) = collect(ledger, form)
        assert (outcome.state, outcome.rows) == (FAULTY, 0) and said in outcome.faults[0].what


def test_a_file_that_could_not_be_read_is_a_fault_of_the_whole_file(ledger) -> None:
    (outcome,) = collection.collect(
        ledger, [FormFile(Path("f.pdf"), None, fault=BadInput("no form"))], order()
    )
    assert (outcome.state, outcome.rows, outcome.dept) == (FAULTY, 0, "")
    assert [(one.cell, one.what) for one in outcome.faults] == [("", "no form")]


def test_an_application_for_closing_needs_evidence_which_the_ledger_may_have(ledger) -> None:
    actions.take(ledger, ["T1.1", "T1.2"], "accept", {}, order(LEAD))
    actions.take(ledger, ["T1.2"], "report", {"evidence": "文1号"}, order(LEAD))
    state, faults = only(ledger, Form(ledger).row("T1.1", status="submitted").row("T1.2", status="submitted"))
    assert (state, [fault[0] for fault in faults]) == (FAULTY, ["S!evidence5"])
    assert only(ledger, Form(ledger).row("T1.2", status="submitted")) == (TAKEN, [])
    assert ledger.task("T1.2").evidence == "文1号"


def test_none_is_no_report_unless_it_ends_what_the_ledger_has(ledger) -> None:
    assert only(ledger, Form(ledger).row("T1.1", difficulty="无", needs="/", evidence="无"))[0] == NOTHING
    actions.take(ledger, ["T1.1"], "accept", {"difficulty": "缺人"}, order(LEAD))
    assert only(ledger, Form(ledger).row("T1.1", difficulty="无", needs="/"))[0] == TAKEN
    assert (ledger.task("T1.1").difficulty, ledger.task("T1.1").needs) == ("无", None)


def test_a_form_that_comes_twice_writes_nothing_whatever_happened_since(ledger) -> None:
    """If it was the department itself that reported so after the form was written."""
    actions.take(ledger, ["T1.1", "T1.2"], "accept", {}, order(LEAD))
    actions.take(ledger, ["T1.2"], "report", {"note": "第二批", "progress": 20}, order(LEAD))
    form = Form(ledger).row("T1.1", note="第一批", progress=20).row("T1.2", note="第二批 ", progress=20)
    assert only(ledger, form)[0] == TAKEN
    actions.take(ledger, ["T1.1"], "report", {"progress": 60}, order(LEAD))
    assert only(ledger, form) == (NOTHING, [])
    other = Form(ledger)
    actions.take(ledger, ["T1.1"], "report", {"note": "电话里的话"}, order(OFFICE))
    state, faults = only(ledger, other.row("T1.1", note="电话里的话", progress=60))
    assert (state, [fault[1:3] for fault in faults]) == (CONFLICT, [("电话里的话", "电话里的话")])


@pytest.mark.parametrize(
    ("changed", "conflicts"),
    [
        ({"note": "电话里的话"}, [("S!note5", "表中的话", "电话里的话")]),
        ({"note": "电话里的话", "progress": 30}, [("S!note5", "表中的话", "电话里的话")]),
        (
            {"note": "表中的话", "progress": 30},
            [("S!note5", "表中的话", "表中的话"), ("S!progress5", "30", "30")],
        ),
        ({"difficulty": "缺人"}, [("S!id5", "", "缺人")]),
        ({"owner": "赵"}, []),
    ],
)
def test_what_the_office_reported_since_is_a_conflict_about_what_differs(ledger, changed, conflicts) -> None:
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    form = Form(ledger).row("T1.1", note="表中的话", progress=30)
    actions.take(ledger, ["T1.1"], "report", changed, order(OFFICE))
    state, faults = only(ledger, form)
    assert (state, [fault[:3] for fault in faults]) == (CONFLICT if conflicts else TAKEN, conflicts)


@pytest.mark.parametrize(
    ("values", "state", "cell"),
    [
        ({"done_on": "2025-03-03"}, TAKEN, None),
        ({"done_on": "2025-03-04"}, FAULTY, "S!done_on5"),
        ({"note": "已印发"}, FAULTY, "S!note5"),
    ],
)
def test_a_goal_is_reached_on_a_day_that_has_been(ledger, values, state, cell) -> None:
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    found, faults = only(ledger, Form(ledger).row("T1.1/m1", "milestone", **values))
    assert (found, [fault[0] for fault in faults]) == (state, [] if cell is None else [cell])


def test_a_goal_that_was_reached_is_so_on_the_same_day_or_it_is_a_conflict(ledger) -> None:
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    form = Form(ledger).row("T1.1/m1", "milestone", done_on="2025-03-01")
    assert [only(ledger, form)[0] for _time in (1, 2)] == [TAKEN, NOTHING]
    state, ((cell, form_has, ledger_has, _what),) = only(
        ledger, Form(ledger).row("T1.1/m1", "milestone", done_on="2025-03-02")
    )
    assert (state, cell, form_has, ledger_has) == (CONFLICT, "S!done_on5", "2025-03-02", "2025-03-01")


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ({"value": "97", "source": "年报"}, ["S!year5"]),
        ({"year": "2024", "source": "年报"}, ["S!value5"]),
        ({"year": "2024", "value": "97"}, ["S!source5"]),
        ({"year": "2026", "value": "97", "source": "年报"}, ["S!year5"]),
        ({"year": "2024", "value": "很多", "source": "年报"}, ["S!value5"]),
        ({"year": "某年", "value": "很多", "source": "年报"}, ["S!year5", "S!value5"]),
        ({"year": "2024", "value": "97", "source": "年报"}, []),
    ],
)
def test_a_figure_needs_its_year_its_value_and_its_source(ledger, values, cells) -> None:
    state, faults = only(ledger, Form(ledger).row("I1", "indicator", **values))
    assert (state, [fault[0] for fault in faults]) == (FAULTY if cells else TAKEN, cells)


def test_a_figure_is_corrected_by_a_form_that_was_written_after_it(ledger) -> None:
    """The same figure says nothing; a form from before it is a conflict."""
    before = Form(ledger).row("I1", "indicator", year="2024", value="98", source="年报")
    given = {"year": "2024", "value": "97", "source": "统计 年报"}
    assert [only(ledger, Form(ledger).row("I1", "indicator", **given))[0] for _time in (1, 2)] == [
        TAKEN,
        NOTHING,
    ]
    state, faults = only(ledger, before)
    assert (state, [fault[:3] for fault in faults]) == (CONFLICT, [("S!value5", "98", "97")])
    for change in ({"value": "98"}, {"source": "快报"}):
        assert only(ledger, Form(ledger).row("I1", "indicator", **given | change))[0] == TAKEN


def test_a_supporting_department_reports_in_words_alone(ledger) -> None:
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    for values, state in (
        ({"note": "资金已拨付"}, TAKEN),
        ({"progress": 5}, FAULTY),
        ({"note": "x", "status": "active"}, FAULTY),
    ):
        assert only(ledger, Form(ledger, "fgj").row("T1.1", **values))[0] == state, values


@pytest.mark.parametrize(
    ("values", "cell"),
    [
        ({"note": "x", "status": "blocked"}, "S!status5"),
        ({"difficulty": "缺人", "note": "x"}, "S!difficulty5"),
    ],
)
def test_a_refusal_is_about_the_status_where_one_was_asked_for(ledger, values, cell) -> None:
    """Else about the first cell that was filled in: the task waits for verification."""
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order(LEAD))
    state, faults = only(ledger, Form(ledger).row("T1.1", **values))
    assert (state, [fault[0] for fault in faults]) == (FAULTY, [cell])


def test_what_a_department_had_said_before_its_form_was_written_is_not_that_form(ledger) -> None:
    """It says the same again, and the office reported something else meanwhile."""
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    actions.take(ledger, ["T1.1"], "report", {"note": "第一批"}, order(LEAD))
    form = Form(ledger).row("T1.1", note="第一批")
    actions.take(ledger, ["T1.1"], "report", {"note": "电话里的话"}, order(OFFICE))
    assert only(ledger, form)[0] == CONFLICT
