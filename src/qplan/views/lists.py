"""Lists of tasks, departments, counts and journal entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qplan.core.calendar import LIGHTS, light_label
from qplan.core.escalation import level_label
from qplan.core.events import changes_in, is_late, local_time
from qplan.core.labels import event_label
from qplan.core.model import BLOCKED, GROUP, Event, ids
from qplan.core.own import NUMBER, OwnColumn, columns_of
from qplan.core.pace import PACES, pace_label
from qplan.core.rules import CHINA
from qplan.core.workflow import STATUS, status_label
from qplan.i18n import N_, N_p, _, counted, joined, noted, pgettext
from qplan.views import CHANGE, DATE, DECIMAL, ID, INTEGER, PERCENT, Column, Table, View, items, words
from qplan.views import STATUS as STATUS_TYPE
from qplan.views.columns import BLOCKED_LIST, LIST, TASK_COLUMNS, columns_known, described, task_table

if TYPE_CHECKING:
    from qplan.service.counts import Count
    from qplan.service.overdue import OverdueTask
    from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
    from qplan.views.page import Page

Row = Sequence[Any]


def view_of(
    snapshot: Snapshot, kind: str, title: str, tables: Sequence[Table], payload: Any, **more: Any
) -> View:
    """A view of a snapshot: its day and head come from the snapshot."""
    more |= {"short": snapshot.short_names, "head": snapshot.ledger.head()}
    return View(kind, title, tables, payload, snapshot.today.isoformat(), **more)


def tasks(
    snapshot: Snapshot,
    listed: list[AssessedTask],
    total: int,
    tree: bool = False,
    by_lead: bool = False,
    keys: Sequence[str] | None = None,
    point: Sequence[str] = (),
) -> View:
    """A list of tasks; ``tree`` indents by parent, ``by_lead`` makes a table per lead department.

    ``total`` is how many there are without the list's limit; ``keys`` are the columns that were asked
    for: the objects of its JSON then have only these. ``point`` are the columns that its filters are
    about, which a narrow terminal keeps.
    """
    columns = keys or (BLOCKED_LIST if "difficulty" in point else LIST)
    if by_lead:
        groups: dict[str, list[AssessedTask]] = {}
        for item in listed:
            for lead in item.task.leads or ("",):
                groups.setdefault(lead, []).append(item)
        order = [ident for ident in (*snapshot.departments, "") if ident in groups]
        tables = [
            task_table(
                snapshot,
                groups[ident],
                key=ident or "none",
                title=_lead_title(snapshot, ident, groups[ident]),
                keys=columns,
                point=point,
            )
            for ident in order
        ]
    else:
        tables = [
            task_table(snapshot, listed, depths=_depths(listed) if tree else None, keys=columns, point=point)
        ]
        if total and not listed:
            tables = [tables[0]._replace(empty=_("None is listed."))]
    return view_of(
        snapshot, "tasks", _("Tasks"), tables or [task_table(snapshot, [], keys=columns)],
        lambda: {
            **({"total": total} if total > _number(listed) else {}),
            "items": [_only(items.task_item(snapshot, item), keys) for item in listed],
        },
        lead=[_summary_line(listed, total)] if listed or total else [],
    )  # fmt: skip


def point_of(query: TaskQuery) -> tuple[str, ...]:
    """The columns that the filters of a list are about."""
    found = []
    if query.stale is not None:
        found.append("last_update")
    if query.where.lead_or_support is not None:
        found.append("support")
    if query.where.status in (BLOCKED, (BLOCKED,)):
        found.append("difficulty")
    return tuple(found)


def _only(item: dict[str, Any], keys: Sequence[str] | None) -> dict[str, Any]:
    """The fields of a JSON object that were asked for, in their order; all of them where none were."""
    return item if keys is None else {key: item[key] for key in keys if key in item}


def _lead_title(snapshot: Snapshot, ident: str, members: Sequence[object]) -> str:
    return _("{dept} ({id}): {n}").format(dept=snapshot.department_name(ident), id=ident, n=len(members))


def _number(listed: Sequence[AssessedTask]) -> int:
    """Return how many tasks a list has; headings are none."""
    return sum(item.task.kind != GROUP for item in listed)


def _summary_line(listed: list[AssessedTask], total: int) -> str:
    lights = Counter(item.light.code for item in listed if item.task.kind != GROUP)
    each = joined(f"{light_label(code)} {lights[code]}" for code in LIGHTS if lights[code])
    number = lights.total()
    if number < total:
        line = _("{n} of {total} tasks: {lights}") if number else _("{n} of {total} tasks")
        return line.format(n=number, total=total, lights=each)
    return counted(N_("{n} task: {lights}"), N_("{n} tasks: {lights}"), number).format(n=number, lights=each)


def _depths(listed: list[AssessedTask]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for row in (item.task for item in listed):
        depth[row.id] = depth[row.parent] + 1 if row.parent in depth else 0
    return depth


def overdue(
    snapshot: Snapshot,
    listed: list[OverdueTask],
    total: int,
    by_dept: bool = False,
    title: str = "",
    keys: Sequence[str] | None = None,
) -> View:
    """The overdue list, in the column order of a 逾期清单.

    ``total`` is how many there are without its limit; ``keys`` are the columns that were asked for.
    """
    title = title or _("Overdue on {day}").format(day=snapshot.today)
    if by_dept:
        groups: dict[str, list[OverdueTask]] = {}
        for late in listed:
            for lead in late.item.task.leads or ("",):
                groups.setdefault(lead, []).append(late)
        tables = [
            overdue_table(
                snapshot,
                groups[ident],
                key=ident or "none",
                title=_lead_title(snapshot, ident, groups[ident]),
                keys=keys,
            )
            for ident in (*snapshot.departments, "")
            if ident in groups
        ]
    else:
        tables = [overdue_table(snapshot, listed, keys=keys)]
        if total and not listed:
            tables = [tables[0]._replace(empty=_("None is listed."))]
    return view_of(
        snapshot, "overdue", title, tables or [overdue_table(snapshot, [], keys=keys)],
        lambda: {
            **({"total": total} if total > len(listed) else {}),
            "items": [_only(items.overdue_item(snapshot, late), keys) for late in listed],
        },
        lead=[_overdue_line(len(listed), total)] if total else [],
        notes=calendar_notes(snapshot, listed),
    )  # fmt: skip


def _overdue_line(number: int, total: int) -> str:
    if number < total:
        return _(
            "{n} of {total} overdue tasks, the longest overdue first; without --limit all of them."
        ).format(n=number, total=total)
    return counted(N_("{n} task is overdue."), N_("{n} tasks are overdue."), number).format(n=number)


def calendar_notes(snapshot: Snapshot, listed: list[OverdueTask]) -> list[str]:
    """A sentence on the years whose working days are not known, or that none are counted, where figures depend on it."""
    if listed and not snapshot.clock.calendar.counted:
        return [_("This plan counts calendar days; it has no working days.")]
    years = sorted({year for late in listed for year in late.unknown_years})
    if not years:
        return []
    text = _(
        "Working days of {years} are counted Monday to Friday: the State Council's arrangement is not known."
    )
    if snapshot.clock.rules.working_days != CHINA:
        text = _("Working days of {years} are counted Monday to Friday: the plan lists no days off of them.")
    return [text.format(years=joined(map(str, years)))]


#: Columns that only an overdue list has, in the order of a 逾期清单 with those of any task.
OVERDUE = (
    "no", "id", "title", "lead", "owner", "deadline", "overdue_days", "overdue_workdays", "calendar", "status",
    "progress", "note", "cause", "urged", "level", "answer_by",
)  # fmt: skip
#: What ``overdue --columns`` takes.
OVERDUE_KNOWN = tuple(dict.fromkeys((*OVERDUE, *TASK_COLUMNS)))


def overdue_columns() -> dict[str, Column]:
    """The columns that only an overdue list has, and those that have another place on a narrow screen there."""
    return {
        "no": Column("no", _("no."), INTEGER, rank=4),
        "lead": Column("lead", _("lead")),
        "owner": Column("owner", _("owner"), rank=5),
        "deadline": Column("deadline", _("deadline"), DATE),
        "overdue_days": Column("overdue_days", _("days late"), INTEGER),
        "overdue_workdays": Column("overdue_workdays", _("working days late"), INTEGER, rank=4),
        "calendar": Column("calendar", _("working days not published for"), rank=4),
        "status": Column("status", _("status"), STATUS_TYPE, rank=3),
        "cause": Column("cause", _("cause of delay"), rank=2),
        "level": Column("level", _("this week's level"), rank=1),
        "answer_by": Column("answer_by", _("answer by"), DATE, rank=3),
    }


def overdue_table(
    snapshot: Snapshot,
    listed: list[OverdueTask],
    key: str = "overdue",
    title: str = "",
    keys: Sequence[str] | None = None,
) -> Table:
    """Overdue tasks: no., id, task, lead, person, deadline, days, progress, cause, escalation.

    The years whose working days are not published are beside the figure, and only where there are any.
    """
    if keys is None:
        uncertain = any(late.unknown_years for late in listed)
        without = {"overdue_workdays"} if not snapshot.clock.calendar.counted else set()
        keys = [name for name in OVERDUE if name not in without and (uncertain or name != "calendar")]
    own, known = overdue_columns(), columns_known(snapshot)
    columns = [own.get(name) or described(name, known[name]) for name in keys]
    rows = []
    for number, late in enumerate(listed, 1):
        values = _overdue_values(snapshot, number, late)
        rows.append(
            [values[name] if name in values else known[name].value(snapshot, late.item) for name in keys]
        )
    return Table(key, title, columns, rows, _("Nothing is overdue."))


def _overdue_values(snapshot: Snapshot, number: int, late: OverdueTask) -> dict[str, Any]:
    days = late.item.late
    return {
        "no": number,
        "overdue_days": days.days,
        "overdue_workdays": days.workdays if snapshot.clock.calendar.counted else None,
        "calendar": " ".join(map(str, late.unknown_years)) or None,
        "cause": items.cause(late.item.task),
        "urged": words.urged(late.item.task, snapshot.clock),
        "level": level_label(snapshot.clock.rules, late.level),
        "answer_by": late.answer_by,
    }


def departments(snapshot: Snapshot, counts: list[Count], before: Mapping[str, int]) -> View:
    """Departments with their ids, aliases and how many tasks they lead.

    ``before`` has the number of overdue tasks of each a week ago.
    """
    by_id = {counted.key: counted for counted in counts}
    columns = [
        Column("id", _("id"), ID),
        Column("name", _("name")),
        Column("role", _("role"), rank=1),
        Column("total", _("leads"), INTEGER),
        Column("overdue", _("overdue"), INTEGER),
        Column("change", _("against a week ago"), CHANGE, rank=1),
        Column("progress", _("mean progress"), PERCENT, rank=1),
        Column("aliases", _("also called"), rank=2),
        Column("remark", _("remark"), rank=3),
    ]
    listed = [d for d in snapshot.departments.values() if not d.retired]

    def change(ident: str) -> int:
        return (by_id[ident].overdue if ident in by_id else 0) - before.get(ident, 0)

    def payload() -> dict[str, Any]:
        return {
            "items": [
                {
                    "id": d.id, "name": d.name, "full_name": d.full_name, "members": list(ids(d.members)),
                    "aliases": list(ids(d.aliases)), "initials": d.initials,
                    "role": d.role, "remark": d.remark, "leads": _of(by_id, d.id, "total"),
                    "overdue": _of(by_id, d.id, "overdue"),
                    "overdue_change": change(d.id), "progress": _of(by_id, d.id, "progress") if d.id in by_id else None,
                }
                for d in listed
            ]
        }  # fmt: skip

    rows = [
        (
            d.id, d.name, pgettext("department", DEPARTMENT_ROLES[d.role]), _of(by_id, d.id, "total"), _of(by_id, d.id, "overdue"),
            change(d.id), by_id[d.id].progress if d.id in by_id else None, "、".join(ids(d.aliases)), d.remark,
        )
        for d in listed
    ]  # fmt: skip
    return view_of(
        snapshot, "departments", _("Departments"), [Table("departments", "", columns, rows)], payload
    )


DEPARTMENT_ROLES = {
    "office": N_p("department", "office"),
    "department": N_p("department", "department"),
    "area": N_p("department", "area"),
}


def _of(by_id: dict[str, Count], ident: str, field: str) -> int:
    return getattr(by_id[ident], field) if ident in by_id else 0


def summary(snapshot: Snapshot, counts: list[Count], total: Count, by: str) -> View:
    """Counts per department, section or column, their places by mean progress, and the totals, each task counted once."""
    headings = {"dept": _("department"), "section": _("section"), "column": _("column")}
    return view_of(
        snapshot, "summary", _("Summary by {by}").format(by=headings[by]),
        [count_table(counts, headings[by], own=columns_of(snapshot.plan), total=total)],
        lambda: {
            "by": by, "totals": {**items.count_item(total), "pace_shares": items.pace_shares(total)},
            "items": _ranked(counts), "trend": items.trend_items(snapshot),
        },
        page=lambda: drawn(snapshot, counts, headings[by]),
    )  # fmt: skip


def _ranked(counts: list[Count]) -> list[dict[str, Any]]:
    """Counts as JSON, each with its place and the shares of its paces."""
    from qplan.service.counts import ranks

    places = ranks(counts)
    return [
        {**items.count_item(one), "pace_shares": items.pace_shares(one), "rank": places[one.key]}
        for one in counts
    ]


def pace_text(counted: Count, code: str) -> str:
    """How many tasks have a pace, and their share."""
    return noted(counted.by_pace.get(code, 0), f"{items.pace_shares(counted)[code]}%")


def drawn(snapshot: Snapshot, counts: list[Count], heading: str) -> Page:
    """Charts of counts and of the last weeks, for a terminal."""
    from qplan.service.trend import overdue_trend
    from qplan.views import page

    return page.of_counts(counts, overdue_trend(snapshot), heading)


def count_table(
    counts: list[Count], heading: str, key: str = "summary", title: str = "", own: Sequence[OwnColumn] = (),
    total: Count | None = None,
) -> Table:  # fmt: skip
    """A row of counts for each group, and the sums of the plan's own columns of numbers.

    With a ``total`` each group has its place by mean progress, and a last row has the totals.
    """
    from qplan.service.counts import ranks

    places = ranks(counts) if total else {}
    paces = PACES if total else ()
    added = [one for one in own if one.type == NUMBER]
    columns = [
        Column("id", _("id"), ID),
        Column("title", heading),
        Column("total", _("tasks"), INTEGER),
        Column("overdue", _("overdue"), INTEGER),
        Column("due_soon", _("due soon"), INTEGER, rank=2),
        Column("stale", _("stale"), INTEGER, rank=3),
        *(Column(code, status_label(code), INTEGER, rank=4) for code in STATUS),
        *(Column(f"light_{code}", light_label(code), INTEGER, rank=1) for code in LIGHTS),
        Column("progress", _("mean progress"), PERCENT),
        *([Column("rank", _("rank"), INTEGER, rank=2)] if total else []),
        *(Column(f"pace_{code}", pace_label(code), rank=3) for code in paces),
        *(Column(one.id, one.heading, DECIMAL) for one in added),
    ]
    rows = [
        (
            c.key, c.title, c.total, c.overdue, c.due_soon, c.stale,
            *(c.by_status.get(code, 0) for code in STATUS),
            *(c.by_light.get(code, 0) for code in LIGHTS),
            c.progress,
            *([places.get(c.key)] if total else []),
            *(pace_text(c, code) for code in paces),
            *(c.sums.get(one.id) for one in added),
        )
        for c in (*counts, *([total._replace(key="", title=_("total"))] if total else []))
    ]  # fmt: skip
    return Table(key, title, columns, rows)


def log(snapshot: Snapshot, events: list[Event]) -> View:
    """Entries of the journal, oldest first: when, who, what, before → after."""
    offset = snapshot.plan.utc_offset
    columns = [
        Column("seq", _("no."), INTEGER),
        Column("recorded_at", _("recorded (UTC{offset})").format(offset=offset), DATE, rank=2),
        Column("effective_on", _("effective"), DATE),
        Column("late", _("late"), rank=3),
        Column("actor", _("by"), rank=1),
        Column("subject", _("id"), ID),
        Column("action", _("action")),
        Column("change", _("change")),
    ]
    rows = [
        (
            event.seq,
            local_time(event.recorded_at, offset),
            event.effective_on,
            _("late entry") if is_late(event, offset) else None,
            event.actor,
            event.subject,
            event_label(event.kind),
            change_text(event, snapshot.department_name),
        )
        for event in events
    ]
    return view_of(
        snapshot, "log", _("Journal"), [Table("log", "", columns, rows, _("No entries match; qplan log lists all."))],
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
