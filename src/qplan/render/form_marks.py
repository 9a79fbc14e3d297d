"""A copy of a workbook with a comment on each cell that is wrong, to be sent back."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from qplan.extras import need
from qplan.i18n import _
from qplan.render.form_sheets import FILL

#: The colour of a cell with a comment.
MARKED = "F8CBC6"


def marked(data: bytes, comments: Iterable[tuple[str, str]]) -> bytes | None:
    """The workbook with comments on cells (``Sheet!K7``); None where it cannot be written again (.xls, .ods).

    ``data`` must have been read before, so that its size is known to be bounded.
    """
    need("openpyxl")
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    try:
        book = load_workbook(io.BytesIO(data))
    except Exception:  # whatever openpyxl does not understand in a file of another program
        return None
    _unmark(book)
    texts: dict[tuple[str, str], list[str]] = {}
    for cell, text in comments:
        sheet, _mark, place = cell.rpartition("!")
        if sheet in book.sheetnames:
            texts.setdefault((sheet, place), []).append(text)
    for (sheet, place), lines in texts.items():
        cell = book[sheet][place]
        cell.comment = Comment("\n".join(lines), _("office"), width=320, height=140)
        cell.fill = PatternFill("solid", start_color=MARKED, end_color=MARKED)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unmark(book: Any) -> None:
    """Take away the comments of an earlier return, and the colour of their cells."""
    from openpyxl.styles import PatternFill

    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.fill.start_color.rgb[-6:] == MARKED:
                    cell.comment = None
                    cell.fill = PatternFill("solid", start_color=FILL.color, end_color=FILL.color)
