"""What happened: a row for each task between two days, the departments that reported nothing, the journal itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core.escalation import level_label
from qplan.core.events import changes_in, is_late, local_time
from qplan.core.labels import event_label, field_label
from qplan.core.model import Event
from qplan.core.workflow import TEXTS, status_label
from qplan.i18n import _, joined, labelled, noted
from qplan.service.changes import Changes, Entry, Silence, TaskChange
from qplan.service.queries import Snapshot
from qplan.views import DATE, ID, INTEGER, ColumnOf, Table, View, items, lists, table_of, words


def changes(snapshot: Snapshot, found: Changes, leads: str | Sequence[str] | None = None) -> View:
    """The changes of some days as a view; ``leads`` are the departments it was narrowed to."""
    depts = [] if leads is None else [leads] if isinstance(leads, str) else list(leads)
    return lists.view_of(
        snapshot, "changes", _("Changes from {first} to {last}").format(first=found.first, last=found.last),
        [
            changes_table(snapshot, found.tasks),
            silence_table(snapshot, found.silent, title=_("Nothing was reported")),
        ],
        lambda: {
            "from": found.first.isoformat(), "to": found.last.isoformat(), "depts": depts,
            "items": [change_item(snapshot, one) for one in found.tasks],
            "silent": [silence_item(one) for one in found.silent],
        },
        lead=[summary_line(found)],
    )  # fmt: skip


def summary_line(found: Changes) -> str:
    """How many tasks were reported on, and of how many nothing was heard."""
    reported = sum(bool(one.reports) for one in found.tasks)
    silent = {item.task.id for one in found.silent for item in one.tasks}
    return _("Tasks reported on: {reported}; with other entries only: {other}; without a report: {silent}, of {depts} departments.").format(
        reported=reported, other=len(found.tasks) - reported, silent=len(silent), depts=len(found.silent)
    )  # fmt: skip


def changes_table(
    snapshot: Snapshot, listed: Sequence[TaskChange], key: str = "changes", title: str = ""
) -> Table:
    """A row for each task: what was, what is, what was reported or done, by whom, when last."""
    names = snapshot.department_name
    columns: list[ColumnOf[TaskChange]] = [
        ColumnOf("id", _("id"), lambda one: one.item.task.id, ID),
        ColumnOf("title", _("task"), lambda one: one.item.task.title),
        ColumnOf("lead", _("lead"), lambda one: snapshot.leads(one.item.task), rank=3),
        ColumnOf("before", _("before"), lambda one: state_text(one, names, before=True)),
        ColumnOf("after", _("now"), lambda one: state_text(one, names)),
        ColumnOf("entries", _("reported and done"), lambda one: entries_text(snapshot, one.entries)),
        ColumnOf("by", _("by"), lambda one: by_text(one.reports or one.entries, names), rank=2),
        ColumnOf("on", _("last on"), lambda one: max(entry.event.effective_on for entry in one.entries), DATE, 3),
    ]  # fmt: skip
    return table_of(key, title, listed, columns, _("None."))


def state_text(one: TaskChange, names: words.Names, *, before: bool = False) -> str:
    """Status and progress, and the other fields that differ, as they were or as they are."""
    values = one.before if before else one.after
    status, progress = one.was("status"), one.was("progress")
    if not before:
        status, progress = one.item.task.status, one.item.task.progress
    parts = [f"{status_label(status)} {progress or 0}%" if status else "—"]
    for name, value in values.items():
        if name not in ("status", "progress", "urge_level") and value not in (None, ""):
            parts.append(labelled(field_label(name), words.value_text(name, value, names)))
    return joined(parts, ";")


def entries_text(snapshot: Snapshot, entries: Sequence[Entry]) -> str:
    """What was reported and done, the last entry last; each with its day where there are several."""
    texts = [_entry_text(snapshot, entry) for entry in entries]
    if len(texts) == 1:
        return texts[0]
    days = [entry.event.effective_on[5:] for entry in entries]
    return joined([f"{day} {text}" for day, text in zip(days, texts, strict=True)], ";")


#: Texts that a list shows under their labels; evidence is left to the task's own page.
_LABELLED = ("difficulty", "needs", "next_step")


def _entry_text(snapshot: Snapshot, entry: Entry) -> str:
    event, texts = entry.event, entry.texts
    label = event_label(event.kind)
    if "level" in texts:
        label = noted(label, level_label(snapshot.clock.rules, texts["level"]))
    if event.kind.startswith("milestone."):
        label = labelled(label, snapshot.ledger.title("milestone", event.subject) or event.subject)
    parts = [texts[name] for name in ("note", "result") if name in texts]
    parts += [labelled(field_label(name), texts[name]) for name in _LABELLED if name in texts]
    if "reason" in texts:
        parts.append(words.fact_text("reason", texts["reason"], snapshot.department_name))
    said = joined(parts, ",")
    if event.kind == "task.report" and said:
        return said
    return labelled(label, said) if said else label


def by_text(entries: Sequence[Entry], names: words.Names) -> str:
    """Who made some entries: each person with the department, once."""
    return joined(dict.fromkeys(_who(entry, names) for entry in entries))


def _who(entry: Entry, names: words.Names) -> str:
    name, _at, dept = entry.event.actor.rpartition("@")
    who = _("{name} ({dept})").format(name=name, dept=names(dept))
    if entry.depts == (dept,):
        return who
    return _("{who} for {depts}").format(who=who, depts=joined(map(names, entry.depts)))


def silence_table(snapshot: Snapshot, listed: Sequence[Silence], title: str) -> Table:
    """The departments that lead tasks on which nothing was reported, and which tasks."""
    columns: list[ColumnOf[Silence]] = [
        ColumnOf("dept", _("id"), lambda one: one.dept, ID, 1),
        ColumnOf("name", _("department"), lambda one: snapshot.department_name(one.dept)),
        ColumnOf("open", _("open tasks"), lambda one: one.open, INTEGER),
        ColumnOf("number", _("not reported on"), lambda one: len(one.tasks), INTEGER),
        ColumnOf("tasks", _("which tasks"), lambda one: joined(item.task.id for item in one.tasks)),
    ]
    return table_of("silent", title, listed, columns, _("None."))


def change_item(snapshot: Snapshot, one: TaskChange) -> dict[str, Any]:
    """A task with what was different before, and the entries about it."""
    return {
        **items.task_item(snapshot, one.item),
        "before": one.before,
        "after": one.after,
        "entries": [_entry_item(entry) for entry in one.entries],
        "reported_by": list(dict.fromkeys(entry.event.actor for entry in one.reports)),
    }


def _entry_item(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "seq": event.seq, "effective_on": event.effective_on, "recorded_at": event.recorded_at,
        "actor": event.actor, "depts": list(entry.depts), "kind": event.kind, "subject": event.subject,
        "report": entry.is_report, **{name: entry.texts.get(name) for name in (*TEXTS, "result", "reason", "level")},
    }  # fmt: skip


def silence_item(one: Silence) -> dict[str, Any]:
    """A department and the ids of its tasks on which nothing was reported."""
    return {"dept": one.dept, "open": one.open, "tasks": [item.task.id for item in one.tasks]}


def log(snapshot: Snapshot, events: list[Event]) -> View:
    """Entries of the journal, oldest first: when, who, what, before → after."""
    offset = snapshot.plan.utc_offset
    columns: list[ColumnOf[Event]] = [
        ColumnOf("seq", _("no."), lambda event: event.seq, INTEGER),
        ColumnOf("recorded_at", _("recorded (UTC{offset})").format(offset=offset), lambda event: local_time(event.recorded_at, offset), DATE, 2),
        ColumnOf("effective_on", _("effective"), lambda event: event.effective_on, DATE),
        ColumnOf("late", _("late"), lambda event: _("late entry") if is_late(event, offset) else None, rank=3),
        ColumnOf("actor", _("by"), lambda event: event.actor, rank=1),
        ColumnOf("subject", _("id"), lambda event: event.subject, ID),
        ColumnOf("action", _("action"), lambda event: event_label(event.kind)),
        ColumnOf("change", _("change"), lambda event: change_text(event, snapshot.department_name)),
    ]  # fmt: skip
    return lists.view_of(
        snapshot, "log", _("Journal"), [table_of("log", "", events, columns, _("No entries match; qplan log lists all."))],
        lambda: {"items": [items.event_item(event, offset) for event in events]},
    )  # fmt: skip


#: Fields that a definition sets and a history need not repeat.
QUIET = frozenset(
    {"position", "section", "kind", "parent", "column_no", "title_basis", "rules", "calendar", "see"}
)


def change_text(event: Event, names: words.Names) -> str:
    """What an entry changed, field by field."""
    body = changes_in(event)
    verb = event.kind.rpartition(".")[2]
    after: dict[str, Any] = body["after"]
    if verb == "define":
        return str(after.get("title") or after.get("name") or after.get("value") or "")
    shown = {name: value for name, value in after.items() if name not in QUIET}
    return joined(words.change_words(event.kind, body["before"], shown, body.get("info", {}), names), ";")
