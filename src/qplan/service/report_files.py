"""Many reports from one file: a workbook, CSV or TSV in any encoding offices use, or JSON lines.

Every fault has its place, and all of them are reported at once; nothing here knows a ledger.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from qplan.core.names import folded
from qplan.core.workflow import LEFT_PLAN_LABEL, parse_status
from qplan.errors import BadInput, Problem
from qplan.i18n import _, both_languages
from qplan.plan.tables.delimited import decode
from qplan.plan.tables.files import is_workbook
from qplan.plan.tables.grid import MOST_BYTES, text_of
from qplan.plan.tables.headings import plain_heading
from qplan.service.actions import ReportLine
from qplan.service.report_tables import (
    HEADINGS,
    Place,
    Report,
    Row,
    column_fault,
    read_percent,
    read_text,
    sheet_rows,
    text_rows,
)

#: More lines than this belong into several files.
MOST = 100_000


def read(name: str, data: bytes, own: Collection[str] = ()) -> tuple[list[ReportLine], list[Problem]]:
    """The lines of a file that can be understood, and every fault of the others.

    ``own`` are headings of the plan's own columns, which lists show and nobody reports.
    """
    problems: list[Problem] = []

    def report(place: Place, what: str, hint: str = "") -> None:
        problems.append(Problem(name, place.line, place.column, what, hint, cell=place.cell))

    found: list[ReportLine] = []
    try:
        for line in _lines(_rows(data, report, own), report):
            found.append(line)
            if len(found) > MOST:
                report(Place(line.line), _("more than {n} lines").format(n=MOST), _("split the file"))
                break
    except BadInput as error:
        report(_undecodable(data), str(error))
    if not found and not problems:
        report(
            Place(1),
            _("the file holds no report"),
            _("write a header line such as id,status,note, then a line a task"),
        )
    return found, problems


def _undecodable(data: bytes) -> Place:
    """The place of the first byte that is not UTF-8; the beginning of a file that is no text."""
    if is_workbook(data):
        return Place(1)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Place(line, error.start - data.rfind(b"\n", 0, error.start))
    return Place(1)


def _rows(data: bytes, report: Report, own: Collection[str]) -> Iterator[Row]:
    if len(data) > MOST_BYTES:
        raise BadInput(_("The file has more than {n} MB; keep only the table in it"), n=MOST_BYTES >> 20)
    if is_workbook(data):
        return sheet_rows(data, report, own)
    text = decode(data).removeprefix("\ufeff")
    if text.lstrip()[:1] != "{":
        return text_rows(text, report, own)
    listed = _listed_items(text)
    return _objects(text, report) if listed is None else _items(text, listed)


def _listed_items(text: str) -> list[Any] | None:
    """The items of a list that the program wrote as JSON; None for any other text."""
    if '"items"' not in text[:4000]:
        return None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = whole.get("items") if "schema" in whole else None
    return items if isinstance(items, list) and all(isinstance(one, dict) for one in items) else None


def _items(text: str, items: list[dict[str, Any]]) -> Iterator[Row]:
    """The tasks of a JSON list, each with the line of its id; what nobody reports is left out."""
    line, at = 1, 0
    for item in items:
        found = text.find(f'"id": {json.dumps(item.get("id"), ensure_ascii=False)}', at)
        if found != -1:
            line, at = line + text.count("\n", at, found), found
        values = {
            key: value
            for name, value in item.items()
            if (key := HEADINGS.get(plain_heading(name))) and value is not None and value != ""
        }
        place = Place(line)
        yield Row(place, values, lambda _key, place=place: place, listed=True)  # type: ignore[misc]


def _lines(rows: Iterator[Row], report: Report) -> Iterator[ReportLine]:
    """The rows that can be understood; a task is named once."""
    first: dict[str, Place] = {}
    for row in rows:
        named = row.values.get("id")
        before = row.place
        if named is not None:
            before = first.setdefault(folded(text_of(named)), row.place)
        if before != row.place:
            report(
                row.place_of("id"),
                _("{id} is given twice, first in line {line}").format(
                    id=text_of(named), line=before.cell or before.line
                ),
                _("put all of it in one line"),
            )
        one = _line(row, report)
        if one is not None and before == row.place:
            yield one


def _line(row: Row, report: Report) -> ReportLine | None:
    """One line understood; None, with its faults reported, when it cannot be, and for one of a list that says nothing."""
    given: dict[str, Any] = {}
    faulty = False
    for key, value in row.values.items():
        if row.listed and key == "status" and text_of(value) in both_languages("status", LEFT_PLAN_LABEL):
            continue  # what a list shows of a task that has left the plan
        try:
            given[key] = _value(key, value, typed=row.place.cell == "")
        except BadInput as error:
            faulty = True
            report(row.place_of(key), str(error))
    if "id" not in row.values:
        report(row.place, _("the id is missing"), _("say which task it is about"))
        return None
    if faulty:
        return None
    ident = given.pop("id")
    status, version = given.pop("status", None), given.pop("version", None)
    if status is None and not given:
        if row.listed:
            return None  # a list has every task, and some have nothing in its columns
        report(
            row.place,
            _("nothing is said about {id}").format(id=ident),
            _("give a status, a progress or a note"),
        )
        return None
    return ReportLine(row.place.line, ident, status, given, version, row.place.cell, row.listed)


def _value(key: str, value: Any, *, typed: bool) -> Any:
    """A value as the ledger stores it; ``typed`` values of JSON are not converted to texts."""
    if key == "progress":
        return read_percent(value)
    if key == "version":
        digits = str(value).strip()
        if isinstance(value, bool) or not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise BadInput(_("{name}: “{text}” is not a whole number."), name=key, text=value)
        return int(digits)
    if typed and not isinstance(value, str):
        raise BadInput(_("“{key}” is not a text"), key=key)
    text = read_text(value)
    return parse_status(text) if key == "status" else text


def _objects(text: str, report: Report) -> Iterator[Row]:
    """The rows of a file of JSON lines."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            pairs = json.loads(line, object_pairs_hook=_Pairs)
        except ValueError as error:
            report(
                Place(number, getattr(error, "colno", 1)),
                _("this is not JSON: {error}").format(error=getattr(error, "msg", error)),
                _("write one object a line"),
            )
            continue
        except RecursionError:
            what = _("this is not JSON: {error}").format(error=_("nested too deeply"))
            report(Place(number), what, _("write one object a line"))
            continue
        if not isinstance(pairs, _Pairs):
            report(Place(number), _("an object is expected"), _("write one object a line"))
            continue
        row = _object(number, line, pairs, report)
        if row is not None:
            yield row


def _object(number: int, line: str, pairs: _Pairs, report: Report) -> Row | None:
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for name, value in pairs:
        key = HEADINGS.get(plain_heading(name))
        place = Place(number, max(1, line.find(json.dumps(name, ensure_ascii=False)) + 1))
        if key is None or key in values:
            report(place, *column_fault(name, known=key is not None))
            return None
        if value is not None and value != "":
            values[key], places[key] = value, place
    return Row(Place(number), values, places.__getitem__)


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in their order, doubles included."""
