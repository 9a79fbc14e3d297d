"""A chart drawn with characters, for a terminal: bars of lights, and a line over weeks as columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from qplan.render import Options
from qplan.render.cells import clean
from qplan.views.page import BARS, LINE, Chart

STYLES = {"red": "red", "yellow": "yellow", "blue": "bright_blue", "green": "green", "grey": "bright_black"}
#: Light -> what a bar is made of: the lights differ without colour too. All are one cell wide in GBK
#: consoles only when lines may be drawn there.
BLOCKS = {"red": "█", "yellow": "▓", "blue": "▒", "green": "░", "grey": "·"}
PLAIN = {"red": "#", "yellow": "=", "blue": "+", "green": "-", "grey": "."}
EIGHTHS = " ▁▂▃▄▅▆▇█"
LABEL, ROWS = 20, 5


def lines(chart: Chart, options: Options) -> Iterator[Text]:
    """The lines of a chart; none for a kind that a terminal does not draw."""
    if chart.kind == BARS:
        yield from _bars(chart, options)
    elif chart.kind == LINE:
        yield from _columns(chart, options)


def _bars(chart: Chart, options: Options) -> Iterator[Text]:
    marks = BLOCKS if options.draw else PLAIN
    shown = [one for one in chart.series if any(one.values)]
    key = Text()
    for one in shown:
        key.append(marks[one.tone] * 2, STYLES[one.tone]).append(f" {clean(one.label)}  ")
    yield key
    totals = [sum(int(one.values[n] or 0) for one in chart.series) for n in range(len(chart.categories))]
    names = [_cut(clean(name), LABEL) for name in chart.categories]
    label = max(map(cell_len, names), default=0)
    room = max(8, options.width - label - 8)
    most = max(totals, default=0)
    for number, name in enumerate(names):
        line = Text(name + " " * (label - cell_len(name) + 1))
        for one in shown:
            value = int(one.values[number] or 0)
            # every light that is there is seen, however few tasks show it
            cells = value if most <= room else max(1, value * (room - len(shown)) // most) if value else 0
            line.append(marks[one.tone] * cells, STYLES[one.tone])
        yield line.append(f" {totals[number]}")


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 2:
        text = text[:-1]
    return text + ".."


def _columns(chart: Chart, options: Options) -> Iterator[Text]:
    values = [int(value or 0) for value in chart.series[0].values]
    most = max(values, default=0)
    if not most:
        return  # the sentence below it says so
    scale = len(str(most))
    wide = 2 if options.width >= scale + 2 + 2 * len(values) else 1
    for row in reversed(range(ROWS)):
        cells = ""
        for value in values:
            eighths = -(-value * ROWS * 8 // most) - row * 8
            cell = EIGHTHS[max(0, min(8, eighths))] if options.draw else "#" if eighths >= 4 else " "
            cells += cell * wide
        yield Text((str(most) if row == ROWS - 1 else "").rjust(scale) + " ").append(
            cells.rstrip(), STYLES["red"]
        )
    first, last = chart.categories[0], chart.categories[-1]
    base = ("─" if options.draw else "-") * wide * len(values)
    yield Text("0".rjust(scale) + " " + base)
    yield Text(" " * (scale + 1) + first + last.rjust(max(1 + len(last), wide * len(values) - len(first))))
