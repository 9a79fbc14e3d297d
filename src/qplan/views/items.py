"""Records -> JSON objects of the interface contract, field by field in its order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qplan.core import events as journal_rules
from qplan.core.calendar import LIGHTS, closed_late
from qplan.core.escalation import urge_state
from qplan.core.model import GROUP, Event, Milestone, Task, ids
from qplan.core.own import values_of
from qplan.core.pace import PACES, pace_of
from qplan.core.workflow import STATUS

if TYPE_CHECKING:
    from qplan.service.counts import Count
    from qplan.service.overdue import OverdueTask
    from qplan.service.queries import AssessedIndicator, AssessedTask, Snapshot
    from qplan.service.trend import Point
    from qplan.service.weekly import Quarter


#: The keys of a task's JSON in the order of the contract; a key that nothing derives is a field of the record.
TASK_KEYS = (
    "id", "kind", "title", "title_basis", "summary", "clause", "section", "column", "parent", "lead", "leads", "support",
    "verifier", "leader", "owner", "contact", "basis", "support_basis", "confirmed", "deadline", "deadline_text", "term", "begins", "repeats",
    "quantity", "unit", "weight", "fields", "deadline_basis", "original_deadline", "extensions", "extension_requested",
    "status", "progress", "light", "pace", "overdue_days", "overdue_workdays", "stale", "last_update", "note",
    "support_note", "difficulty", "needs", "next_step", "evidence", "evidence_sha256", "result", "submitted_on",
    "closed_on", "closed_late", "document", "dispute", "urge_level", "urged_on", "answer_by", "answered_on",
    "urge_state", "remark", "see", "retired", "version",
)  # fmt: skip


def task_item(snapshot: Snapshot, item: AssessedTask) -> dict[str, Any]:
    """A task as the contract has it; what is derived is derived for the snapshot's day.

    ``deadline_basis`` is that of ``original_deadline``; where ``extensions`` is above 0, the office
    set the present deadline.
    """
    row, late, clock = item.task, item.late, snapshot.clock
    open_leaf = row.kind != GROUP and row.deadline is not None
    facts = row._asdict() | {
        "column": row.column_no,
        "leads": list(row.leads),
        "support": list(ids(row.support)),
        "support_basis": row.basis_of_support,
        "confirmed": row.basis == "confirmed",
        "fields": values_of(row),
        "status": None if row.kind == GROUP else row.status,
        "extension_requested": row.extension_to,
        "light": item.light.code,
        "pace": pace_of(row, clock),
        "overdue_days": late.days if open_leaf else None,
        "overdue_workdays": late.workdays if open_leaf and clock.calendar.counted else None,
        "stale": item.stale,
        "closed_late": closed_late(row, clock),
        "urge_state": urge_state(row, clock),
        "see": list(ids(row.see)),
        "retired": bool(row.retired),
    }
    return {key: facts[key] for key in TASK_KEYS}


def overdue_item(snapshot: Snapshot, late: OverdueTask) -> dict[str, Any]:
    """An overdue task: its fields, the cause of delay and the escalation that is proposed."""
    return {
        **task_item(snapshot, late.item),
        "cause": cause(late.item.task),
        "proposed_level": late.proposed,
        "proposed_answer_by": late.answer_by if late.proposed else None,
        "years_without_calendar": list(late.unknown_years),
    }


def cause(row: Task) -> str | None:
    """Why it is late, in the lead's own words: the difficulty it reported, else nothing."""
    return row.difficulty


#: The same of an indicator's JSON.
INDICATOR_KEYS = (
    "id", "core", "name", "dimension", "unit", "operator", "target", "target_status", "target_document", "qualifier",
    "baseline", "baseline_year", "nature", "lead", "support", "task", "tasks", "clause", "deadline",
    "deadline_basis", "actuals",
    "parts", "missing_parts", "attainment", "light", "remark", "conflicts", "version",
)  # fmt: skip


