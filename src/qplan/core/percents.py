"""Percents as people type them and as tables hold them: 40, 40%, ４０％, 40.0 or the share 0.4."""

from __future__ import annotations

import re

from qplan.core.names import plain, shown
from qplan.errors import BadInput
from qplan.i18n import _

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?|\.[0-9]+)(%?)")


def parse_percent(text: str) -> int:
    """Return the whole percent that a text is; BadInput for anything else."""
    found = _PERCENT.fullmatch(plain(text).replace(" ", ""))
    if found is not None:
        figure = float(found[1])
        if figure < 1 and not found[2]:
            figure *= 100
        if abs(figure - round(figure)) < 1e-6 and figure <= 100:
            return round(figure)
    raise BadInput(_("Progress is a whole number from 0 to 100, not {value}."), value=shown(text))
