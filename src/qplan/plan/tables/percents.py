"""Which cells of an xlsx file are shown as percents: there 0.3 means 30%, and 1 means 100%.

The library that reads workbooks reports values without their formats.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

#: Numbers of Excel's own formats for percents.
_BUILT_IN = {"9", "10"}
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CHUNK = 1 << 18


def percent_cells(data: bytes) -> dict[str, set[tuple[int, int]]]:
    """Name of a sheet -> the cells (row and column from 0) that are shown as percents.

    The archive has been checked before; a part that is not as usual has none of them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = set(archive.namelist())
        if "xl/styles.xml" not in parts:
            return {}
        styles = _percent_styles(archive)
        if not styles:
            return {}
        return {
            name: _cells(archive, part, styles)
            for name, part in _sheet_parts(archive, parts).items()
            if part in parts
        }


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """The numbers of the cell styles whose format is a percent."""
    formats = set(_BUILT_IN)
    styles: set[str] = set()
    number, within = 0, False
    for name, attributes in _elements(archive, "xl/styles.xml"):
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            if attributes.get("numFmtId") in formats:
                styles.add(str(number))
            number += 1
    return styles


def _sheet_parts(archive: zipfile.ZipFile, parts: set[str]) -> dict[str, str]:
    """Name of a sheet -> its part of the archive."""
    relations = "xl/_rels/workbook.xml.rels"
    if not {"xl/workbook.xml", relations} <= parts:
        return {}
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for name, attributes in _elements(archive, relations)
        if name == "Relationship"
    }
    found = {}
    for name, attributes in _elements(archive, "xl/workbook.xml"):
        if name == "sheet":
            ident = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            target = targets.get(ident, "")
            found[attributes.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _cells(archive: zipfile.ZipFile, part: str, styles: set[str]) -> set[tuple[int, int]]:
    found = set()
    for name, attributes in _elements(archive, part):
        if name == "c" and attributes.get("s") in styles:
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            if place:
                found.add((int(place[2]) - 1, _column(place[1])))
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a part that begin, by local name."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from found
            found.clear()
    parser.Parse(b"", True)
    yield from found
