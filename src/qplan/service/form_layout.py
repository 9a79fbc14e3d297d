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
from qplan.core.workflow import BY_ACTION, STATUS
from qplan.i18n import pick

TASK, MILESTONE, INDICATOR = "task", "milestone", "indicator"


class FormColumn(NamedTuple):
    """A column of a form: its key, its (English, Chinese) heading, its width, what is written into it."""

    key: str
    heading: tuple[str, str]
    width: int
    fill: str = ""  #: text, percent, status, day, year or figure; "" for a locked column


#: Kind of record -> (English, Chinese) name of its sheet, and the columns.
SHEETS: dict[str, tuple[tuple[str, str], tuple[FormColumn, ...]]] = {
    TASK: (
        ("Tasks", "任务进展"),
        (
            FormColumn("no", ("no.", "序号"), 5),
            FormColumn("id", ("id", "编号"), 8),
            FormColumn("title", ("task", "任务"), 26),
            FormColumn("role", ("part", "承担角色"), 8),
            FormColumn("deadline", ("deadline", "完成时限"), 12),
            FormColumn("now", ("state now", "当前状态"), 9),
            FormColumn("light", ("light", "亮灯"), 6),
            FormColumn("last", ("last report", "上次反馈"), 26),
            FormColumn("status", ("new status", "本次状态"), 10, "status"),
            FormColumn("progress", ("progress (%)", "本次进度（%）"), 9, "percent"),
            FormColumn("note", ("progress in words", "本次进展情况"), 32, "text"),
            FormColumn("difficulty", ("difficulty", "存在困难"), 20, "text"),
            FormColumn("needs", ("help needed", "需协调事项"), 20, "text"),
            FormColumn("next_step", ("next step", "下一步措施"), 20, "text"),
            FormColumn("evidence", ("evidence", "佐证材料"), 20, "text"),
        ),
    ),
    MILESTONE: (
        ("Milestones", "阶段目标"),
        (
            FormColumn("no", ("no.", "序号"), 5),
            FormColumn("id", ("id", "编号"), 11),
            FormColumn("task", ("task", "任务"), 36),
            FormColumn("title", ("milestone", "阶段目标"), 44),
            FormColumn("due", ("due", "到期日"), 12),
            FormColumn("done_on", ("done on", "完成日期"), 14, "day"),
            FormColumn("note", ("remark", "说明"), 36, "text"),
        ),
    ),
    INDICATOR: (
        ("Indicators", "指标数据"),
        (
            FormColumn("no", ("no.", "序号"), 5),
            FormColumn("id", ("id", "编号"), 8),
            FormColumn("title", ("indicator", "指标"), 44),
            FormColumn("unit", ("unit", "计量单位"), 10),
            FormColumn("target", ("target", "目标值"), 14),
            FormColumn("last", ("last figure", "上次数值"), 22),
            FormColumn("year", ("year", "年度"), 9, "year"),
            FormColumn("value", ("figure", "数值"), 14, "figure"),
            FormColumn("source", ("source", "数据来源"), 30, "text"),
        ),
    ),
}

#: Status that a form may ask for -> its (English, Chinese) label in the drop-down.
CHOICES: dict[str, tuple[str, str]] = {
    ACTIVE: STATUS[ACTIVE],
    BLOCKED: STATUS[BLOCKED],
    SUBMITTED: BY_ACTION["submit"].label,
}
#: Words that people write instead -> the status.
_WORDS = {
    **dict.fromkeys(("进行中", "在办", "推进中", "正常推进", "签收", "已签收", "恢复办理"), ACTIVE),
    **dict.fromkeys(("受阻", "滞后", "有困难", "报告受阻"), BLOCKED),
    **dict.fromkeys(("完成", "已完成", "办结", "已办结", "销号", "完成销号", "done", "finished", "submit"), SUBMITTED),
}  # fmt: skip
_KNOWN = {
    **_WORDS,
    **{folded(label): code for code, labels in CHOICES.items() for label in (code, *labels, *STATUS[code])},
}


def wanted_status(text: str) -> str | None:
    """The status that a cell asks for; None for words that are none of it."""
    return _KNOWN.get(folded(text))


#: Labels of the cell for the name of who fills in the form.
REPORTER = ("Filled in by (name, telephone)", "填报人及电话")
#: The hidden sheet with all marks, for forms whose hidden column was deleted.
HIDDEN = "qplan"


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
    return pick(column.heading)
