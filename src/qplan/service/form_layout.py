"""What a form has on its sheets: one table that its writer and its reader share.

A form is a workbook for one department. Beside each row, in a hidden column, is its mark: the ledger,
the entry, the department, and which record at which version the row is about. It stays with the row
when people sort, filter, insert columns or save with another program.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qplan.core.model import ACTIVE, BLOCKED, SUBMITTED
from qplan.core.names import folded
from qplan.core.workflow import BY_ACTION, STATUS, action_label, status_label
from qplan.i18n import N_p, both_languages, code_of, pgettext

TASK, MILESTONE, INDICATOR = "task", "milestone", "indicator"


class FormColumn(NamedTuple):
    """A column of a form: its key, its heading, its width, what is written into it."""

    key: str
    heading: str
    width: int
    fill: str = ""  #: text, percent, status, day, period or figure; "" for a locked column
    optional: bool = False  #: only in forms in which a row has something there


#: Kind of record -> the name of its sheet, and the columns.
SHEETS: dict[str, tuple[str, tuple[FormColumn, ...]]] = {
    TASK: (
        N_p("form", "Tasks"),
        (
            FormColumn("no", N_p("form", "no."), 5),
            FormColumn("id", N_p("form", "id"), 8),
            FormColumn("title", N_p("form", "task"), 24),
            FormColumn("about", N_p("form", "particulars"), 18, optional=True),
            FormColumn("role", N_p("form", "part"), 8),
            FormColumn("deadline", N_p("form", "deadline"), 11),
            FormColumn("now", N_p("form", "state now"), 9),
            FormColumn("light", N_p("form", "light"), 6),
            FormColumn("last", N_p("form", "last report"), 24),
            FormColumn("status", N_p("form", "new status"), 10, "status"),
            FormColumn("progress", N_p("form", "progress (%)"), 14, "percent"),
            FormColumn("note", N_p("form", "progress in words"), 30, "text"),
            FormColumn("difficulty", N_p("form", "difficulty"), 17, "text"),
            FormColumn("needs", N_p("form", "help needed"), 17, "text"),
            FormColumn("next_step", N_p("form", "next step"), 17, "text"),
            FormColumn("evidence", N_p("form", "evidence"), 17, "text"),
        ),
    ),
    MILESTONE: (
        N_p("form", "Milestones"),
        (
            FormColumn("no", N_p("form", "no."), 5),
            FormColumn("id", N_p("form", "id"), 11),
            FormColumn("task", N_p("form", "task"), 36),
            FormColumn("title", N_p("form", "milestone"), 44),
            FormColumn("due", N_p("form", "due"), 12),
            FormColumn("done_on", N_p("form", "done on"), 14, "day"),
            FormColumn("note", N_p("form", "remark"), 36, "text"),
        ),
    ),
    INDICATOR: (
        N_p("form", "Indicators"),
        (
            FormColumn("no", N_p("form", "no."), 5),
            FormColumn("id", N_p("form", "id"), 8),
            FormColumn("title", N_p("form", "indicator"), 44),
            FormColumn("unit", N_p("form", "unit"), 10),
            FormColumn("target", N_p("form", "target"), 14),
            FormColumn("last", N_p("form", "last figure"), 22),
            FormColumn("year", N_p("form", "year"), 12, "period"),
            FormColumn("value", N_p("form", "figure"), 14, "figure"),
            FormColumn("source", N_p("form", "source"), 30, "text"),
        ),
    ),
}

#: Statuses that a form may ask for.
CHOICES = (ACTIVE, BLOCKED, SUBMITTED)
#: Words that people write instead -> the status.
_WORDS = {
    **dict.fromkeys(("进行中", "在办", "推进中", "正常推进", "签收", "已签收", "恢复办理"), ACTIVE),
    **dict.fromkeys(("受阻", "滞后", "有困难", "报告受阻"), BLOCKED),
    **dict.fromkeys(("完成", "已完成", "办结", "已办结", "销号", "完成销号", "done", "finished", "submit"), SUBMITTED),
}  # fmt: skip


def choice_label(status: str) -> str:
    """The label of a status that a form may ask for, as its drop-down list shows it."""
    return action_label(BY_ACTION["submit"]) if status == SUBMITTED else status_label(status)


def wanted_status(text: str) -> str | None:
    """The status that a cell asks for; None for words that are none of it."""
    written = folded(text) if text.isascii() else "".join(folded(text).split())
    submit = map(folded, both_languages("action", BY_ACTION["submit"].label))
    asked = SUBMITTED if written in submit else _WORDS.get(written) or code_of(STATUS, "status", written)
    return asked if asked in CHOICES else None


#: Label of the cell for the name of who fills in the form.
REPORTER = N_p("form", "Filled in by (name, telephone)")
#: The hidden sheet with all marks, for forms whose hidden column was deleted, and beside each the texts of
#: the locked cells, so that what is written over one is seen.
HIDDEN = "qplan"


def locked(kind: str) -> list[FormColumn]:
    """Return the columns of a sheet that nobody fills in, but numbers and ids."""
    return [column for column in SHEETS[kind][1] if not column.fill and column.key not in ("no", "id")]


class Mark(NamedTuple):
    """Which row of which form this is; an empty ``kind`` is the mark of the form itself."""

    ledger: str
    seq: int
    dept: str
    kind: str = ""
    id: str = ""
    version: int = 0

    def text(self) -> str:
        """The mark as a cell holds it."""
        return f"qplan-form:{self.ledger}:{self.seq}:{self.dept}:{self.kind}:{self.id}:{self.version}"


_MARK = re.compile(r"qplan-form:([^:]*):(\d{1,15}):([^:]*):([^:]*):([^:]*):(\d{1,15})")


def read_mark(text: str) -> Mark | None:
    """The mark in a cell; None for any other text."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    ledger, seq, dept, kind, ident, version = found.groups()
    return Mark(ledger, int(seq), dept, kind, ident, int(version))


def heading(column: FormColumn) -> str:
    """The heading of a column in the language in use."""
    return pgettext("form", column.heading)
