"""The work register (工作台账): every task with all that people know about it, as an office prints it."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.core.own import columns_of
from qplan.i18n import _
from qplan.service.queries import AssessedTask, Snapshot
from qplan.views import Table, View, items, lists
from qplan.views.columns import REGISTER, task_table


def register(snapshot: Snapshot, listed: Sequence[AssessedTask], keys: Sequence[str] | None = None) -> View:
    """The register of a plan; ``keys`` are the columns that were asked for."""
    title = _("{plan}: work register").format(plan=snapshot.plan.title)
    return lists.view_of(
        snapshot, "register", title, [table(snapshot, listed, keys, title)],
        lambda: {"items": [items.task_item(snapshot, item) for item in listed]},
    )  # fmt: skip


def table(
    snapshot: Snapshot,
    listed: Sequence[AssessedTask],
    keys: Sequence[str] | None = None,
    caption: str = "",
) -> Table:
    """The register's table, numbered, with a title row where it is printed."""
    chosen = keys or _register_keys(snapshot, listed)
    made = task_table(snapshot, listed, "register", _("Work register"), keys=chosen, numbered=True)
    return made._replace(caption=caption)


#: Columns that the register has where a task has something there, each with the column after which it stands.
_WHERE_GIVEN = {"quantity": "title", "verifier": "support", "deadline_text": "deadline", "weight": "status"}


def _register_keys(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Sequence[str]:
    """The register's columns, with those of the plan's shapes that any task has, and the plan's own."""
    keys = list(REGISTER)
    for key, after in _WHERE_GIVEN.items():
        if any(getattr(item.task, key) for item in listed):
            keys.insert(keys.index(after) + 1, key)
    return [*keys, *(one.id for one in columns_of(snapshot.plan))]
