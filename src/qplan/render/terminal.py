"""View -> a Rich table for a terminal.

Widths are computed here from the data, because Rich squeezes ids and dates to nothing when a table
is too wide: ids, dates, numbers, statuses and lights keep their width, texts share the rest, and
where room is short, columns without any value stay away, then columns of high rank (a line below
names them), before a text column becomes a ribbon.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from qplan.i18n import _, joined
from qplan.render import Options
from qplan.render.cells import FIXED, NUMBERS, clean, reader
from qplan.views import LIGHT, Column, Table, View

if TYPE_CHECKING:
    from qplan.views.page import Page

GAP = 2
#: A text column is made narrower than this only to keep columns of rank 0 and 1; never than LEAST.
NARROW, LEAST = 18, 10

LIGHT_STYLES = {
    "red": "bold red",
    "yellow": "yellow",
    "blue": "bright_blue",
    "green": "green",
    "grey": "bright_black",
}
_RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n".replace("-", "\u2500"))
_ASCII_RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
# A line may not begin with closing punctuation, nor end with an opening bracket.
_CLOSING = frozenset("，。、；：！？）》〉」』】〕”’…%,.;:!?)]}")
_OPENING = frozenset("（《〈「『【〔“‘([{")
_UNIT = re.compile("[^\\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u2014\u2018-\u201d\u2026]+|.", re.DOTALL)


def write(view: View, options: Options) -> Iterator[str]:
    """The page: title, lead lines, tables, notes. No line is wider than the terminal."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=options.width,
        force_terminal=True,
        color_system="standard" if options.color else None,
        no_color=not options.color,  # the caller has looked at NO_COLOR
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    _say(console, view.title, "bold")
    for line in view.lead:
        _say(console, line, "")
    page = view.page() if view.page is not None else None
    drawn = page is not None and page.screen
    for table in view.tables:
        if table.drawn and drawn:
            continue
        console.print()
        if table.title and table.title != view.title:
            _say(console, table.title, "bold")
        _table(console, table, options)
    if page is not None:
        _charts(console, page, options)
    if view.notes:
        console.print()
        for line in view.notes:
            _say(console, line, "dim")
    # Rich pads rows to the full width; a trailing blank helps nobody who copies a line.
    text = out.getvalue()
    yield text if options.color else re.sub(" +$", "", text, flags=re.MULTILINE)


def _charts(console: Console, page: Page, options: Options) -> None:
    """The charts of those pages that are meant for a screen."""
    if not page.screen:
        return
    from qplan.render import bars

    for chart in page.charts:
        console.print()
        _say(console, chart.title, "bold")
        for line in bars.lines(chart, options):
            console.print(line, soft_wrap=True)
        _say(console, chart.text, "dim")


def _say(console: Console, line: str, style: str) -> None:
    for part in wrap(clean(line), console.width):
        console.print(Text(part, style=style), soft_wrap=True)


