"""View -> a Word document: an official document by GB/T 9704-2012, or a report with tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qplan.i18n import _
from qplan.render import Options
from qplan.render import gbt9704 as layout
from qplan.render.cells import FIXED, NUMBERS, clean, format_rows
from qplan.render.package import reproducible
from qplan.render.text import cell_width
from qplan.views import DATE, ID, LIGHT, STATUS, Table, View
from qplan.views.document import PAGE, Annex, Document, Paragraph, fitted, text_mm, word_mm

#: Between the title of an annex and its table, in the units of Word (8 points).
TITLE_SPACE = 8 * 12700
INK = {"red": "B00020", "yellow": "7A5B00", "blue": "0B4F9E", "green": "1B6E2B", "grey": "5F5F5F"}


def write(view: View, options: Options) -> Iterator[bytes]:
    """The document as the bytes of its file."""
    document = view.document() if view.document is not None else None
    made = layout.new()
    if document is not None:
        _official(made, document)
    else:
        _report(made, view)
    yield reproducible(made.save, view, document.title if document else "")


def _official(made: Any, document: Document) -> None:
    blocks = list(document.blocks)
    signed = [block.text for block in blocks if not isinstance(block, Annex) and block.style == "signed"]
    date = signed[-1] if signed else ""
    wide = False
    for block, together in zip(blocks, _kept_together(blocks), strict=True):
        if isinstance(block, Annex):
            if block.label and not wide:
                layout.landscape(made)
                wide = True
            elif block.label:
                made.add_page_break()
            if block.label:
                layout.paragraph(made, "annex", clean(block.label))
                title = layout.paragraph(made, "title", clean(block.title), wide=True)
                title.paragraph_format.space_after = TITLE_SPACE
            _grid(
                made,
                block.table,
                [column.width for column in block.table.columns],
                layout.HEIGHT_MM if wide else layout.WIDTH_MM,
                small=bool(block.label) or not block.table.facts,
                together=together,
            )
        elif block.style == PAGE:
            made.add_page_break()
        else:
            layout.paragraph(made, block.style, clean(block.text), keep=together, date=date)


def _kept_together(blocks: Sequence[Paragraph | Annex]) -> list[bool]:
    """Whether each block stays on the page of the next one: from the last sentence of the text (or the last row of
    its table) to the end of the signature, so that this is never alone on a page (GB/T 9704-2012, 7.3.5)."""
    kept = [False] * len(blocks)
    signed = [
        place
        for place, block in enumerate(blocks)
        if not isinstance(block, Annex) and block.style == "signed"
    ]
    if not signed:
        return kept
    for place in range(signed[-1] - 1, -1, -1):
        block = blocks[place]
        kept[place] = True
        if isinstance(block, Annex) or block.style == PAGE or block.text.endswith(("。", ".")):
            break
    return kept


def _report(made: Any, view: View) -> None:
    wide = any(not table.facts and len(table.columns) > 5 for table in view.tables)
    if wide:
        layout.landscape(made, first=True)
    layout.paragraph(made, "title", clean(view.title), wide=wide)
    for line in view.lead:
        layout.paragraph(made, "plain", clean(line))
    for table in view.tables:
        if table.title and table.title != view.title:
            layout.paragraph(made, "heading1", clean(table.title), keep=True)
        if table.rows:
            space = layout.HEIGHT_MM if wide else layout.WIDTH_MM
            _grid(made, table, _widths(table, space), space, small=True)
        else:
            layout.paragraph(made, "plain", clean(table.empty or _("Nothing to show.")))
    for line in view.notes:
        layout.paragraph(made, "plain", clean(line))


def _grid(
    made: Any, table: Table, widths: Sequence[int], room_mm: float, small: bool, together: bool = False
) -> None:
    rows = format_rows(table)
    heads = [] if table.facts else [clean(column.title) for column in table.columns]
    centred = (*NUMBERS, DATE, ID, LIGHT, STATUS)
    styles = ["middle" if column.type in centred else "cell" for column in table.columns]
    if not small:
        styles = ["fact"] * len(table.columns)
    inks = [
        [
            INK.get(str(value), "") if column.type == LIGHT else ""
            for value, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]
    if not rows:
        rows, inks = [[table.empty] + [""] * (len(widths) - 1)], [[""] * len(widths)]
    layout.grid(made, heads, rows, widths, room_mm, styles=styles, inks=inks, together=together)


def _widths(table: Table, space: float) -> Sequence[int]:
    """Column widths in proportion to their content, up to a limit for long texts; no Latin word is broken."""
    kinds = [column.type for column in table.columns]
    if table.facts:
        return [22, 78]
    rows = [[column.title for column in table.columns], *format_rows(table)]
    natural = [
        max(cell_width(line) for cell in column for line in cell.split("\n"))
        for column in zip(*rows, strict=True)
    ]
    heads = [cell_width(column.title) for column in table.columns]
    widths = [
        max(5, min(width, 30) if kind not in NUMBERS else max(5, head // 2 + 1)) + 1
        for width, head, kind in zip(natural, heads, kinds, strict=True)
    ]
    least = [
        max(word_mm(column[0]), *(map(text_mm if kind in FIXED else word_mm, column[1:])))
        for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    return fitted(widths, least, space)
