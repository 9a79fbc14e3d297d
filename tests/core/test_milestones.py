"""Staged goals: who may do what with them, and that the first date stays."""

from __future__ import annotations

from datetime import date

import pytest

from core.cycle import ACTORS, OFFICE, task
from qplan.core import milestones
from qplan.core.model import GROUP, Milestone, PlanHead
from qplan.errors import BadInput, Refused

PLAN = PlanHead("p", "规划", begins="2021-01-01", ends="2025-12-31", office=OFFICE)
GOAL = Milestone("T2.1.3/m1", "T2.1.3", "方案印发", "2025-03-31", "2025-03-31", position=1)


def add(row=None, siblings=(GOAL,), title="中期评估", due="2025-09-30", role="office"):
    return milestones.added(row or task(), siblings, title, due, ACTORS[role], PLAN)


def test_a_goal_moves_to_no_day_before_the_plan() -> None:
    with pytest.raises(BadInput, match="before the plan began"):
        milestones.moved(task(), GOAL, "1990-01-01", "早", ACTORS["office"], PLAN)


def test_a_goal_may_be_due_from_the_first_day_of_the_plan_to_the_last_of_its_task() -> None:
    for day in (PLAN.begins, task().deadline):
        assert add(due=day).after["due"] == day


def test_adding_takes_a_number_of_its_own_and_says_whose_it_is() -> None:
    change = add()
    assert (change.kind, change.subject) == ("milestone.add", "T2.1.3/a1")
    assert change.after["basis"] == "confirmed" and change.after["original_due"] == "2025-09-30"
    assert add(role="lead").after["basis"] == "proposed"
    assert (change.after["position"], add(siblings=()).after["position"]) == (2, 1)
    second = Milestone(**{**change.after, "id": change.subject})
    assert add(siblings=(GOAL, second), title="另一项").subject == "T2.1.3/a2"
    with pytest.raises(Refused, match="already"):
        add(siblings=(GOAL, second))
    assert add(siblings=(GOAL, second._replace(retired=1))).subject == "T2.1.3/a2"
    assert add(siblings=(GOAL, second), due="2025-10-31").subject == "T2.1.3/a2"


def test_a_goal_of_a_task_without_a_day_is_due_when_it_is_due() -> None:
    assert add(task(deadline=None), due="2031-01-01").after["due"] == "2031-01-01"


def test_two_goals_of_one_day_have_two_titles() -> None:
    other = GOAL._replace(id="T2.1.3/m2", title="公布")

    def rename(other):
        return milestones.renamed(task(), (GOAL, other), GOAL, "公布", None, ACTORS["office"], OFFICE)

    with pytest.raises(Refused, match="has this milestone already"):
        rename(other)
    for harmless in (other._replace(retired=1), other._replace(due="2025-04-01")):
        assert rename(harmless).after["title"] == "公布"


@pytest.mark.parametrize(
    "more", [{"title": "  "}, {"due": "2025-13-01"}, {"due": "2026-01-01"}, {"due": "1990-01-01"}]
)
def test_a_goal_has_a_title_and_a_day_from_the_plan_s_first_to_the_deadline(more) -> None:
    with pytest.raises(BadInput):
        add(**more)


@pytest.mark.parametrize(
    "row", [task("closed"), task("terminated"), task(retired=1), task()._replace(kind=GROUP)]
)
def test_goals_of_what_is_finished_or_a_heading_stay(row) -> None:
    with pytest.raises(Refused):
        add(row)


def test_done_on_a_day_and_late_after_its_date() -> None:
    change = milestones.done(task(), GOAL, date(2025, 3, 31), "文已发", ACTORS["lead"], OFFICE)
    assert change.after == {"done_on": "2025-03-31", "note": "文已发"} and change.info == {}
    late = milestones.done(task(), GOAL, date(2025, 4, 1), None, ACTORS["office"], OFFICE)
    assert late.info == {"done_late": True}
    with pytest.raises(Refused, match="was done on"):
        milestones.done(
            task(), GOAL._replace(done_on="2025-03-30"), date(2025, 4, 1), None, ACTORS["lead"], OFFICE
        )


@pytest.mark.parametrize("role", ["support", "other"])
def test_others_report_no_goals(role) -> None:
    with pytest.raises(Refused, match=r"Milestones of T2\.1\.3"):
        milestones.done(task(), GOAL, date(2025, 3, 31), None, ACTORS[role], PLAN)


def test_only_the_office_moves_a_date_with_a_reason_and_the_first_one_stays() -> None:
    change = milestones.moved(task(), GOAL, "2025-06-30", "验收推迟", ACTORS["office"], PLAN)
    assert (change.before, change.after) == ({"due": "2025-03-31"}, {"due": "2025-06-30"})
    assert change.info == {"reason": "验收推迟"}
    with pytest.raises(Refused):
        milestones.moved(task(), GOAL, "2025-06-30", "验收推迟", ACTORS["lead"], PLAN)
    with pytest.raises(BadInput, match="--reason"):
        milestones.moved(task(), GOAL, "2025-06-30", None, ACTORS["office"], PLAN)
    with pytest.raises(Refused, match="is due on"):
        milestones.moved(task(), GOAL, "2025-03-31", "同日", ACTORS["office"], PLAN)


def test_missed_is_past_its_date_and_not_done() -> None:
    assert not milestones.is_missed(GOAL, date(2025, 3, 31))
    assert milestones.is_missed(GOAL, date(2025, 4, 1))
    assert not milestones.is_missed(GOAL._replace(done_on="2025-04-01"), date(2025, 5, 1))


def test_a_goal_is_missed_from_the_day_after_its_date_until_it_is_done() -> None:
    assert not milestones.is_missed(GOAL, date(2025, 3, 30))
    assert not milestones.is_missed(GOAL, date(2025, 3, 31))
    assert milestones.is_missed(GOAL, date(2025, 4, 1))
    assert not milestones.is_missed(GOAL._replace(done_on="2025-04-20"), date(2025, 5, 1))


def test_the_office_renames_and_removes_a_goal_and_says_why() -> None:
    def rename(title="方案公布", role="office", row=GOAL, reason=None):
        return milestones.renamed(task(), (GOAL,), row, title, reason, ACTORS[role], OFFICE)

    def remove(role="office", row=GOAL, reason="并入年度总结"):
        return milestones.removed(task(), row, reason, ACTORS[role], OFFICE)

    change = rename()
    assert (change.kind, change.after) == ("milestone.rename", {"title": "方案公布", "basis": "confirmed"})
    change = remove()
    assert (change.kind, change.after) == ("milestone.remove", {"retired": 1, "basis": "confirmed"})
    assert change.info == {"reason": "并入年度总结"}
    for refused in (rename, remove):
        with pytest.raises(Refused, match="office"):
            refused(role="lead")
        with pytest.raises(Refused, match="left the plan"):
            refused(row=GOAL._replace(retired=1))
    with pytest.raises(Refused, match="already"):
        rename(GOAL.title)
    with pytest.raises(BadInput):
        rename("  ")
    with pytest.raises(BadInput, match="--reason"):
        remove(reason=None)
    with pytest.raises(Refused, match="was done"):
        remove(row=GOAL._replace(done_on="2025-03-01"))
