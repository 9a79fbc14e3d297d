"""What happened between two days: a row for each task, and the departments that reported nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core.escalation import level_label
from qplan.core.labels import event_label, field_label
from qplan.core.workflow import status_label
from qplan.i18n import _, joined, labelled, noted
from qplan.service.changes import TEXTS, Changes, Entry, Silence, TaskChange
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
