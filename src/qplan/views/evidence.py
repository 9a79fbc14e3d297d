"""The evidence of tasks as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qplan.i18n import N_p, _, pgettext
from qplan.service.evidence import Piece
from qplan.views import ID, ColumnOf, View, table_of

if TYPE_CHECKING:
    from qplan.service.queries import Snapshot

#: State of a piece of evidence -> label.
STATES = {
    "cited": N_p("evidence", "number or address"),
    "named": N_p("evidence", "name only, no file"),
    "kept": N_p("evidence", "copy kept"),
    "unchanged": N_p("evidence", "unchanged, no copy"),
    "changed": N_p("evidence", "changed since"),
    "missing": N_p("evidence", "missing"),
}


def state_label(state: str) -> str:
    """The label of a state in the language in use."""
    return pgettext("evidence", STATES[state])


def view(snapshot: Snapshot, pieces: Sequence[Piece]) -> View:
    """Each piece of evidence with its state, its SHA-256 and where what was given can be read."""
    from qplan.views import lists

    columns: list[ColumnOf[Piece]] = [
        ColumnOf("task", _("task"), lambda one: one.task, ID),
        ColumnOf("evidence", _("evidence"), lambda one: one.text),
        ColumnOf("state", _("state"), lambda one: state_label(one.state)),
        ColumnOf("sha256", _("SHA-256 of evidence"), lambda one: one.digest, rank=2),
        ColumnOf("path", _("where it is"), lambda one: one.path, rank=1),
    ]
    return lists.view_of(
        snapshot, "evidence", _("Evidence"), [table_of("evidence", "", pieces, columns, _("No evidence was given."))],
        lambda: {
            "items": [
                {"task": one.task, "evidence": one.text, "state": one.state, "sha256": one.digest, "path": one.path}
                for one in pieces
            ]
        },
    )  # fmt: skip
