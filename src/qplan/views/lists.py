"""Lists of tasks, departments and counts, and the work register (工作台账)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from qplan.core.calendar import LIGHTS, light_label
from qplan.core.escalation import level_label
from qplan.core.model import BLOCKED, GROUP, Department, ids
from qplan.core.own import NUMBER, OwnColumn, columns_of
from qplan.core.pace import PACES, pace_label
from qplan.core.rules import CHINA
from qplan.core.workflow import STATUS, status_label
from qplan.i18n import N_, N_p, _, counted, joined, noted, pgettext
from qplan.views import (
    CHANGE,
    DATE,
    DECIMAL,
    ID,
    INTEGER,
    PERCENT,
    TEXT,
    ColumnOf,
    Table,
    View,
    items,
    table_of,
    words,
)
from qplan.views.columns import BLOCKED_LIST, LIST, REGISTER, TASK_COLUMNS, columns_known, task_table

if TYPE_CHECKING:
    from qplan.service.counts import Count
    from qplan.service.overdue import OverdueTask
    from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
    from qplan.views.page import Page

Listed = TypeVar("Listed", "AssessedTask", "OverdueTask")


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
    depths = _depths(listed) if tree and not by_lead else None

    def table(members: Sequence[AssessedTask]) -> Table:
        return task_table(snapshot, members, depths=depths, keys=columns, point=point)

    leads = (lambda item: item.task.leads) if by_lead else None
    return view_of(
        snapshot, "tasks", _("Tasks"), _tables(snapshot, listed, total, table, leads),
        lambda: {
            **({"total": total} if total > _number(listed) else {}),
            "items": _objects(listed, partial(items.task_item, snapshot), keys, columns_known(snapshot)),
        },
        lead=[_summary_line(listed, total)] if listed or total else [],
    )  # fmt: skip


def _tables(
    snapshot: Snapshot,
    listed: Sequence[Listed],
    total: int,
    table: Callable[[Sequence[Listed]], Table],
    leads: Callable[[Listed], Sequence[str]] | None,
) -> list[Table]:
    """The table of a list; with ``leads``, which returns those of a task, one for each lead department."""
    if leads is None:
        made = table(listed)
        return [made._replace(empty=_("None is listed.")) if total and not listed else made]
    groups: dict[str, list[Listed]] = {}
    for one in listed:
        for lead in leads(one) or ("",):
            groups.setdefault(lead, []).append(one)
    tables = []
    for ident in (*snapshot.departments, ""):
        if members := groups.get(ident):
            name = snapshot.department_name(ident)
            title = _("{dept} ({id}): {n}").format(dept=name, id=ident, n=len(members))
            tables.append(table(members)._replace(key=ident or "none", title=title))
    return tables or [table([])]


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


def _objects(
    listed: Sequence[Listed],
    item: Callable[[Listed], dict[str, Any]],
    keys: Sequence[str] | None,
    columns: Mapping[str, ColumnOf[Listed]],
) -> list[dict[str, Any]]:
    """The JSON objects of a list, of the columns asked for alone; what an object lacks is as its column shows it."""
    wholes = list(map(item, listed))
    if keys is None:
        return wholes
    return [
        {key: whole[key] if key in whole else columns[key].value(one) for key in keys}
        for one, whole in zip(listed, wholes, strict=True)
    ]


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

    def table(late: Sequence[OverdueTask]) -> Table:
        return overdue_table(snapshot, late, keys=keys)

    leads = (lambda late: late.item.task.leads) if by_dept else None
    return view_of(
        snapshot, "overdue", title, _tables(snapshot, listed, total, table, leads),
        lambda: {
            **({"total": total} if total > len(listed) else {}),
            "items": _objects(listed, partial(items.overdue_item, snapshot), keys, overdue_columns(snapshot)),
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


#: The columns of an overdue list, in the order of a 逾期清单.
OVERDUE = (
    "no", "id", "title", "lead", "owner", "deadline", "overdue_days", "overdue_workdays", "calendar", "status",
    "progress", "note", "cause", "urged", "level", "answer_by",
)  # fmt: skip
#: What ``overdue --columns`` takes.
OVERDUE_KNOWN = tuple(dict.fromkeys((*OVERDUE, *TASK_COLUMNS)))
#: Columns of any task that a narrow screen shows sooner or later there, and their ranks.
_OVERDUE_RANKS = {"lead": 0, "owner": 5, "deadline": 0, "overdue_days": 0, "status": 3}


def overdue_columns(snapshot: Snapshot) -> dict[str, ColumnOf[OverdueTask]]:
    """Every column that an overdue list can have, by its key: those of any task and its own.

    The years whose working days are not published are beside the figure.
    """
    clock, numbers = snapshot.clock, count(1)
    workdays = clock.calendar.counted
    own: tuple[ColumnOf[OverdueTask], ...] = (
        ColumnOf("no", _("no."), lambda _late: next(numbers), INTEGER, 4),
        ColumnOf("overdue_workdays", _("working days late"), lambda late: late.item.late.workdays if workdays else None, INTEGER, 4),
        ColumnOf("calendar", _("working days not published for"), lambda late: " ".join(map(str, late.unknown_years)) or None, rank=4),
        ColumnOf("cause", _("cause of delay"), lambda late: items.cause(late.item.task), rank=2),
        ColumnOf("urged", _("last urge"), lambda late: words.urged(late.item.task, clock), rank=5),
        ColumnOf("level", _("this week's level"), lambda late: level_label(clock.rules, late.level), rank=1),
        ColumnOf("answer_by", _("answer by"), lambda late: late.answer_by, DATE, 3),
    )  # fmt: skip
    of_any = {key: _of_item(one) for key, one in columns_known(snapshot).items()}
    ranked = {key: of_any[key]._replace(rank=rank) for key, rank in _OVERDUE_RANKS.items()}
    return of_any | ranked | {one.key: one for one in own}


def _of_item(column: ColumnOf[AssessedTask]) -> ColumnOf[OverdueTask]:
    return ColumnOf(column.key, column.title, lambda late: column.value(late.item), column.type, column.rank)


def overdue_table(
    snapshot: Snapshot, listed: Sequence[OverdueTask], title: str = "", keys: Sequence[str] | None = None
) -> Table:
    """Overdue tasks: no., id, task, lead, person, deadline, days, progress, cause, escalation.

    The column of years without working days is there only where any figure lacks them.
    """
    if keys is None:
        uncertain = any(late.unknown_years for late in listed)
        without = {"overdue_workdays"} if not snapshot.clock.calendar.counted else set()
        keys = [name for name in OVERDUE if name not in without and (uncertain or name != "calendar")]
    known = overdue_columns(snapshot)
    return table_of("overdue", title, listed, [known[name] for name in keys], _("Nothing is overdue."))


def departments(snapshot: Snapshot, counts: list[Count], before: Mapping[str, int]) -> View:
    """Departments with their ids, aliases and how many tasks they lead.

    ``before`` has the number of overdue tasks of each a week ago.
    """
    by_id = {counted.key: counted for counted in counts}
    listed = [d for d in snapshot.departments.values() if not d.retired]

    def of(dept: Department, field: str) -> int:
        return getattr(by_id[dept.id], field) if dept.id in by_id else 0

    def change(dept: Department) -> int:
        return of(dept, "overdue") - before.get(dept.id, 0)

    def progress(dept: Department) -> int | None:
        return of(dept, "progress") if dept.id in by_id else None

    def payload() -> dict[str, Any]:
        return {
            "items": [
                {
                    "id": d.id, "name": d.name, "full_name": d.full_name, "members": list(ids(d.members)),
                    "aliases": list(ids(d.aliases)), "initials": d.initials,
                    "role": d.role, "remark": d.remark, "leads": of(d, "total"), "overdue": of(d, "overdue"),
                    "overdue_change": change(d), "progress": progress(d),
                }
                for d in listed
            ]
        }  # fmt: skip

    columns: list[ColumnOf[Department]] = [
        ColumnOf("id", _("id"), lambda d: d.id, ID),
        ColumnOf("name", _("name"), lambda d: d.name),
        ColumnOf("role", _("role"), lambda d: pgettext("department", DEPARTMENT_ROLES[d.role]), rank=1),
        ColumnOf("total", _("leads"), lambda d: of(d, "total"), INTEGER),
        ColumnOf("overdue", _("overdue"), lambda d: of(d, "overdue"), INTEGER),
        ColumnOf("change", _("against a week ago"), change, CHANGE, 1),
        ColumnOf("progress", _("mean progress"), progress, PERCENT, 1),
        ColumnOf("aliases", _("also called"), lambda d: "、".join(ids(d.aliases)), rank=2),
        ColumnOf("remark", _("remark"), lambda d: d.remark, rank=3),
    ]
    return view_of(
        snapshot, "departments", _("Departments"), [table_of("departments", "", listed, columns)], payload
    )


DEPARTMENT_ROLES = {
    "office": N_p("department", "office"),
    "department": N_p("department", "department"),
    "area": N_p("department", "area"),
}


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
    ranked: list[ColumnOf[Count]] = []
    if total:
        ranked = [ColumnOf("rank", _("rank"), lambda one: places.get(one.key), INTEGER, 2)]
        ranked += pace_columns("pace_", rank=3)
    columns: list[ColumnOf[Count]] = [
        *group_columns(heading),
        ColumnOf("overdue", _("overdue"), lambda one: one.overdue, INTEGER),
        ColumnOf("due_soon", _("due soon"), lambda one: one.due_soon, INTEGER, 2),
        ColumnOf("stale", _("stale"), lambda one: one.stale, INTEGER, 3),
        *_columns_of(STATUS, status_label, lambda one, code: one.by_status.get(code, 0), rank=4),
        *light_columns(rank=1),
        ColumnOf("progress", _("mean progress"), lambda one: one.progress, PERCENT),
        *ranked,
        *(ColumnOf(one.id, one.heading, partial(_sum, one.id), DECIMAL) for one in own if one.type == NUMBER),
    ]
    last = [total._replace(key="", title=_("total"))] if total else []
    return table_of(key, title, [*counts, *last], columns)


def group_columns(heading: str) -> list[ColumnOf[Count]]:
    """The columns that name a group and count its tasks."""
    return [
        ColumnOf("id", _("id"), lambda one: one.key, ID),
        ColumnOf("title", heading, lambda one: one.title),
        ColumnOf("total", _("tasks"), lambda one: one.total, INTEGER),
    ]


def light_columns(rank: int) -> list[ColumnOf[Count]]:
    """How many tasks of a group show each light."""
    return _columns_of(LIGHTS, light_label, lambda one, code: one.by_light.get(code, 0), "light_", rank=rank)


def pace_columns(prefix: str = "", rank: int = 0) -> list[ColumnOf[Count]]:
    """How many tasks of a group have each pace, and their share."""
    return _columns_of(PACES, pace_label, pace_text, prefix, TEXT, rank)


def _columns_of(
    codes: Iterable[str],
    label: Callable[[str], str],
    value: Callable[[Count, str], Any],
    prefix: str = "",
    type: str = INTEGER,
    rank: int = 0,
) -> list[ColumnOf[Count]]:
    """A column for each of some codes."""

    def column(code: str) -> ColumnOf[Count]:
        return ColumnOf(prefix + code, label(code), lambda one: value(one, code), type, rank)

    return [column(code) for code in codes]


def _sum(ident: str, counted: Count) -> str | None:
    return counted.sums.get(ident)


def register(snapshot: Snapshot, listed: Sequence[AssessedTask], keys: Sequence[str] | None = None) -> View:
    """The register of a plan; ``keys`` are the columns that were asked for."""
    title = _("{plan}: work register").format(plan=snapshot.plan.title)
    return view_of(
        snapshot, "register", title, [register_table(snapshot, listed, keys, title)],
        lambda: {"items": _objects(listed, partial(items.task_item, snapshot), keys, columns_known(snapshot))},
    )  # fmt: skip


def register_table(
    snapshot: Snapshot,
    listed: Sequence[AssessedTask],
    keys: Sequence[str] | None = None,
    caption: str = "",
) -> Table:
    """The register's table, numbered, with a title row where it is printed."""
    made = task_table(snapshot, listed, "register", _("Work register"), keys=keys or REGISTER, numbered=True)
    return made._replace(caption=caption)
