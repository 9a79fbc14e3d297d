"""The evidence of tasks as a list."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.i18n import N_p, _, pgettext
from qplan.service.evidence import Piece
from qplan.service.queries import Snapshot
from qplan.views import ID, Column, Table, View, lists

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
    columns = [
        Column("task", _("task"), ID),
        Column("evidence", _("evidence")),
        Column("state", _("state")),
        Column("sha256", _("SHA-256 of evidence"), rank=2),
        Column("path", _("where it is"), rank=1),
    ]
    rows = [(one.task, one.text, state_label(one.state), one.digest, one.path) for one in pieces]
    return lists.view_of(
        snapshot, "evidence", _("Evidence"), [Table("evidence", "", columns, rows, _("No evidence was given."))],
        lambda: {
            "items": [
                {"task": one.task, "evidence": one.text, "state": one.state, "sha256": one.digest, "path": one.path}
                for one in pieces
            ]
        },
    )  # fmt: skip
