"""How many tasks of a plan, a department, a section or a column are in which status and light."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.model import CLOSED, GROUP, SAFEGUARD, STATUSES, Task, TaskFilter
from qplan.core.own import NUMBER, columns_of, total
from qplan.core.pace import pace_of
from qplan.core.rollup import mean_progress
from qplan.i18n import _
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery

#: What ``summary --by`` groups tasks by.
SUMMARIES = ("dept", "section", "column")

#: The statuses in the order in which sentences and figures count them: what is closed comes first.
STATES = (CLOSED, *(status for status in STATUSES if status != CLOSED))


class Count(NamedTuple):
    """How many tasks of one department, section or column are in which status and light."""

    key: str
    title: str
    total: int
    by_status: dict[str, int]
    by_light: dict[str, int]
    overdue: int
    due_soon: int
    stale: int
    progress: int  #: mean percent
    by_pace: dict[str, int] = {}  # noqa: RUF012 - never written to
    sums: dict[str, str] = {}  # noqa: RUF012 - never written to; id of a column of numbers -> sum of its values
    change: int = 0  #: overdue, against the week before; of a week's counts

    def by_state(self) -> dict[str, int]:
        """Return the count of each status in the order of :data:`STATES`; together they are the total."""
        return {status: self.by_status.get(status, 0) for status in STATES}


def count(snapshot: Snapshot, key: str, title: str, items: Sequence[AssessedTask]) -> Count:
    """Count a list of assessed tasks; of headings only the numbers of the plan's own columns."""
    sums = _sums(snapshot, items)
    items = [item for item in items if item.task.kind != GROUP]
    return Count(
        key,
        title,
        len(items),
        by_status=dict(Counter(item.task.status or "" for item in items)),
        by_light=dict(Counter(item.light.code for item in items)),
        overdue=sum(item.overdue for item in items),
        due_soon=sum(calendar.due_soon(item.task, snapshot.clock) for item in items),
        stale=sum(item.stale for item in items),
        progress=mean_progress([item.task for item in items]),
        by_pace=dict(Counter(pace_of(item.task, snapshot.clock) for item in items)),
        sums=sums,
    )


def counted_tasks(snapshot: Snapshot, wanted: TaskQuery | None = None) -> list[AssessedTask]:
    """Return the tasks that a summary counts, with the headings that have numbers of the plan's own to add up.

    Of a selection only its tasks are counted: a heading's numbers are those of all tasks below it.
    """
    if wanted is not None:
        return queries.tasks(snapshot, wanted)
    items = queries.tasks(snapshot)
    if not any(one.type == NUMBER for one in columns_of(snapshot.plan)):
        return items
    headings = (row for row in snapshot.ledger.tasks(TaskFilter(groups=True)) if row.kind == GROUP)
    return items + [queries.assess(snapshot, row) for row in headings if row.fields != "{}"]


def _sums(snapshot: Snapshot, items: Sequence[AssessedTask]) -> dict[str, str]:
    rows = [item.task for item in items if item.task.fields != "{}"]
    numbers = (one for one in columns_of(snapshot.plan) if one.type == NUMBER) if rows else ()
    return {one.id: added for one in numbers if (added := total(one, rows)) is not None}


def by_department(snapshot: Snapshot, items: Sequence[AssessedTask]) -> tuple[Count, list[Count]]:
    """Return the count of all tasks of a list, and those of each department that leads any."""
    return count(snapshot, "", snapshot.plan.title, items), summary(snapshot, "dept", items)


def summary(snapshot: Snapshot, by: str, items: Iterable[AssessedTask]) -> list[Count]:
    """Return counts per department, section or column that has any; a task counts for each of its leads."""
    groups: dict[str, list[AssessedTask]] = {}
    if by == "dept":
        groups = {ident: [] for ident in snapshot.departments}
    for item in items:
        for key in _group_keys(item.task, by):
            groups.setdefault(key, []).append(item)
    titles = _titles(snapshot, by)
    return [
        count(snapshot, key, titles.get(key) or _title_of(members, key), members)
        for key, members in groups.items()
        if members
    ]


def _title_of(members: Sequence[AssessedTask], key: str) -> str:
    """Return the title of a section whose heading is no task of the plan; a task without a heading is its own."""
    if key and len(members) == 1:
        return members[0].task.title
    return _("safeguards") if all(item.task.kind == SAFEGUARD for item in members) else key


def overdue_a_week_ago(snapshot: Snapshot) -> dict[str, int]:
    """Return how many overdue tasks each department led seven days before the snapshot's; none before the plan."""
    day = calendar.shifted(snapshot.today, -7)
    if day.isoformat() < snapshot.plan.begins:
        return {}
    with snapshot.ledger.past(day.isoformat(), snapshot.ledger.seq) as then:
        past = snapshot._replace(ledger=then, clock=calendar.clock_of(then.plan(), day))
        late = queries.tasks(past, TaskQuery(overdue=True))
    return Counter(lead for item in late for lead in item.task.leads or ("",))


def ranks(counts: Sequence[Count]) -> dict[str, int]:
    """Return the place of each group by mean progress, the best one first; equal ones share a place."""
    return {one.key: 1 + sum(other.progress > one.progress for other in counts) for one in counts}


def _group_keys(row: Task, by: str) -> tuple[str, ...]:
    if by == "dept":
        return row.leads or ("",)
    if by == "section":
        return (row.section or "",)
    return ("" if row.column_no is None else str(row.column_no),)


def _titles(snapshot: Snapshot, by: str) -> dict[str, str]:
    if by == "dept":
        return {ident: department.title for ident, department in snapshot.departments.items()}
    groups = [task for task in snapshot.ledger.tasks(TaskFilter(groups=True)) if task.kind == GROUP]
    if by == "section":
        return {task.clause: task.title for task in groups if task.column_no is None and task.parent is None}
    return {str(task.column_no): task.title for task in groups if task.column_no is not None}