def _table(console: Console, table: Table, options: Options) -> None:
    rows = list(table.rows)
    if not rows:
        _say(console, table.empty or _("Nothing to show."), "dim")
        return
    columns = list(table.columns)
    cells = [_column(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    if table.facts:
        _facts(console, [list(pair) for pair in zip(*cells, strict=True)])
        return
    kept, widths = fit(columns, cells, options.width)
    if kept is None:
        _records(console, columns, cells)
        return
    box = _RULE if options.draw else _ASCII_RULE
    grid = Grid(
        box=box,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
        header_style="bold",
        border_style="dim",
    )
    for place, width in zip(kept, widths, strict=True):
        column = columns[place]
        side: Any = "right" if column.type in NUMBERS else "left"
        title = Text("\n".join(wrap(clean(column.title), width)))
        grid.add_column(title, width=width, justify=side, overflow="fold", vertical="top")
    for number in range(len(rows)):
        grid.add_row(
            *(_folded(cells[place][number], width) for place, width in zip(kept, widths, strict=True))
        )
    console.print(grid)
    missing = [
        clean(column.title)
        for place, column in enumerate(columns)
        if place not in kept and not blank(cells[place])
    ]
    if missing:
        _say(console, _("Not shown at this width: {columns}.").format(columns=joined(missing)), "dim")


def _column(column: Column, values: Sequence[Any]) -> list[Text]:
    read = reader(column.type, "-")
    if column.type == LIGHT:
        return [Text(read(value), style=LIGHT_STYLES.get(value, "") if value else "dim") for value in values]
    return [Text(read(value).expandtabs(4), style="dim" if value is None else "") for value in values]


def _folded(text: Text, width: int) -> Text:
    return Text("\n".join(wrap(text.plain, width)), style=text.style)


def _facts(console: Console, pairs: Sequence[Sequence[Text]]) -> None:
    """Label and value side by side; below each other where the terminal is narrow."""
    room = max(NARROW // 2, console.width // 3)
    label = min(max(cell_len(line) for pair in pairs for line in pair[0].plain.split("\n")), room)
    rest = console.width - label - GAP
    grid = Grid(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, GAP, 0, 0))
    grid.add_column(width=label, overflow="fold", style="dim")
    grid.add_column(width=rest, overflow="fold")
    for name, value in pairs:
        grid.add_row(_folded(name, label), _folded(value, rest))
    console.print(grid)


def _records(console: Console, columns: Sequence[Column], cells: Sequence[Sequence[Text]]) -> None:
    """Each row as a block of facts: what is left where not even the first columns fit."""
    for number in range(len(cells[0])):
        if number:
            console.print()
        _facts(
            console,
            [(Text(clean(column.title)), cell[number]) for column, cell in zip(columns, cells, strict=True)],
        )


def fit(
    columns: Sequence[Column], cells: Sequence[Sequence[Text]], width: int
) -> tuple[list[int] | None, list[int]]:
    """Which columns are shown, by place, and how wide; None where nothing sensible fits."""
    natural = [
        max(cell_len(line) for text in column_cells for line in text.plain.split("\n"))
        for column_cells in cells
    ]
    heads = [cell_len(clean(column.title)) for column in columns]
    for place, column in enumerate(columns):
        # A heading may wrap above a wide text; above a number it needs its longest word.
        if column.type in FIXED:
            words = [cell_len(unit) for unit in _UNIT.findall(clean(column.title))]
            natural[place] = max(natural[place], *words, min(heads[place], 8), 1)
        else:
            natural[place] = max(natural[place], heads[place], 1)
    kept = list(range(len(columns)))
    if sum(natural) + GAP * (len(kept) - 1) > width:
        kept = [i for i in kept if not (columns[i].rank and blank(cells[i]))]
    # down to its least width a text gives room to a column of rank 1, but to no further one
    for least, last in ((NARROW, 1), (LEAST, 1), (LEAST, 0)):
        while True:
            floor = [natural[i] if columns[i].type in FIXED else min(natural[i], least) for i in kept]
            if sum(floor) + GAP * (len(kept) - 1) <= width:
                return kept, _share(columns, natural, kept, floor, width)
            ranked = [i for i in kept if columns[i].rank > last]
            if not ranked:
                break
            kept.remove(max(ranked, key=lambda i: (columns[i].rank, i)))
    return None, []


def blank(cells: Sequence[Text]) -> bool:
    """Whether a column has no value in any row."""
    return all(text.plain in ("", "-") for text in cells)


def _share(
    columns: Sequence[Column], natural: list[int], kept: list[int], floor: list[int], width: int
) -> list[int]:
    """Give the texts what the terminal has left, the modest ones first."""
    widths = dict(zip(kept, floor, strict=True))
    spare = width - sum(floor) - GAP * (len(kept) - 1)
    texts = sorted((i for i in kept if columns[i].type not in FIXED), key=lambda i: natural[i] - widths[i])
    for number, place in enumerate(texts):
        more = min(natural[place] - widths[place], spare // (len(texts) - number))
        widths[place] += more
        spare -= more
    return [widths[i] for i in kept]


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells: Latin words whole, Chinese anywhere but at punctuation.

    Leading spaces (the depth of a tree) stand before every line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if cell_len(paragraph) <= width:
            lines.append(paragraph)
            continue
        body = paragraph.lstrip(" ")
        indent = min(len(paragraph) - len(body), width // 2)
        lines.extend(" " * indent + line for line in _fill(body, width - indent))
    return lines


def _fill(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for unit in _UNIT.findall(text):
        size = cell_len(unit)
        if used + size > width and line:
            if unit == " ":
                continue
            carried = _carry(line, unit, width)
            lines.append("".join(line).rstrip())
            line = carried
            used = sum(map(cell_len, line))
        if size > width:
            for character in unit:  # a word longer than the column
                if used + cell_len(character) > width and line:
                    lines.append("".join(line))
                    line, used = [], 0
                line.append(character)
                used += cell_len(character)
            continue
        if line or unit != " ":
            line.append(unit)
            used += size
    lines.append("".join(line).rstrip())
    return lines


def _carry(line: list[str], unit: str, width: int) -> list[str]:
    """Units that must move to the next line together with ``unit``."""
    carried: list[str] = []
    while len(line) > 1 and ((carried[0] if carried else unit)[:1] in _CLOSING or line[-1][-1:] in _OPENING):
        if sum(map(cell_len, [line[-1], *carried, unit])) > width:
            break
        carried.insert(0, line.pop())
    return carried
