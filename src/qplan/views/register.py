"""The work register (工作台账): every task with all that people know about it, as an office prints it."""

from __future__ import annotations

from collections.abc import Sequence

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
    made = task_table(snapshot, listed, "register", _("Work register"), keys=keys or REGISTER, numbered=True)
    return made._replace(caption=caption)
