"""Workbooks (.xlsx, .xlsm, .xls, .ods) -> grids, by python-calamine.

Of the readers compared, calamine is the one that reads all three kinds and reports merged areas;
it reads a table of 32 rows in a millisecond, where openpyxl needs 25 after an import of 230.
It lays a sheet out as a rectangle, so the extent is checked before (see :mod:`.archive`).
Formulas are not evaluated: a cell has the value that was saved with it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Any

from qplan import i18n
from qplan.errors import BadInput
from qplan.extras import need
from qplan.i18n import _
from qplan.plan.tables.archive import check_archive, has_huge_numbers
from qplan.plan.tables.formats import CHINESE_MONTH, PERCENT, shown_cells
from qplan.plan.tables.grid import Grid, Merge, Value, grid


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
    shown = shown_cells(data)
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
