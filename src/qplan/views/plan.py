"""What a load changes, and what a check finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qplan.core.labels import ENTITIES, event_label, field_label
from qplan.core.model import Change, Head
from qplan.errors import Problem
from qplan.i18n import _, joined, pgettext
from qplan.service.load import Loaded
from qplan.service.replacement import Replacement
from qplan.views import ID, ColumnOf, View, table_of, words
from qplan.views.changes import QUIET


def changes(loaded: Loaded, day: str, dry_run: bool, head: Head | None = None) -> View:
    """A load as a list of what it added, changed (field by field) and retired."""
    departments = {d.id: d.title for d in loaded.plan.departments}

    def names(ident: str) -> str:
        return departments.get(ident, ident)

    listed = [c for c in loaded.changes if not order_only(c)]
    moved = len(loaded.changes) - len(listed)
    columns: list[ColumnOf[Change]] = [
        ColumnOf("what", _("what"), lambda one: event_label(one.kind)),
        ColumnOf("entity", _("kind"), lambda one: pgettext("record", ENTITIES[one.entity]), rank=1),
        ColumnOf("id", _("id"), lambda one: one.subject, ID),
        ColumnOf("change", _("change"), lambda one: change_text(one, names)),
    ]
    empty = _("Nothing to change: the ledger already says what the plan says.") if not moved else ""
    more = [_("And {n} changes of order or cross-references only.").format(n=moved)] if moved else []
    return View(
        "load",
        summary(loaded, dry_run),
        [table_of("changes", "", listed, columns, empty)],
        lambda: {
            "dry_run": dry_run,
            "created": loaded.created,
            "seq": loaded.seq or None,
            "open_leaving": list(loaded.replacement.leaving),
            "open_carried": list(loaded.replacement.carried),
            "open_overdue": list(loaded.replacement.overdue),
            "state_kept_under_another_title": list(loaded.replacement.renamed),
            "items": [
                {"kind": c.kind, "subject": c.subject, "before": c.before, "after": c.after}
                for c in loaded.changes
            ],
        },
        day,
        head,
        notes=[*(replacement(loaded.replacement) if dry_run else ()), *more],
    )


#: So many ids are listed in a sentence.
MOST_IDS = 10


def replacement(found: Replacement) -> list[str]:
    """The sentences of what a load leaves, carries over and retires; none where it does none of that."""

    def ids(listed: Sequence[str]) -> str:
        return joined(listed[:MOST_IDS]) + ("…" if len(listed) > MOST_IDS else "")

    lines = (
        (found.by, _("“{title}” is replaced by “{by}”; its history stays.")),
        ("" if found.by else found.carried, _("This replaces “{title}” by a plan of another period.")),
        (found.leaving, _("Open tasks that leave the plan ({n}): {ids}.")),
        (found.carried, _("Open tasks that are carried over as they stand ({n}): {ids}.")),
        (found.overdue, _("Of these, overdue ({n}): {ids}.")),
        (found.divided, _("Tasks at work that become headings ({n}): {ids}; their status and progress are shown no more, their history stays.")),
        (found.renamed, _("Tasks that keep their state under another title ({n}): {ids}; a new task needs a new id.")),
        (found.finished, _("Tasks that stay finished ({n}): {ids}; reopen them, or give a new task a new id.")),
        (found.retired, _("Records that have left the plan and will be retired ({n}): {ids}.")),
    )  # fmt: skip
    return [
        text.format(title=found.title, by=found.by, n=len(listed), ids=ids(listed))
        for listed, text in lines
        if listed
    ]


#: Fields about a record's place in the plan and about other records to see.
ORDER = {"position", "see"}


def order_only(change: Change) -> bool:
    """Whether a change is of the order and the cross-references alone."""
    return change.kind.endswith(".amend") and change.after.keys() <= ORDER


def change_text(change: Change, names: words.Names) -> str:
    """One change in words."""
    after = change.after
    if change.kind.endswith(".define"):
        return str(after.get("title") or after.get("name") or "")
    shown = {name: value for name, value in after.items() if name not in QUIET}
    quiet = [field_label(name) for name in after if name in QUIET]
    return joined([*words.change_words(change.kind, change.before, shown, {}, names), *quiet], ";")


def summary(loaded: Loaded, dry_run: bool) -> str:
    """A load in a sentence."""
    if not loaded.changes:
        return _("{plan}: nothing has changed since the last load.").format(plan=loaded.plan.head.title)
    counts = Counter(change.kind for change in loaded.changes)

    def of(verb: str) -> int:
        return sum(number for kind, number in counts.items() if kind.endswith(verb))

    sentence = _("{plan}: {added} added, {changed} changed, {retired} retired").format(
        plan=loaded.plan.head.title, added=of(".define"), changed=of(".amend"), retired=of(".retire")
    )
    if dry_run:
        return sentence + _(" (a dry run: nothing was written).")
    return sentence + _(" (entries up to no. {seq}).").format(seq=loaded.seq)


def contents(loaded: Loaded) -> str:
    """What a plan holds, counted."""
    plan = loaded.plan
    leaves = sum(t.kind != "group" for t in plan.tasks)
    return _(
        "It holds {leaves} tasks that somebody answers for, {milestones} milestones, {core} core indicators,"
        " {targets} further targets and {departments} departments."
    ).format(
        leaves=leaves,
        milestones=len(plan.milestones),
        core=sum(i.core for i in plan.indicators),
        targets=sum(not i.core for i in plan.indicators),
        departments=len(plan.departments),
    )


def problems(title: str, found: Sequence[Problem], day: str) -> View:
    """What a check found: problems that hinder a load, and remarks that do not."""
    columns: list[ColumnOf[Problem]] = [
        ColumnOf("kind", _("kind"), lambda one: _("warning") if one.warning else _("problem")),
        ColumnOf("place", _("place"), lambda one: f"{one.file}:{one.line}:{one.column}"),
        ColumnOf("what", _("what"), lambda one: one.what),
        ColumnOf("mend", _("how to mend it"), lambda one: one.hint, rank=1),
    ]
    return View(
        "check", title, [table_of("problems", "", found, columns, _("Nothing to remark."))],
        lambda: {"items": [one._asdict() for one in found]}, day, None,
    )  # fmt: skip
