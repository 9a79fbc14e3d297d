"""Many reports from one file: CSV with a header line, or one JSON object a line.

Every fault is told with its place, all of them at once; nothing here knows a ledger.
"""

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any

from qplan.core.names import folded
from qplan.core.workflow import parse_status
from qplan.errors import BadInput, Problem
from qplan.i18n import _, joined
from qplan.service.actions import ReportLine

#: More lines than this belong into several files.
MOST = 100_000

#: What a line may give -> (English, Chinese) heading of its column.
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("id", "编号"),
    "status": ("status", "状态"),
    "progress": ("progress", "进度"),
    "note": ("note", "进展"),
    "difficulty": ("difficulty", "困难"),
    "needs": ("needs", "需协调事项"),
    "next_step": ("next", "下一步"),
    "evidence": ("evidence", "佐证"),
    "owner": ("owner", "责任人"),
    "version": ("version", "版本"),
}
HEADINGS = {name: key for key, pair in COLUMNS.items() for name in (key, *pair)}


#: A row of the file: its line, its values by name, and what tells in which column one stands.
Row = tuple[int, dict[str, Any], Callable[[str], int]]


def read(name: str, data: bytes) -> tuple[list[ReportLine], list[Problem]]:
    """The lines of a file that can be understood, and every fault of the others."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        return [], [Problem(name, line, column, _("this is not UTF-8"), _("save the file as UTF-8"))]
    problems: list[Problem] = []

    def tell(line: int, column: int, what: str, mend: str = "") -> None:
        problems.append(Problem(name, line, column, what, mend))

    rows = _objects(text, tell) if text.lstrip()[:1] == "{" else _cells(text, tell)
    found: list[ReportLine] = []
    first: dict[str, int] = {}
    for row in rows:
        line, values, column_of = row
        named: Any = values.get("id")
        before = first.setdefault(folded(named), line) if isinstance(named, str) else line
        if before != line:
            tell(
                line,
                column_of("id"),
                _("{id} is given twice, first in line {line}").format(id=named.strip(), line=before),
                _("put all of it in one line"),
            )
        one = _line(row, tell)
        if one is None or before != line:
            continue
        found.append(one)
        if len(found) > MOST:
            tell(line, 1, _("more than {n} lines").format(n=MOST), _("split the file"))
            break
    if not found and not problems:
        tell(
            1,
            1,
            _("the file holds no report"),
            _("write a header line such as id,status,note, then a line a task"),
        )
    return found, problems


Tell = Callable[..., None]


def _line(row: Row, tell: Tell) -> ReportLine | None:
    """One line understood; None, with its faults told, when it cannot be."""
    line, values, column_of = row
    faults = 0
    given: dict[str, Any] = {}
    for key, value in values.items():
        try:
            given[key] = _value(key, value)
        except BadInput as error:
            tell(line, column_of(key), str(error))
            faults += 1
    ident = given.pop("id", None)
    if ident is None and "id" not in values:
        tell(line, 1, _("the id is missing"), _("say which task it is about"))
        return None
    if faults:
        return None
    status, version = given.pop("status", None), given.pop("version", None)
    if status is None and not given:
        tell(
            line,
            1,
            _("nothing is said about {id}").format(id=ident),
            _("give a status, a progress or a note"),
        )
        return None
    return ReportLine(line, ident, status, given, version)


def _value(key: str, value: Any) -> Any:
    if key in ("progress", "version"):
        digits = str(value).strip()
        if key == "progress":
            digits = digits.rstrip("%％")
        whole = (
            not isinstance(value, (bool, float))
            and digits.isascii()
            and digits.isdigit()
            and len(digits) < 19
        )
        if whole and (key == "version" or int(digits) <= 100):
            return int(digits)
        if key == "version":
            raise BadInput(_("{name}: “{text}” is not a whole number.").format(name=key, text=value))
        raise BadInput(_("Progress is a whole number from 0 to 100, not {value}.").format(value=value))
    if not isinstance(value, str):
        raise BadInput(_("“{key}” is not a text").format(key=key))
    return parse_status(value) if key == "status" else value.strip()


def _cells(text: str, tell: Tell) -> Iterator[Row]:
    """The rows of a CSV file."""
    raw = text.splitlines(keepends=True)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    keys: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not "".join(cells).strip():
                continue
            if keys is None:
                keys = _headings(start, cells, raw, tell)
                if keys is None:
                    return
                continue
            if len(cells) > len(keys):
                tell(
                    start,
                    _place(raw, start, len(keys)),
                    _("more cells than the header has"),
                    _("quote a text that holds a comma"),
                )
                continue
            values = {key: cell for key, cell in zip(keys, cells, strict=False) if cell.strip()}
            yield start, values, partial(_column, raw, keys, start)
    except csv.Error as error:
        tell(
            line,
            1,
            _("this is not CSV: {error}").format(error=error),
            _("close the quotes; double those within"),
        )


def _headings(line: int, cells: list[str], raw: list[str], tell: Tell) -> list[str] | None:
    keys: list[str] = []
    for place, cell in enumerate(cells):
        key = HEADINGS.get(cell.strip().casefold())
        if key is None or key in keys:
            what = _("“{key}” is given twice") if key else _("unknown column “{key}”")
            known = joined(pair[0] for pair in COLUMNS.values())
            tell(
                line,
                _place(raw, line, place),
                what.format(key=cell.strip()),
                _("the columns are: {known}").format(known=known),
            )
            return None
        keys.append(key)
    if "id" not in keys:
        tell(line, 1, _("the header has no column id"), _("begin with a header line such as id,status,note"))
        return None
    return keys


def _column(raw: list[str], keys: list[str], line: int, key: str) -> int:
    """The column in which a line gives a value."""
    return _place(raw, line, keys.index(key))


def _place(raw: list[str], line: int, cell: int) -> int:
    """The column in which the n-th cell of a line begins."""
    text, quoted = raw[line - 1], False
    if cell == 0:
        return 1
    if '"' not in text:
        place = -1
        for _number in range(cell):
            place = text.find(",", place + 1)
        return place + 2
    for place, character in enumerate(text):
        quoted ^= character == '"'
        cell -= character == "," and not quoted
        if cell == 0:
            return place + 2
    return 1  # it begins in a later line of the same row


def _objects(text: str, tell: Tell) -> Iterator[Row]:
    """The rows of a file of JSON lines."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            pairs = json.loads(line, object_pairs_hook=_Pairs)
        except ValueError as error:
            column = getattr(error, "colno", 1)
            tell(
                number,
                column,
                _("this is not JSON: {error}").format(error=getattr(error, "msg", error)),
                _("write one object a line"),
            )
            continue
        if not isinstance(pairs, _Pairs):
            tell(number, 1, _("an object is expected"), _("write one object a line"))
            continue
        values: dict[str, Any] = {}
        columns: dict[str, int] = {}
        good = True
        for name, value in pairs:
            key = HEADINGS.get(name.strip().casefold())
            column = max(1, line.find(json.dumps(name, ensure_ascii=False)) + 1)
            if key is None or key in values:
                what = _("“{key}” is given twice") if key else _("unknown column “{key}”")
                known = joined(pair[0] for pair in COLUMNS.values())
                tell(
                    number,
                    column,
                    what.format(key=name),
                    _("the columns are: {known}").format(known=known),
                )
                good = False
            elif value is not None and value != "":
                values[key], columns[key] = value, column
        if good:
            yield number, values, columns.__getitem__


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in their order, doubles included."""
