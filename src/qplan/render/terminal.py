"""View -> a page for a terminal, with Rich's styles.

Widths are computed here from the data, because Rich squeezes ids and dates to nothing when a table
is too wide: ids, dates, numbers, statuses and lights keep their width, texts share the rest, and
where space is short, columns without any value are left out, then columns of high rank (a line below
names them), before a text column becomes a ribbon.

Cells that are wrapped to their widths are then only padded and joined: a Rich table would measure
and wrap every cell again, more than a millisecond a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rich.color import ColorSystem
from rich.style import Style

from qplan.i18n import _, joined
from qplan.render import Options
from qplan.render.cells import FIXED, NUMBERS, clean, formatter
from qplan.render.cells import line as line_of
from qplan.render.text import cell_width
from qplan.render.wrapping import UNIT, wrap
from qplan.views import LIGHT, Column, Table, View

GAP = 2
#: A text column is made narrower than this only to keep columns of rank 0 and 1; never than LEAST.
NARROW, LEAST = 18, 10

#: Columns of departments, which have short names where the table is wider than the terminal.
DEPARTMENTS = ("lead", "support")

LIGHT_STYLES = {
    "red": "bold red",
    "yellow": "yellow",
    "blue": "bright_blue",
    "green": "green",
    "grey": "bright_black",
}


#: A text and its style in Rich's words; a line is some of these.
Part = tuple[str, str]
Line = list[Part]


def write(view: View, options: Options) -> Iterator[str]:
    """The page: title, lead lines, tables, notes. No line is wider than the terminal."""
    for line in _page(view, options):
        yield painted(line, options.color) + "\n"


def painted(line: Line, color: bool) -> str:
    """A line as a terminal takes it, without blanks at its end."""
    while line and not line[-1][0].strip(" "):
        line = line[:-1]
    if not color:
        return "".join([text for text, _style in line]).rstrip(" ")
    return "".join(
        [_style(style).render(text, color_system=_SYSTEM) if style else text for text, style in line]
    )


_style = Style.parse  # remembers what it has parsed
_SYSTEM = ColorSystem.STANDARD


def _page(view: View, options: Options) -> Iterator[Line]:
    width = options.width
    yield from _paragraph(view.title, "bold", width)
    for text in view.lead:
        yield from _paragraph(text, "", width)
    page = view.page() if view.page is not None else None
    charts = page.charts if page is not None and page.screen else ()
    drawn = [_drawn(table) for table in view.tables if not (table.drawn and charts)]
    alike: dict[tuple[str, ...], list[_Drawn]] = {}
    for one in drawn:
        if one.rows and not one.table.facts:
            alike.setdefault(tuple(column.key for column in one.columns), []).append(one)
    if view.short:
        for some in alike.values():
            _shorten(some, width, view.short)
    layouts = {key: _layout(some, width) for key, some in alike.items()}
    for one in drawn:
        yield []
        if one.table.title and one.table.title != view.title:
            yield from _paragraph(one.table.title, "bold", width)
        key = tuple(column.key for column in one.columns)
        yield from _table(one, layouts.get(key), options)
        if key in layouts and one is alike[key][-1] and layouts[key].missing:
            note = _("Not shown at this width: {columns}.").format(columns=joined(layouts[key].missing))
            yield from _paragraph(note, "dim", width)
    if charts:
        from qplan.render import bars

        for chart in charts:
            yield []
            yield from _paragraph(chart.title, "bold", width)
            yield from bars.lines(chart, options)
            yield from _paragraph(chart.text, "dim", width)
    if view.notes:
        yield []
        for text in view.notes:
            yield from _paragraph(text, "dim", width)


def _paragraph(text: str, style: str, width: int) -> Iterator[Line]:
    for part in wrap(clean(text).expandtabs(4), width):
        yield [(part, style)]


class _Drawn(NamedTuple):
    """A table with its cells as they are drawn, by columns."""

    table: Table
    rows: int
    columns: list[Column]
    cells: list[list[Part]]


class _Layout(NamedTuple):
    """Which columns are shown, by place, and how wide; the headings of those left out."""

    kept: list[int] | None
    widths: list[int]
    missing: list[str]


def _drawn(table: Table) -> _Drawn:
    rows, columns = table.rows, list(table.columns)
    text = clean if table.facts else line_of
    cells = [_column(column, [row[place] for row in rows], text) for place, column in enumerate(columns)]
    return _Drawn(table, len(rows), columns, cells)


def _shorten(tables: Sequence[_Drawn], width: int, names: Callable[[], Mapping[str, str]]) -> None:
    """Give the departments of tables that are wider than the terminal their short names."""
    columns = tables[0].columns
    places = [place for place, column in enumerate(columns) if column.key in DEPARTMENTS]
    cells = [[part for one in tables for part in one.cells[place]] for place in range(len(columns))]
    if not places or sum(_natural(columns, cells)) + GAP * (len(columns) - 1) <= width:
        return
    longest_first = sorted(names().items(), key=lambda pair: -len(pair[0]))

    @lru_cache
    def short(text: str) -> str:
        for name, instead in longest_first:
            text = text.replace(name, instead)
        return text

    for one in tables:
        for place in places:
            one.cells[place] = [(short(text), style) for text, style in one.cells[place]]


def _layout(tables: Sequence[_Drawn], width: int) -> _Layout:
    """The layout of tables with the same columns: the same from group to group."""
    columns = tables[0].columns
    cells = [[part for one in tables for part in one.cells[place]] for place in range(len(columns))]
    kept, widths = fit(columns, cells, width)
    missing = [
        clean(column.title)
        for place, column in enumerate(columns)
        if kept is not None and place not in kept and not blank(cells[place])
    ]
    return _Layout(kept, widths, missing)


def _table(drawn: _Drawn, layout: _Layout | None, options: Options) -> Iterator[Line]:
    columns, cells = drawn.columns, drawn.cells
    if not drawn.rows:
        yield from _paragraph(drawn.table.empty or _("Nothing to show."), "dim", options.width)
        return
    if layout is None:
        yield from _facts(list(zip(*cells, strict=True)), options.width)
        return
    kept, widths = layout.kept, layout.widths
    if kept is None:
        yield from _records(columns, cells, options.width)
        return
    right = [columns[place].type in NUMBERS for place in kept]
    yield from _row([(clean(columns[place].title), "bold") for place in kept], widths, right, heading=True)
    yield [(("\u2500" if options.draw else "-") * (sum(widths) + GAP * (len(widths) - 1)), "dim")]
    for row in zip(*(cells[place] for place in kept), strict=True):
        yield from _row(row, widths, right)


def _column(column: Column, values: Sequence[Any], text: Callable[[str], str]) -> list[Part]:
    read = formatter(column.type, "-", text)
    if column.type == LIGHT:
        return [(read(value), LIGHT_STYLES.get(value, "") if value else "dim") for value in values]
    return [(read(value).expandtabs(4), "dim" if value is None else "") for value in values]


def _row(
    cells: Sequence[Part], widths: Sequence[int], right: Sequence[bool], *, heading: bool = False
) -> Iterator[Line]:
    """The lines of a row whose texts are wrapped into their columns; headings are aligned at the bottom."""
    folded = [_folded(text, width) for (text, _style), width in zip(cells, widths, strict=True)]
    height = max(map(len, folded))
    for number in range(height):
        line: Line = []
        for lines, (_text, style), width, flush_right in zip(folded, cells, widths, right, strict=True):
            place = number - (height - len(lines) if heading else 0)
            text, space = lines[place] if 0 <= place < len(lines) else ("", " " * width)
            line += [(space, ""), (text, style)] if flush_right else [(text, style), (space, "")]
            line.append((" " * GAP, ""))
        yield line


@lru_cache(maxsize=4096)
def _folded(text: str, width: int) -> tuple[tuple[str, str], ...]:
    """The lines of a cell, each with what fills it up: made once for what repeats in a column."""
    return tuple((line, " " * (width - cell_width(line))) for line in wrap(text, width))


def _facts(pairs: Sequence[Sequence[Part]], width: int) -> Iterator[Line]:
    """Label and value side by side, the label never wider than a third of the terminal."""
    space = max(NARROW // 2, width // 3)
    label = min(max(cell_width(line) for name, _value in pairs for line in name[0].split("\n")), space)
    for (name, _style), value in pairs:
        yield from _row([(name, "dim"), value], (label, width - label - GAP), (False, False))


def _records(columns: Sequence[Column], cells: Sequence[Sequence[Part]], width: int) -> Iterator[Line]:
    """Each row as a block of facts: what is left where not even the first columns fit."""
    titles = [(clean(column.title), "") for column in columns]
    for number, row in enumerate(zip(*cells, strict=True)):
        if number:
            yield []
        yield from _facts(list(zip(titles, row, strict=True)), width)


def fit(
    columns: Sequence[Column], cells: Sequence[Sequence[Part]], width: int
) -> tuple[list[int] | None, list[int]]:
    """Which columns are shown, by place, and how wide; None where not even the first columns fit."""
    natural = _natural(columns, cells)
    kept = list(range(len(columns)))
    if sum(natural) + GAP * (len(kept) - 1) > width:
        kept = [i for i in kept if not (columns[i].rank and blank(cells[i]))]
    # down to its least width a text gives space to a column of rank 1, but to no further one
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


def _natural(columns: Sequence[Column], cells: Sequence[Sequence[Part]]) -> list[int]:
    """The width that each column has where there is space enough."""
    natural = [
        max(cell_width(line) for text, _style in set(column_cells) for line in text.split("\n"))
        for column_cells in cells
    ]
    heads = [cell_width(clean(column.title)) for column in columns]
    for place, column in enumerate(columns):
        # A heading needs its longest word, and one that has no blank to break at is left whole.
        title = clean(column.title)
        words = [cell_width(unit) for unit in UNIT.findall(title)]
        broken, whole = (5, 10) if column.type in FIXED else (12, heads[place])
        most = broken if " " in title else whole
        natural[place] = max(natural[place], *words, min(heads[place], most), 1)
    return natural


def blank(cells: Sequence[Part]) -> bool:
    """Whether a column has no value in any row."""
    return all(text in ("", "-") for text, _style in cells)


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
