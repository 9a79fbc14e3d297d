"""Values as people type them on the command line: days, numbers, percents, lists of ids."""

import re
from collections.abc import Collection
from datetime import date

from qplan.core.names import plain
from qplan.errors import BadInput
from qplan.i18n import _, joined

_DATE = r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"


def parse_date(text: str, name: str) -> str:
    """Return the ISO text of a date as people type it: 2025-12-31, 2025/12/31, 20251231, 2025年12月31日."""
    found = re.fullmatch(_DATE, plain(text))
    if found:
        year, _separator, *parts = found.groups()
        month, day = (int(part) for part in parts if part is not None)
        try:
            return _within_calendar(date(int(year), month, day), text, name).isoformat()
        except ValueError:
            raise BadInput(
                _("{name}: there is no day “{text}” in the calendar.").format(name=name, text=text)
            ) from None
    raise BadInput(_("{name}: “{text}” is not a date; write it as 2025-12-31.").format(name=name, text=text))


def _within_calendar(when: date, text: str, name: str) -> date:
    from qplan.core.calendar import FIRST_DAY, LAST_DAY

    if not FIRST_DAY <= when <= LAST_DAY:
        raise BadInput(
            _("{name}: {text} is no day of the years {first} to {last}.").format(
                name=name, text=text, first=FIRST_DAY.year, last=LAST_DAY.year
            )
        )
    return when


def parse_number(text: str, name: str) -> int:
    """Return a whole number, 0 or more; BadInput otherwise, as for every value of this module."""
    digits = plain(text)
    if digits[:1] in ("-", "−") and digits[1:].isdigit():
        raise BadInput(_("{name}: {text} is too small; give 0 or more.").format(name=name, text=text))
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise BadInput(_("{name}: “{text}” is not a whole number.").format(name=name, text=text))
    return int(digits)


def parse_choice(text: str, name: str, choices: Collection[str]) -> str:
    """Return the one of several words that a text is, in any case and width."""
    word = plain(text).lower()
    if word not in choices:
        raise BadInput(_("{name} takes one of: {keys}.").format(name=name, keys=joined(choices)))
    return word


def parse_evidence(texts: list[str]) -> str:
    """Return several pieces of evidence as the one text that is stored: one a line."""
    if not all(text.strip() for text in texts):
        raise BadInput(
            _("{options}: the text is empty; write one, or leave it out.").format(options="--evidence")
        )
    return "\n".join(texts)


def split_ids(texts: list[str]) -> list[str]:
    """Return ids that people string together: ``T1,T2``, ``T1、T2``, ``"T1 T2"``."""
    return [one for text in texts for one in split_list(text)]


def split_list(text: str) -> list[str]:
    """Return the parts of a text at any comma, semicolon or blank."""
    for separator in "、，,；;":
        text = text.replace(separator, " ")
    return text.split()


def parse_progress(text: str) -> int:
    """Return a percentage as people type it: ``40`` or ``40%``."""
    digits = plain(text).rstrip("%")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > 100:
        raise BadInput(_("Progress is a whole number from 0 to 100, not {value}.").format(value=text))
    return int(digits)
