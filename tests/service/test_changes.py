"""What happened between two days: the days themselves, what was undone, who was silent."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor, Department, TaskFilter
from qplan.ledger import create
from qplan.service import actions, queries, reversal
from qplan.service.actions import WriteContext
from qplan.service.changes import changes
from qplan.service.queries import TaskQuery

OFFICE, LEAD, SUPPORT = Actor("甲", "zlb"), Actor("乙", "scjg"), Actor("丙", "fgj")
MONDAY, SUNDAY = "2024-04-01", "2024-04-07"


def order(day: str, actor: Actor = LEAD, recorded: str = "") -> WriteContext:
    on = date.fromisoformat(day)
    return WriteContext(actor, f"{recorded or day}T01:00:00Z", date.fromisoformat(recorded or day), on)


@pytest.fixture
def ledger():
    with create.in_memory(plans.RECORDED) as made:
        plans.fill(made, plans.plan())
        actions.take(made, ["T1.1", "T1.2"], "accept", {"progress": 10}, order("2024-03-01"))
        yield made


def report(ledger, ident: str, day: str, actor: Actor = LEAD, recorded: str = "", **given):
    return actions.take(ledger, [ident], "report", given, order(day, actor, recorded))


def read(ledger, first: str = MONDAY, last: str = SUNDAY, lead: str | None = None):
    snapshot = queries.open_snapshot(ledger, date.fromisoformat(last), past=True)
    listed = queries.tasks(snapshot, TaskQuery(TaskFilter(lead=lead)))
    return changes(snapshot, date.fromisoformat(first), listed, lead)


def ids(found) -> list[str]:
    return [one.item.task.id for one in found.tasks]


def test_the_first_and_the_last_day_belong_to_the_days_between(ledger) -> None:
    for ident, day in (("T1.1", "2024-03-31"), ("T1.2", MONDAY)):
        report(ledger, ident, day, progress=20)
    assert ids(read(ledger)) == ["T1.2"]
    report(ledger, "T1.1", SUNDAY, progress=30)
    report(ledger, "T1.2", "2024-04-08", progress=90)
    found = read(ledger)
    assert ids(found) == ["T1.1", "T1.2"]
    assert [one.after for one in found.tasks] == [{"progress": 30}, {"progress": 20}]


def test_what_was_is_from_before_the_first_entry_and_what_is_from_the_last(ledger) -> None:
    report(ledger, "T1.1", "2024-04-02", progress=20, note="开工")
    report(ledger, "T1.1", "2024-04-05", progress=35, note="完成主体")
    (one,) = read(ledger).tasks
    assert (one.before, one.after) == ({"progress": 10}, {"progress": 35})
    assert [entry.texts["note"] for entry in one.reports] == ["开工", "完成主体"]
    assert {entry.depts for entry in one.reports} == {("scjg",)}


def test_a_report_recorded_late_belongs_to_its_own_day(ledger) -> None:
    report(ledger, "T1.1", "2024-04-03", recorded="2024-04-15", progress=25)
    assert ids(read(ledger)) == ["T1.1"]
    assert ids(read(ledger, "2024-04-08", "2024-04-15")) == []


def test_what_was_undone_is_left_out(ledger) -> None:
    (receipt,) = report(ledger, "T1.1", "2024-04-03", progress=25)
    report(ledger, "T1.2", "2024-04-03", progress=25)
    reversal.undo(ledger, receipt.seq, order("2024-04-20", OFFICE, "2024-04-20"), keep_day=True)
    assert ids(read(ledger)) == ["T1.2"]
    assert [item.task.id for item in read(ledger, lead="scjg").silent[0].tasks] == ["T1.1", "T1.3", "T1.4"]


def test_an_undoing_that_takes_effect_later_is_a_change_of_that_day(ledger) -> None:
    (receipt,) = report(ledger, "T1.1", "2024-04-03", progress=25)
    reversal.undo(ledger, receipt.seq, order("2024-04-09", OFFICE))
    assert ids(read(ledger)) == ["T1.1"]
    (one,) = read(ledger, "2024-04-08", "2024-04-14").tasks
    assert (one.before, one.after, one.reports) == ({"progress": 25}, {"progress": 10}, [])


def test_acts_of_the_office_are_changes_and_no_reports(ledger) -> None:
    actions.take(ledger, ["T1.1"], "extend", {"to": "2026-06-30"}, order("2024-04-02", OFFICE))
    found = read(ledger)
    assert found.tasks[0].after == {"deadline": "2026-06-30"} and not found.tasks[0].reports
    assert "T1.1" in [item.task.id for one in found.silent for item in one.tasks]


def test_the_office_that_reports_for_a_lead_breaks_its_silence(ledger) -> None:
    report(ledger, "T1.1", "2024-04-02", OFFICE, progress=20)
    (one,) = read(ledger).tasks
    assert one.reports[0].depts == ("scjg",) and one.reports[0].event.actor == "甲@zlb"
    assert "T1.1" not in [item.task.id for silent in read(ledger).silent for item in silent.tasks]


def test_a_supporting_part_is_reported_in_its_own_words(ledger) -> None:
    report(ledger, "T1.1", "2024-03-20", SUPPORT, note="上月的话")
    report(ledger, "T1.1", "2024-04-02", SUPPORT, note="资金 已拨付")
    (one,) = read(ledger).tasks
    assert (one.reports[0].texts["note"], one.reports[0].depts) == ("资金 已拨付", ("fgj",))


def test_each_supporting_department_has_the_words_of_its_own_entry() -> None:
    """The record has the parts of all of them."""
    whole = plans.plan()
    tasks = tuple(one._replace(support="fgj sfj") if one.id == "T1.1" else one for one in whole.tasks)
    departments = (*whole.departments, Department("sfj", "司法局", position=4))
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger, whole._replace(departments=departments, tasks=tasks))
        actions.take(ledger, ["T1.1"], "accept", {}, order("2024-03-01"))
        for dept, note in (("fgj", "资金已拨付"), ("sfj", "已审核"), ("fgj", "第二笔\n已到账")):
            report(ledger, "T1.1", "2024-04-02", Actor("丙", dept), note=note)
        (one,) = read(ledger).tasks
    assert [(entry.depts, entry.texts["note"]) for entry in one.reports] == [
        (("fgj",), "资金已拨付"),
        (("sfj",), "已审核"),
        (("fgj",), "第二笔\n已到账"),
    ]


def test_milestones_count_with_their_task(ledger) -> None:
    from qplan.service import milestones

    milestones.done(ledger, ["T1.1/m1"], None, order("2024-04-02", LEAD))
    (one,) = read(ledger).tasks
    assert [entry.event.kind for entry in one.entries] == ["milestone.done"] and not one.after
    assert one.reports == one.entries


def test_tasks_that_wait_for_verification_are_not_silent(ledger) -> None:
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文号"}, order("2024-03-15"))
    silent = read(ledger, lead="scjg").silent
    assert [item.task.id for item in silent[0].tasks] == ["T1.2", "T1.3", "T1.4"]
    assert silent[0].open == 3


@pytest.mark.parametrize(
    ("action", "actor", "given", "texts"),
    [
        ("dispute", LEAD, {"reason": "职能不符"}, {"reason": "职能不符"}),
        ("extend", LEAD, {"to": "2026-06-30", "reason": "雨季"}, {"reason": "雨季"}),
        ("extend", OFFICE, {"to": "2026-06-30", "reason": "雨季"}, {"reason": "雨季"}),
        ("urge", OFFICE, {"level": "notice", "note": "请抓紧"}, {"level": "notice", "note": "请抓紧"}),
        ("report", LEAD, {"note": "开工", "next_step": "招标"}, {"note": "开工", "next_step": "招标"}),
    ],
)
def test_an_entry_has_the_texts_that_it_brought(ledger, action, actor, given, texts) -> None:
    """The reason, whether it is kept on the task or beside it."""
    actions.take(
        ledger, ["T1.3" if action == "dispute" else "T1.1"], action, given, order("2024-04-02", actor)
    )
    (one,) = read(ledger).tasks
    assert one.entries[-1].texts == texts
