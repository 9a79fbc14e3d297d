"""What a cell of a report holds, as the ledger stores it: percents, texts, days, figures."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from qplan.core.names import shown
from qplan.core.percents import parse_percent
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan.tables.grid import Value, text_of

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


def read_percent(value: Value) -> int:
    """The whole percent of 30, 30%, “３０％” or the share 0.3; BadInput for anything else."""
    return parse_percent(text_of(value))


def read_text(value: Value) -> str:
    """The text of a cell without blanks around it; lines of a cell stay lines. BadInput for a picture of WPS."""
    if text_of(value).startswith("=DISPIMG("):
        raise BadInput(
            _("The cell holds a picture, which cannot be read; write what it shows, or the name of its file.")
        )
    lines = (line.strip() for line in text_of(value).replace("\r\n", "\n").split("\n"))
    return "\n".join(filter(None, lines))


def read_day(value: Value) -> str:
    """The ISO text of a day: a date cell, 2026-11-30, 2026/11/30, 2026年11月30日, or a serial number."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and 36526 <= value < 73050:
        return date.fromordinal(date(1899, 12, 30).toordinal() + value).isoformat()
    text = unicodedata.normalize("NFKC", text_of(value)).strip()
    found = _DAY.fullmatch(text)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            pass
    raise BadInput(_("“{text}” is no day; write it as 2026-11-30."), text=shown(text))
