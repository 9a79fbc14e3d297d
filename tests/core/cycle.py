"""A task, a clock and actors for the tests of the workflow; nothing but core records."""

from __future__ import annotations

from datetime import date
from typing import Any

from qplan.core.calendar import Clock, WorkCalendar
from qplan.core.decision import decide
from qplan.core.model import Actor, Change, Task
from qplan.core.rules import Rules
from qplan.core.workflow import ActionRequest

OFFICE = "zlb"
ACTORS = {
    "office": Actor("甲", OFFICE),
    "lead": Actor("乙", "scjg"),
    "verifier": Actor("戊", "zjj"),
    "support": Actor("丙", "fgj"),
    "other": Actor("丁", "slj"),
}
TODAY = date(2025, 6, 18)  # a Wednesday
#: 2025 with its spring rest days around 2025-05-31 (a Saturday) to 2025-06-02 (a Monday off)
YEARS = {"2025": {"off": ["0101", "0602"], "work": ["0208"]}}


def clock(today: date = TODAY, **rules: Any) -> Clock:
    return Clock(today, Rules()._replace(**rules), WorkCalendar(YEARS), date(2023, 4, 17))


def task(status: str = "active", **fields: Any) -> Task:
    """A task of scjg, supported by fgj, due at the end of 2025, as it would be in a state."""
    states: dict[str, dict[str, Any]] = {
        "assigned": {},
        "active": {"accepted_on": "2025-01-06", "last_update": "2025-06-02"},
        "blocked": {"accepted_on": "2025-01-06", "difficulty": "缺场地", "needs": "协调用地"},
        "submitted": {
            "accepted_on": "2025-01-06",
            "evidence": "文〔2025〕1号",
            "submitted_on": "2025-06-10",
            "submitted_by": "乙@scjg",
        },
        "closed": {
            "accepted_on": "2025-01-06",
            "closed_on": "2025-06-12",
            "closed_by": "甲@zlb",
            "progress": 100,
        },
        "terminated": {"closed_on": "2025-06-12", "closed_by": "甲@zlb", "document": "区质发〔2025〕2号"},
    }
    assert status in states, f"tests/core/cycle.py: say what a task has that is “{status}”"
    given = {
        "lead": "scjg", "support": "fgj", "basis": "proposed", "status": status, "progress": 40,
        "deadline": "2025-12-31", "original_deadline": "2025-12-31", "version": 1, **states[status], **fields,
    }  # fmt: skip
    return Task("T2.1.3", "task", "食品药品", "三(二)1-3", **given)


#: What each action is given in tests: enough for the table's requirements, and no more.
GIVEN: dict[str, dict[str, Any]] = {
    "dispute": {"reason": "职能不符"},
    "contribute": {"note": "完成本单位部分"},
    "report": {"progress": 50},
    "block": {"difficulty": "缺场地", "needs": "协调用地"},
    "submit": {"evidence": "文〔2025〕1号"},
    "request": {"to": "2026-03-31", "reason": "项目延后"},
    "return": {"note": "佐证不全"},
    "extend": {"to": "2026-03-31"},
    "refuse": {"reason": "理由不足"},
    "assign": {"owner": "待定"},
    "reassign": {"lead": "nync"},
    "terminate": {"document": "区质发〔2025〕2号"},
    "reopen": {"reason": "复查发现问题"},
}


def act(
    row: Task, action: str, role: str = "office", on: date = TODAY, facts: Any = None, **more: Any
) -> Change:
    """Decide on an action; the clock stands on the day of the action."""
    given = {**GIVEN.get(action, {}), **more}
    wish = ActionRequest(action, given, ACTORS[role], on, facts or {})
    return decide(row, wish, clock(on), OFFICE)


def after(row: Task, change: Change) -> Task:
    """The task with a change applied."""
    return row._replace(**change.after)