def indicator_item(measured: AssessedIndicator) -> dict[str, Any]:
    """An indicator or target as the contract has it; figures are exact decimal text."""
    from qplan.core.periods import period_of

    row = measured.indicator
    lists = {name: list(ids(getattr(row, name))) for name in ("support", "tasks", "parts", "conflicts")}
    actuals = [
        {"year": a.year, "period": period_of(a), "value": a.value, "source": a.source, "on": a.measured_on}
        for a in measured.actuals
    ]
    facts = row._asdict() | lists | {
        "core": bool(row.core),
        "task": next(iter(lists["tasks"]), None),
        "deadline_basis": row.basis_of_deadline,
        "actuals": actuals,
        "missing_parts": list(measured.missing),
        "attainment": measured.attainment,
        "light": measured.light,
    }  # fmt: skip
    return {key: facts[key] for key in INDICATOR_KEYS}


#: The same of a milestone's JSON.
MILESTONE_KEYS = (
    "id", "task", "title", "due", "original_due", "basis", "done_on", "missed", "note", "version",
)  # fmt: skip


def milestone_item(row: Milestone, today: str) -> dict[str, Any]:
    """A staged goal, and whether it was missed."""
    facts = row._asdict() | {"missed": row.done_on is None and row.due < today}
    return {key: facts[key] for key in MILESTONE_KEYS}


#: The same of an entry's JSON.
EVENT_KEYS = (
    "seq", "recorded_at", "effective_on", "late", "actor", "kind", "subject", "before", "after", "info", "hash",
)  # fmt: skip


def event_item(event: Event, utc_offset: str) -> dict[str, Any]:
    """An entry of the journal as the contract has it."""
    late = journal_rules.is_late(event, utc_offset)
    facts = {"info": {}, **journal_rules.changes_in(event), **event._asdict(), "late": late}
    return {key: facts[key] for key in EVENT_KEYS}


def total_item(counted: Count) -> dict[str, Any]:
    """Counts of all tasks, with shares in percent (decimal text) and the change of the overdue ones."""
    shares = {code: share(n, counted.total) for code, n in _in_order(counted.by_status, STATUS).items()}
    return {
        **count_item(counted),
        "overdue_change": counted.change,
        "shares": {
            "status": shares,
            "overdue": share(counted.overdue, counted.total),
            "pace": pace_shares(counted),
        },
    }


def pace_shares(counted: Count) -> dict[str, str]:
    """The share of each pace in percent (decimal text)."""
    return {code: share(counted.by_pace.get(code, 0), counted.total) for code in PACES}


def _in_order(counts: dict[str, int], codes: Iterable[str]) -> dict[str, int]:
    """The counts that are not zero, in the order of the codes, whichever task came first."""
    return {code: counts[code] for code in codes if counts.get(code)}


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal, half up: ``"12.5"``; ``"0.0"`` of nothing."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def point_item(point: Point) -> dict[str, Any]:
    """What was overdue at the end of a week."""
    return {"week": str(point.week), "on": point.on.isoformat(), "overdue": point.overdue}


def trend_items(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The overdue tasks of a snapshot at the end of each of the last weeks."""
    from qplan.service.trend import overdue_trend

    return [point_item(point) for point in overdue_trend(snapshot)]


def quarter_item(quarter: Quarter) -> dict[str, Any]:
    """Deadlines and milestones of a quarter."""
    return {"quarter": quarter.name, "done": quarter.done, "missed": quarter.missed, "ahead": quarter.ahead}


def baseline_attainment(measured: AssessedIndicator) -> str | None:
    """How far the baseline year had reached the target."""
    from qplan.core.indicators import attainment
    from qplan.core.model import Actual

    row = measured.indicator
    if row.baseline is None or row.baseline_year is None:
        return None
    return attainment(row, Actual("", row.id, row.baseline_year, row.baseline))


#: The same of the JSON of counts.
COUNT_KEYS = (
    "id", "title", "total", "status", "light", "overdue", "due_soon", "stale", "pace", "progress", "sums",
)  # fmt: skip


def count_item(counted: Count) -> dict[str, Any]:
    """Counts of a department, section or column, or of all tasks."""
    facts = counted._asdict() | {
        "id": counted.key or None,
        "status": _in_order(counted.by_status, STATUS),
        "light": _in_order(counted.by_light, LIGHTS),
        "pace": {code: counted.by_pace.get(code, 0) for code in PACES},
    }
    return {key: facts[key] for key in COUNT_KEYS}
