"""What happened between two days, task by task, read from the journal of those days."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from qplan.core import calendar
from qplan.core.events import changes_in, drop_undone
from qplan.core.model import Event, ids
from qplan.core.workflow import ANSWERS, TEXTS, parts_of
from qplan.service.queries import AssessedTask, Snapshot

#: Fields of a task whose change is shown, in their order.
COMPARED = (
    "status", "progress", "deadline", "lead", "joint", "support", "leader", "owner", "contact", "verifier", "basis",
    "title", "extension_to", "dispute", "urge_level",
)  # fmt: skip

#: Kinds of entries by which departments report: those of the lead, the part of a supporting department, goals reached.
REPORTS = frozenset({*(f"task.{action}" for action in ANSWERS), "task.contribute", "milestone.done"})


class Entry(NamedTuple):
    """An entry of the journal about a task: who did what on which day, and the texts that it carries."""

    event: Event
    depts: tuple[str, ...]  #: whose entry it is; where the office wrote for the leads, those
    texts: dict[str, str]

    @property
    def is_report(self) -> bool:
        """Whether a department reported by it."""
        return self.event.kind in REPORTS


class TaskChange(NamedTuple):
    """A task as it is on the last day, and what became different since the first one."""

    item: AssessedTask
    before: dict[str, Any]  #: the fields of :data:`COMPARED` that differ, as they were
    after: dict[str, Any]  #: the same as they are
    entries: list[Entry]  #: those that apply, in the journal's order; of its milestones too
    reports: list[Entry]  #: those by which departments reported

    def was(self, field: str) -> Any:
        """The value of one of :data:`COMPARED` as it was."""
        return self.before.get(field, getattr(self.item.task, field))


class Silence(NamedTuple):
    """A department and the tasks that it leads of which nobody reported."""

    dept: str
    open: int  #: tasks of which a report could be expected
    tasks: list[AssessedTask]


class Changes(NamedTuple):
    """The days that were read, the tasks about which there are entries, and the silent departments."""

    first: date
    last: date
    tasks: list[TaskChange]
    silent: list[Silence]


def changes(
    snapshot: Snapshot,
    first: date,
    items: Sequence[AssessedTask],
    leads: str | Collection[str] | None = None,
) -> Changes:
    """Return what happened to tasks from a day up to the snapshot's, in the order of the tasks.

    Entries belong to the day on which they took effect. An entry and its undoing cancel each other.
    ``leads`` are the departments whose silence is of interest; None for all.
    """
    by_task: dict[str, list[Event]] = {}
    events = snapshot.ledger.events_between(first.isoformat(), snapshot.today.isoformat())
    for event in drop_undone(events):
        entity = event.kind.partition(".")[0]
        if entity in ("task", "milestone"):
            by_task.setdefault(event.subject.partition("/")[0], []).append(event)
    found = [_change(item, by_task[item.task.id]) for item in items if item.task.id in by_task]
    reported = {change.item.task.id for change in found if change.reports}
    silent = [one for one in silences(snapshot, items, reported) if _is_one_of(one.dept, leads)]
    return Changes(first, snapshot.today, found, silent)


def _is_one_of(dept: str, depts: str | Collection[str] | None) -> bool:
    return depts is None or dept == depts or (not isinstance(depts, str) and dept in depts)


def _change(item: AssessedTask, events: list[Event]) -> TaskChange:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    entries: list[Entry] = []
    for event in events:
        body = changes_in(event)
        entries.append(_entry(event, body))
        if event.kind.startswith("task."):
            before = {**body["before"], **before}
            after |= body["after"]
    differ = [
        name for name in COMPARED if name in after and (before.get(name) or None) != (after[name] or None)
    ]
    return TaskChange(
        item,
        {name: before.get(name) for name in differ},
        {name: after[name] for name in differ},
        entries,
        [entry for entry in entries if entry.is_report],
    )


def _entry(event: Event, body: dict[str, Any]) -> Entry:
    info, after = body.get("info", {}), body["after"]
    if event.kind == "task.contribute":
        own = event.actor.rpartition("@")[2]
        parts = (part.text for part in parts_of(after["support_note"]) if part.dept == own)
        texts = {"note": next(parts, "")}
    else:
        texts = {name: after[name] for name in TEXTS if after.get(name)}
    reason = after.get("extension_reason") or after.get("dispute") or info.get("reason")
    texts |= {name: text for name, text in (("result", after.get("result")), ("reason", reason)) if text}
    if level := after.get("urge_level") or info.get("level"):
        texts["level"] = level
    if info.get("note"):
        texts.setdefault("note", info["note"])  # in one line; of a part its own lines are known
    return Entry(event, ids(info.get("on_behalf_of")) or (event.actor.rpartition("@")[2],), texts)


def silences(snapshot: Snapshot, items: Iterable[AssessedTask], reported: Collection[str]) -> list[Silence]:
    """Return the departments that lead tasks of which nobody reported, in the plan's order."""
    expected: dict[str, list[AssessedTask]] = {ident: [] for ident in snapshot.departments}
    for item in items:
        if calendar.expects_report(item.task, snapshot.clock):
            for lead in item.task.leads:
                expected.setdefault(lead, []).append(item)
    listed = (
        Silence(dept, len(tasks), [item for item in tasks if item.task.id not in reported])
        for dept, tasks in expected.items()
    )
    return [one for one in listed if one.tasks]
