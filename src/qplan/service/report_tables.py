"""Tables of reports (workbooks, CSV and TSV as offices save them) -> rows of values with their places.

A table may have a title above its headings, 序号, 合计 and blank rows, headings of either language and
their synonyms. Columns that a list shows and nobody reports are left out.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import partial
from io import StringIO
from typing import Any, NamedTuple

from qplan.core.names import FORMULA, shown
from qplan.core.percents import parse_percent
from qplan.errors import BadInput
from qplan.i18n import _, joined
from qplan.plan.tables.delimited import delimiter_of
from qplan.plan.tables.files import grids_of
from qplan.plan.tables.grid import Grid, Value, text_of
from qplan.plan.tables.headings import SYNONYMS, plain_heading

#: What a line may give -> the headings of its column, English and Chinese, the usual ones first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "任务编号", "事项编号", "项目编号", "任务id"),
    "status": ("status", "状态", "办理状态", "任务状态", "当前状态", "本次状态", "new status"),
    "progress": (
        "progress",
        "进度",
        "本次进度",
        "本次进度（%）",
        "进度（%）",
        "progress (%)",
        *SYNONYMS["progress"],
    ),
    "note": ("note", "进展", "本次进展情况", "progress in words", *SYNONYMS["note"]),
    "difficulty": ("difficulty", "困难", *SYNONYMS["difficulty"]),
    "needs": ("needs", "需协调事项", "help needed", "需协调解决事项", "需要协调的事项", "需要协调解决的问题"),
    "next_step": ("next", "下一步", *SYNONYMS["next_step"]),
    "evidence": ("evidence", "佐证", *SYNONYMS["evidence"]),
    "owner": ("owner", *SYNONYMS["owner"]),
    "version": ("version", "版本", "last entry", "最后登记号"),
}
HEADINGS = {plain_heading(name): key for key, names in COLUMNS.items() for name in (key, *names)}
#: Headings of what is computed for a list: a table that has one of them was written by ``qplan tasks``.
DERIVED = frozenset(
    map(
        plain_heading,
        (
            "light", "亮灯", "days late", "逾期天数", "working days late", "逾期工作日", "last update", "最近更新",
            "basis", "依据", "clause", "出处", "pace", "序时进度",
        ),
    )
)  # fmt: skip
#: Further headings of lists that nobody reports.
SHOWN = frozenset(
    map(
        plain_heading,
        (
            "summary", "摘要", "original deadline", "原定时限", "extensions", "延期次数", "supporting part", "配合情况",
            "submitted on", "申请销号日期", "closed on", "销号日期", "review", "审核意见", "last urge", "最近催办",
            "working days not published for", "未公布放假安排的年份", "cause of delay", "逾期原因", "this week's level",
            "本周催办级别", "deadline in words", "时限原文", "begins", "起始日期", "quantity", "任务量", "weight", "权重", "pace", "序时进度", "answer by", "回复时限", "回复期限", "part", "承担角色", "particulars", "任务信息", "last report", "上次反馈", "leader", "contact",
            *(name for field, names in SYNONYMS.items() if field not in COLUMNS for name in names),
        ),
    )
) - frozenset(HEADINGS)  # fmt: skip
#: Headings of the status as it is, beside which a form has a column for the new one.
NOW = frozenset({"当前状态", plain_heading("state now")})
_NEW = frozenset({"本次状态", plain_heading("new status")})
#: How a row of totals or notes below a table begins.
_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|备注|填表|填报|制表|注[:：]|说明[:：]|total\b).*", re.IGNORECASE | re.DOTALL
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_ESCAPED = re.compile(r"\\([nrt\\])")
#: Headings are looked for in so many rows.
_TOP_ROWS = 30


class Place(NamedTuple):
    """Where a value is: line and column of a text, or the cell of a sheet."""

    line: int
    column: int = 1
    cell: str = ""


class Row(NamedTuple):
    """A row of a file: its values by key, and the place of each."""

    place: Place
    values: dict[str, Any]
    place_of: Callable[[str], Place]
    listed: bool = False  #: of a list that the program wrote: values that are as in the ledger say nothing


#: Reports a fault: its place, what is wrong, how to set it right.
Report = Callable[..., None]


class _Sheet(NamedTuple):
    """Rows of cells with the place of each cell."""

    rows: Sequence[tuple[int, list[Value]]]  #: number of a row, its cells
    place: Callable[[int, int], Place]
    mark: str = ""  #: what separates the cells of a text


def sheet_rows(data: bytes, report: Report, own: Collection[str] = ()) -> Iterator[Row]:
    """The rows of all sheets of a workbook that have the headings of reports; ``own`` are headings of the plan's own."""
    found = False
    for grid in grids_of(data):
        sheet = _Sheet(list(enumerate(grid.rows)), partial(_cell_place, grid))
        top = _heading_row(sheet)
        if top is not None:
            found = True
            yield from _rows(sheet, top, report, own)
    if not found:
        report(Place(1), _("no sheet has a column id"), _("write the tasks' ids under a heading id (编号)"))


def _cell_place(grid: Grid, row: int, column: int) -> Place:
    return Place(row + 1, column + 1, grid.address(row, column))


