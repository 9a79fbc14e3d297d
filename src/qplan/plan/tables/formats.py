"""Which cells of an xlsx file are shown as percents, where 0.3 means 30%, or as months, where a first day means its month.

The library that reads workbooks reports values without their formats. Excel and WPS make the first of June of
“2026年6月”, and show the month.
"""

from __future__ import annotations

import io
import re
import zipfile

from qplan.plan.tables.archive import elements
from qplan.plan.tables.grid import column_number

#: How a cell is shown: as a percent, as 2026年6月, as 2026-06.
PERCENT, CHINESE_MONTH, MONTH = "percent", "chinese month", "month"
#: Numbers of Excel's own formats, which a file does not describe.
_BUILT_IN = {
    "9": PERCENT, "10": PERCENT, "17": MONTH,
    **dict.fromkeys(("27", "36", "50", "52", "57"), CHINESE_MONTH),
}  # fmt: skip
#: What a format holds beside the letters of its day: texts, escaped and reserved characters, conditions.
_LITERALS = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def shown_cells(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Name of a sheet -> the cells (row and column from 0) that are shown in one of these ways.

    The archive has been checked before; a part that is not as usual has none of them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = set(archive.namelist())
        if "xl/styles.xml" not in parts:
            return {}
        styles = _styles(archive)
        if not styles:
            return {}
        return {
            name: _cells(archive, part, styles)
            for name, part in _sheet_parts(archive, parts).items()
            if part in parts
        }


def _styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of a cell style -> how it shows a cell."""
    formats = dict(_BUILT_IN)
    styles: dict[str, str] = {}
    number, within = 0, False
    for name, attributes in elements(archive, "xl/styles.xml"):
        if name == "numFmt" and (way := _way(attributes.get("formatCode", ""))):
            formats[attributes.get("numFmtId", "")] = way
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            if way := formats.get(attributes.get("numFmtId", "")):
                styles[str(number)] = way
            number += 1
    return styles


def _way(code: str) -> str | None:
    """How a format shows a cell; None for all other ways."""
    if "%" in code:
        return PERCENT
    letters = set(_LITERALS.sub("", code.partition(";")[0]).lower())
    if {"y", "m"} <= letters and not letters & set("dhs"):
        return CHINESE_MONTH if "月" in code else MONTH
    return None


def _sheet_parts(archive: zipfile.ZipFile, parts: set[str]) -> dict[str, str]:
    """Name of a sheet -> its part of the archive."""
    relations = "xl/_rels/workbook.xml.rels"
    if not {"xl/workbook.xml", relations} <= parts:
        return {}
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for name, attributes in elements(archive, relations)
        if name == "Relationship"
    }
    found = {}
    for name, attributes in elements(archive, "xl/workbook.xml"):
        if name == "sheet":
            ident = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            target = targets.get(ident, "")
            found[attributes.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _cells(archive: zipfile.ZipFile, part: str, styles: dict[str, str]) -> dict[tuple[int, int], str]:
    found = {}
    for name, attributes in elements(archive, part):
        if name == "c" and (way := styles.get(attributes.get("s", ""))):
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            if place:
                found[int(place[2]) - 1, column_number(place[1]) - 1] = way
    return found
