"""A chart drawn with characters, for a terminal: bars of lights, and a line over weeks as columns."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.render import Options
from qplan.render.cells import clean
from qplan.render.terminal import Line
from qplan.render.text import cell_width
from qplan.views.page import BARS, LINE, Chart

STYLES = {"red": "red", "yellow": "yellow", "blue": "bright_blue", "green": "green", "grey": "bright_black"}
#: Light -> what a bar is made of: the lights differ without colour too. All are one cell wide in GBK
#: consoles only when lines may be drawn there.
BLOCKS = {"red": "█", "yellow": "▓", "blue": "▒", "green": "░", "grey": "·"}
PLAIN = {"red": "#", "yellow": "=", "blue": "+", "green": "-", "grey": "."}
EIGHTHS = " ▁▂▃▄▅▆▇█"
LABEL, ROWS = 20, 5


def lines(chart: Chart, options: Options) -> Iterator[Line]:
    """The lines of a chart; none for a kind that a terminal does not draw."""
    if chart.kind == BARS:
        yield from _bars(chart, options)
    elif chart.kind == LINE:
        yield from _columns(chart, options)


def _bars(chart: Chart, options: Options) -> Iterator[Line]:
    marks = BLOCKS if options.draw else PLAIN
    series = [one for one in chart.series if any(one.values)]
    yield from _key(
        [(marks[one.tone] * 2, STYLES[one.tone], f" {clean(one.label)}  ") for one in series], options.width
    )
    totals = [sum(int(one.values[n] or 0) for one in chart.series) for n in range(len(chart.categories))]
    # a third of a narrow terminal for the names, and space for the bars and their totals
    names = [_cut(clean(name), min(LABEL, max(4, options.width // 3))) for name in chart.categories]
    label = max(map(cell_width, names), default=0)
    most = max(totals, default=0)
    space = max(len(series) + 1, options.width - label - 2 - max(6, len(str(most))))
    if label + 2 + space + len(str(most)) > options.width:
        space = max(1, options.width - label - 2 - len(str(most)))
    for number, name in enumerate(names):
        line: Line = [(name + " " * (label - cell_width(name) + 1), "")]
        for one in series:
            value = int(one.values[number] or 0)
            # every light that is there is seen, however few tasks show it
            cells = value if most <= space else max(1, value * (space - len(series)) // most) if value else 0
            line.append((marks[one.tone] * cells, STYLES[one.tone]))
        yield [*line, (f" {totals[number]}", "")]


def _key(entries: list[tuple[str, str, str]], width: int) -> Iterator[Line]:
    """What each kind of bar means, in as many lines as the terminal needs."""
    line: Line = []
    used = 0
    for mark, style, label in entries:
        size = len(mark) + cell_width(label.rstrip())
        if line and used + size > width:
            yield line
            line, used = [], 0
        line += [(mark, style), (label, "")]
        used += len(mark) + cell_width(label)
    yield line


def _cut(text: str, width: int) -> str:
    if cell_width(text) <= width:
        return text
    while cell_width(text) > width - 2:
        text = text[:-1]
    return text + ".."


def _columns(chart: Chart, options: Options) -> Iterator[Line]:
    values = [int(value or 0) for value in chart.series[0].values]
    most = max(values, default=0)
    if not most:
        return  # the sentence below states it
    scale = len(str(most))
    shown = max(1, options.width - scale - 1)  # the last weeks, where not all have space
    values, categories = values[-shown:], chart.categories[-shown:]
    wide = 2 if options.width >= scale + 2 + 2 * len(values) else 1
    for row in reversed(range(ROWS)):
        cells = ""
        for value in values:
            eighths = -(-value * ROWS * 8 // most) - row * 8
            cell = EIGHTHS[max(0, min(8, eighths))] if options.draw else "#" if eighths >= 4 else " "
            cells += cell * wide
        yield [
            ((str(most) if row == ROWS - 1 else "").rjust(scale) + " ", ""),
            (cells.rstrip(), STYLES["red"]),
        ]
    first, last = categories[0], categories[-1]
    base = ("─" if options.draw else "-") * wide * len(values)
    yield [("0".rjust(scale) + " " + base, "")]
    ends = first + last.rjust(max(1 + len(last), wide * len(values) - len(first)))
    yield [(" " * (scale + 1) + (ends if len(ends) <= shown else last[:shown]), "")]
