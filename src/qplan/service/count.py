"""Tasks counted by department, section or column."""

from collections.abc import Iterable
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.model import GROUP, Task, TaskFilter
from qplan.service.look import Assessed, Book


class Count(NamedTuple):
    """How many tasks of one department, section or column are in which state and light."""

    key: str
    title: str
    total: int
    by_status: dict[str, int]
    by_light: dict[str, int]
    overdue: int
    due_soon: int
    stale: int
    progress: int  #: mean percent


def count(book: Book, key: str, title: str, items: Iterable[Assessed]) -> Count:
    """Count a list of judged tasks."""
    total = overdue = soon = stale = progress = 0
    by_status: dict[str, int] = {}
    by_light: dict[str, int] = {}
    for item in items:
        total += 1
        by_status[item.task.status or ""] = by_status.get(item.task.status or "", 0) + 1
        by_light[item.light.code] = by_light.get(item.light.code, 0) + 1
        overdue += item.overdue
        soon += calendar.due_soon(item.task, book.clock)
        stale += item.stale
        progress += item.task.progress or 0
    return Count(
        key, title, total, by_status, by_light, overdue, soon, stale, progress // total if total else 0
    )


def by_dept(book: Book, judged: list[Assessed]) -> tuple[Count, list[Count]]:
    """All tasks of a list counted, and those of each department that leads any."""
    return count(book, "", book.plan.title, judged), summary(book, "dept", judged)


#: ``summary --by`` -> (key of a task's group)
SUMMARIES = ("dept", "section", "column")


def summary(book: Book, by: str, judged: Iterable[Assessed]) -> list[Count]:
    """Counts per department (lead), section or column that has any; every task is counted once."""
    groups: dict[str, list[Assessed]] = {}
    if by == "dept":
        for ident in book.departments:
            groups[ident] = []
    for item in judged:
        groups.setdefault(_group_key(item.task, by), []).append(item)
    titles = _titles(book, by)
    return [count(book, key, titles.get(key, key), members) for key, members in groups.items() if members]


def _group_key(row: Task, by: str) -> str:
    if by == "dept":
        return row.lead or ""
    if by == "section":
        return row.section or ""
    return "" if row.column_no is None else str(row.column_no)


def _titles(book: Book, by: str) -> dict[str, str]:
    if by == "dept":
        return {ident: d.name for ident, d in book.departments.items()}
    groups = [t for t in book.ledger.tasks(TaskFilter(groups=True)) if t.kind == GROUP]
    if by == "section":
        return {t.clause: t.title for t in groups if t.column_no is None and t.parent is None}
    return {str(t.column_no): t.title for t in groups if t.column_no is not None}
