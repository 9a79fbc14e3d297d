"""Tables of Word documents -> grids, by python-docx."""

from __future__ import annotations

import io
from typing import Any

from qplan.errors import BadInput
from qplan.extras import need
from qplan.i18n import _
from qplan.plan.tables.archive import check_archive
from qplan.plan.tables.grid import Grid, Merge, Value, grid


def read_document(data: bytes) -> list[Grid]:
    """The tables of a document, in their order, each with the lines of text before it."""
    docx = need("docx")
    check_archive(data, "docx")
    try:
        grids = _tables(docx, docx.Document(io.BytesIO(data)))
    except (
        LookupError,
        ValueError,
        SyntaxError,
        AttributeError,
        TypeError,
        docx.opc.exceptions.OpcError,
    ) as error:
        raise BadInput(_("The document cannot be read: {}").format(error)) from None
    if not grids:
        raise BadInput(_("The document has no table; a plan's text is read by: qplan plan from-document"))
    return grids


def _tables(docx: Any, document: Any) -> list[Grid]:
    grids: list[Grid] = []
    before: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            grids.append(_table(block, _("table {}").format(len(grids) + 1), tuple(before)))
            before = []
        elif block.text.strip():
            before.append(block.text.strip())
    return grids


def _table(table: Any, name: str, before: tuple[str, ...]) -> Grid:
    """Rows are read from their elements: ``row.cells`` walks up through merged cells for each of them."""
    rows: list[list[Value]] = []
    areas: dict[tuple[int, int], Merge] = {}  # first cell -> area
    open_areas: dict[int, tuple[int, int]] = {}  # column -> first cell of the area that reaches down to it
    for number, element in enumerate(table._tbl.tr_lst):
        cells: list[Value] = [None] * element.grid_before
        for cell in element.tc_lst:
            column, span = len(cells), cell.grid_span
            first = open_areas.get(column) if cell.vMerge == "continue" else None
            if first is None:
                first = (number, column)
                open_areas[column] = first
                cells.append(_text(cell))
            else:
                cells.append(None)
            areas[first] = Merge(*first, number, column + span - 1)
            cells += [None] * (span - 1)
        rows.append(cells)
    merged = [area for area in areas.values() if (area.top, area.left) != (area.bottom, area.right)]
    return grid(name, rows, merged, before)


def _text(cell: Any) -> Value:
    from docx.table import _Cell

    return _Cell(cell, cell).text.strip() or None