def text_rows(text: str, report: Report, own: Collection[str] = ()) -> Iterator[Row]:
    """The rows of a CSV or TSV file; ``own`` are headings of the plan's own columns."""
    raw = text.splitlines()
    mark = delimiter_of(text)
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=mark)
    rows: list[tuple[int, list[Value]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, list(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        report(
            Place(line),
            _("this is not CSV: {error}").format(error=error),
            _("close the quotes; double those within"),
        )
    sheet = _Sheet(rows, lambda number, column: Place(number, _column(raw, number, column, mark)), mark)
    top = _heading_row(sheet)
    if top is None:
        top = next((place for place, (_number, cells) in enumerate(rows) if any(map(_filled, cells))), None)
    if top is not None:
        yield from _rows(sheet, top, report, own)


def _filled(cell: Value) -> bool:
    return cell is not None and bool(text_of(cell))


def _heading_row(sheet: _Sheet) -> int | None:
    """The row with the most headings of reports among the first ones, if one of them is that of the ids."""
    best: tuple[int, int] | None = None
    for place, (_number, cells) in enumerate(sheet.rows[:_TOP_ROWS]):
        keys = {HEADINGS.get(plain_heading(text_of(cell))) for cell in cells if _filled(cell)} - {None}
        if "id" in keys and len(keys) > 1 and (best is None or len(keys) > best[0]):
            best = (len(keys), place)
    return None if best is None else best[1]


def _rows(sheet: _Sheet, top: int, report: Report, own: Collection[str]) -> Iterator[Row]:
    number, heads = sheet.rows[top]
    keys = _keys(sheet, number, heads, report, frozenset(map(plain_heading, own)))
    if keys is None:
        return
    listed = any(plain_heading(text_of(cell)) in DERIVED for cell in heads)
    for number, cells in sheet.rows[top + 1 :]:
        if not any(map(_filled, cells)):
            continue
        extra = next((place for place in range(len(keys), len(cells)) if _filled(cells[place])), None)
        if extra is not None:
            report(
                sheet.place(number, extra),
                _("more cells than the header has"),
                _("quote a text that holds a comma"),
            )
            continue
        given = ((key, cell) for key, cell in zip(keys, cells, strict=False) if key and _filled(cell))
        values = {key: read_text(cell) if isinstance(cell, str) else cell for key, cell in given}
        if "id" not in values and (not values or _is_total(cells)):
            continue
        if not sheet.mark and set(values) <= {"id", "version"}:
            continue  # a workbook lists every task, and some of them have nothing new
        if sheet.mark:
            values = {
                key: _unescaped(str(value), listed and sheet.mark == "\t") for key, value in values.items()
            }
        places = {key: place for place, key in enumerate(keys) if key}
        yield Row(sheet.place(number, 0), values, partial(_place_of, sheet, number, places), listed)


def _place_of(sheet: _Sheet, number: int, places: dict[str, int], key: str) -> Place:
    return sheet.place(number, places[key])


def _unescaped(text: str, escaped: bool) -> str:
    """A text as it was before it was written: without the apostrophe before a formula, and TSV unescaped."""
    if escaped:
        text = _ESCAPED.sub(lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), text)
    return text[1:] if text[:1] == "'" and re.match(FORMULA, text) else text


def _is_total(cells: Sequence[Value]) -> bool:
    first = next((text_of(cell) for cell in cells if _filled(cell)), "")
    return _TOTAL.fullmatch(first) is not None


def _keys(
    sheet: _Sheet, number: int, heads: Sequence[Value], report: Report, own: Collection[str]
) -> list[str] | None:
    """The key of each column, "" for one that is left out; None, with a fault, for headings that do not fit."""
    keys: list[str] = []
    for place, cell in enumerate(heads):
        name = plain_heading(text_of(cell))
        key = HEADINGS.get(name, "")
        if name in NOW and _NEW & {plain_heading(text_of(head)) for head in heads}:
            key = ""
        known = not name or key or name in NOW or name in DERIVED or name in SHOWN or name in own
        if not known or (key and key in keys):
            report(sheet.place(number, place), *column_fault(text_of(cell), known=bool(key)))
            return None
        keys.append(key)
    if "id" not in keys:
        report(
            sheet.place(number, 0),
            _("the header has no column id"),
            _("begin with a header line such as id,status,note"),
        )
        return None
    return keys


def column_fault(name: str, *, known: bool) -> tuple[str, str]:
    """Return what is wrong with a column that is known, and so given twice, or is not; and the columns there are."""
    what = _("“{key}” is given twice") if known else _("unknown column “{key}”")
    columns = joined(names[0] for names in COLUMNS.values())
    return what.format(key=shown(name)), _("the columns are: {known}").format(known=columns)


def _column(raw: Sequence[str], line: int, cell: int, mark: str) -> int:
    """The column of the text in which the n-th cell of a line begins."""
    if cell == 0 or line > len(raw):
        return 1
    quoted = False
    for place, character in enumerate(raw[line - 1]):
        quoted ^= character == '"'
        cell -= character == mark and not quoted
        if cell == 0:
            return place + 2
    return 1  # it begins in a later line of the same row


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
