"""Workbooks (.xlsx, .xlsm, .xls, .ods) -> grids, by python-calamine.

It is the one reader of all three kinds that reports merged areas, and the fastest (docs/architecture.md).
It lays a sheet out as a rectangle, so the extent is checked before (see :mod:`.archive`).
Formulas are not evaluated: a cell has the value that was saved with it. It reports values without their formats:
which are shown as percents, where 0.3 means 30%, or as months, where a first day means its month (Excel and WPS make
the first of June of “2026年6月”), is read from the file.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Any

from qplan import i18n
from qplan.errors import BadInput
from qplan.extras import need
from qplan.i18n import _
from qplan.plan.tables.archive import check_archive, elements, has_huge_numbers
from qplan.plan.tables.grid import Grid, Merge, Value, column_number, grid


def read_workbook(data: bytes, kind: str, *, hidden: bool = False) -> list[Grid]:
    """The visible sheets of a workbook, or all; ``kind`` is xlsx, xls or ods. BadInput for what cannot be read."""
    need("python_calamine")
    if kind == "xls":
        return [one._replace(formats=False) for one in _read_apart(data, hidden=hidden)]
    areas = check_archive(data, kind)
    if kind == "xlsx" and has_huge_numbers(data):
        grids = _read_apart(data, hidden=hidden)
    else:
        grids = load(data, areas, hidden=hidden)
    if kind == "ods":
        return [one._replace(formats=False) for one in grids]
    shown = _shown_cells(data)
    for one in grids:
        _show(one, shown.get(one.sheet, {}))
    return grids


def _show(given: Grid, cells: Mapping[tuple[int, int], str]) -> None:
    """Let numbers shown as percents be texts such as 30%, and first days shown as months such as 2026年6月."""
    for (row, column), way in cells.items():
        value = given.value(row, column)
        if way == PERCENT and isinstance(value, (int, float)):
            given.rows[row][column] = f"{round(value * 100, 9):.15g}%"
        elif way != PERCENT and isinstance(value, date) and value.day == 1:
            chinese = way == CHINESE_MONTH
            given.rows[row][column] = f"{value.year}年{value.month}月" if chinese else f"{value:%Y-%m}"


def load(data: bytes, areas: list[list[Merge]], *, hidden: bool = False) -> list[Grid]:
    """The visible sheets, or all; ``areas`` are the merged areas that the library does not report."""
    import python_calamine as calamine

    try:
        workbook = calamine.load_workbook(io.BytesIO(data))
        visible = [
            (number, one.name)
            for number, one in enumerate(workbook.sheets_metadata)
            if (hidden or one.visible == calamine.SheetVisibleEnum.Visible)
            and one.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [
            _sheet(workbook.get_sheet_by_name(name), name, areas[number] if number < len(areas) else [])
            for number, name in visible
        ]
    except calamine.PasswordError:
        raise BadInput(_("The file is protected by a password; save a copy without it")) from None
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise BadInput(_("The workbook cannot be read: {}").format(error)) from None
    except BaseException as error:  # the library's PanicException is no Exception
        if not isinstance(error, OverflowError) and type(error).__name__ != "PanicException":
            raise
        what = _(
            "A cell with the format of a day or a time holds a number that is none; correct the number, or the format"
        )
        raise BadInput(what) from None


def _read_apart(data: bytes, *, hidden: bool) -> list[Grid]:
    """The sheets of an .xls file, or of one with huge numbers, read by a process of its own.

    The old format has no extent that can be checked before, and a damaged file makes the library ask
    for memory without bounds and end its process. A huge number that is formatted as a day makes it
    end with a trace on stderr.
    """
    command = [
        sys.executable,
        "-P",
        "-m",
        "qplan.plan.tables.xls",
        i18n.language,
        *(["hidden"] if hidden else []),
    ]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BadInput(_("Reading the workbook takes too long; save it as .xlsx")) from None
    if done.returncode:
        raise BadInput(_("The workbook cannot be read: it is damaged or too large; save it as .xlsx"))
    answer = json.loads(done.stdout, object_hook=lambda given: date.fromisoformat(given["day"]))
    if isinstance(answer, str):
        raise BadInput(answer)
    return [grid(name, rows, [Merge(*area) for area in areas]) for name, rows, areas in answer]


def _sheet(sheet: Any, name: str, areas: list[Merge]) -> Grid:
    indent = [None] * (sheet.start[1] if sheet.start else 0)
    rows: list[list[Value]] = [[*indent, *map(_value, row)] for row in sheet.iter_rows()]
    merged = [Merge(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return grid(name, rows, merged or areas)


def _value(given: Any) -> Value:
    if isinstance(given, str):
        return given if given.strip() else None
    if isinstance(given, bool):
        return str(given).upper()
    if isinstance(given, float):
        if not isfinite(given):
            return str(given)
        return int(given) if given == int(given) and abs(given) < 1e15 else given
    if isinstance(given, datetime):
        return given.date() if given.time() == time() else given.isoformat(" ")
    return given if given is None or isinstance(given, (int, date)) else str(given)


# -- how cells are shown

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


def _shown_cells(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
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
