"""A chart drawn with characters, for a terminal: bars of lights, and a line over weeks as columns."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.render import Options
from qplan.render.cells import clean
from qplan.render.text import cell_width
from qplan.views.page import BARS, LINE, Chart

STYLES = {"red": "red", "yellow": "yellow", "blue": "bright_blue", "green": "green", "grey": "bright_black"}
#: Light -> what a bar is made of: the lights differ without colour too. All are one cell wide in GBK
#: consoles only when lines may be drawn there.
BLOCKS = {"red": "█", "yellow": "▓", "blue": "▒", "green": "░", "grey": "·"}
PLAIN = {"red": "#", "yellow": "=", "blue": "+", "green": "-", "grey": "."}
EIGHTHS = " ▁▂▃▄▅▆▇█"
LABEL, ROWS = 20, 5


#: As in :mod:`qplan.render.terminal`: texts with their styles.
Line = list[tuple[str, str]]


def lines(chart: Chart, options: Options) -> Iterator[Line]:
    """The lines of a chart; none for a kind that a terminal does not draw."""
    if chart.kind == BARS:
        yield from _bars(chart, options)
    elif chart.kind == LINE:
        yield from _columns(chart, options)


def _bars(chart: Chart, options: Options) -> Iterator[Line]:
    marks = BLOCKS if options.draw else PLAIN
    series = [one for one in chart.series if any(one.values)]
    yield [
        part
        for one in series
        for part in ((marks[one.tone] * 2, STYLES[one.tone]), (f" {clean(one.label)}  ", ""))
    ]
    totals = [sum(int(one.values[n] or 0) for one in chart.series) for n in range(len(chart.categories))]
    names = [_cut(clean(name), LABEL) for name in chart.categories]
    label = max(map(cell_width, names), default=0)
    room = max(8, options.width - label - 8)
    most = max(totals, default=0)
    for number, name in enumerate(names):
        line: Line = [(name + " " * (label - cell_width(name) + 1), "")]
        for one in series:
            value = int(one.values[number] or 0)
            # every light that is there is seen, however few tasks show it
            cells = value if most <= room else max(1, value * (room - len(series)) // most) if value else 0
            line.append((marks[one.tone] * cells, STYLES[one.tone]))
        yield [*line, (f" {totals[number]}", "")]


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
    first, last = chart.categories[0], chart.categories[-1]
    base = ("─" if options.draw else "-") * wide * len(values)
    yield [("0".rjust(scale) + " " + base, "")]
    yield [(" " * (scale + 1) + first + last.rjust(max(1 + len(last), wide * len(values) - len(first))), "")]
