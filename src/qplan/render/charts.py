"""A chart as SVG for the inside of a page: no script, no font shipped, the same bytes every time.

pygal draws; what it adds of its own (a script, a comment with today's date, a random id) is taken
out. Why pygal: docs/charts.md.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from qplan.render.cells import clean
from qplan.views.page import BARS, LINE, TARGET, Chart

#: What a reader's own machine has; the page ships none.
FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Heiti SC", "SimHei", sans-serif'
#: Light -> colour. Neighbours differ in brightness too, so that they differ in grey print.
COLORS = {
    "red": "#c62828",
    "yellow": "#f2b705",
    "blue": "#1f6fb5",
    "green": "#4c9f50",
    "grey": "#9aa3ad",
    "": "#1f6fb5",
}
INK = "#25303b"
#: Width of the drawing on a screen and on a telephone; the page shows one of them.
WIDE, NARROW = 600, 360
_SHORT = 9  #: characters of a label on a telephone


def svg(chart: Chart, width: int, ident: str) -> str:
    """The drawing, as wide as the page lets it be; ``ident`` is its id in the page."""
    narrow = width <= NARROW
    labels = [_label(clean(name), narrow) for name in chart.categories]
    drawn = _kind(chart)(
        js=[], style=_style(chart, narrow), width=width, height=_height(chart, narrow),
        show_legend=False, truncate_label=-1, margin=8, margin_right=26 if chart.kind == LINE else 12, margin_left=_left(chart, labels),
        print_values=chart.kind != LINE, print_zeroes=False, disable_xml_declaration=True,
        order_min=None if chart.kind == TARGET else 0,  # counts have whole numbers on their axis
        **_options(chart, narrow),
    )  # fmt: skip
    order = reversed if chart.kind in (BARS, TARGET) else list  # bars are drawn from the bottom
    drawn.x_labels = list(order(labels))
    if chart.kind == LINE:
        step = 8 if narrow else 5
        drawn.x_labels_major = labels[::-1][::step]
    elif chart.kind not in (BARS, TARGET):
        drawn.x_labels_major = labels[:: 4 if narrow else 2]
    for one in chart.series:
        values = [
            None if value is None else float(value) if chart.kind == TARGET else int(value)
            for value in one.values
        ]
        drawn.add(clean(one.label), list(order(values)), formatter=_formatter(chart.kind))
    return _stripped(drawn, ident, clean(chart.title), clean(chart.text))


def _kind(chart: Chart) -> Any:
    return {BARS: pygal.HorizontalStackedBar, LINE: pygal.Line, TARGET: pygal.HorizontalBar}.get(
        chart.kind, pygal.StackedBar
    )


def _label(text: str, narrow: bool) -> str:
    return text if not narrow or len(text) <= _SHORT + 1 else text[:_SHORT] + "…"


def _left(chart: Chart, labels: list[str]) -> int:
    """Room that pygal does not calculate: a Chinese character is wider than the letters it counts."""
    if chart.kind not in (BARS, TARGET):
        return 12
    return 12 + max((5 * sum(not character.isascii() for character in label) for label in labels), default=0)


def _height(chart: Chart, narrow: bool) -> int:
    if chart.kind == BARS:
        return 60 + 24 * len(chart.categories)
    if chart.kind == TARGET:
        return 60 + 34 * len(chart.categories)
    return 220 if narrow else 260


def _options(chart: Chart, narrow: bool) -> dict[str, Any]:
    if chart.kind == LINE:
        most = max((int(v or 0) for one in chart.series for v in one.values), default=0)
        return {
            "fill": True, "show_dots": True, "dots_size": 2, "range": (0, max(4, most)), "show_minor_x_labels": False,
            "stroke_style": {"width": 2}, "x_label_rotation": 0, "include_x_axis": True,
        }  # fmt: skip
    if chart.kind == TARGET:
        top = max((float(v) for one in chart.series for v in one.values if v is not None), default=0.0)
        return {"range": (0, max(100.0, min(top, 200.0)) * 1.12), "y_labels": [0, 50, 100], "spacing": 12}
    if chart.kind == BARS:
        return {"spacing": 6}
    return {"show_minor_x_labels": False, "spacing": 10}


def _formatter(kind: str) -> Any:
    if kind == TARGET:
        return lambda value: "" if value is None else f"{value:.1f}%"
    return lambda value: str(int(value)) if value else ""


def _style(chart: Chart, narrow: bool) -> Style:
    size = 11 if narrow else 12
    return Style(
        background="transparent", plot_background="transparent", foreground=INK, foreground_strong=INK,
        foreground_subtle="#5b6670", opacity="1" if chart.kind != LINE else ".25", opacity_hover="1",
        colors=tuple(COLORS[one.tone] for one in chart.series), font_family=FONTS,
        value_colors=tuple("#222222" if one.tone in ("yellow", "grey") else "#ffffff" for one in chart.series),
        label_font_size=size, major_label_font_size=size, value_font_size=size, value_label_font_size=size,
        no_data_font_size=size, guide_stroke_color="#d5dae0", major_guide_stroke_color="#c3cad2", guide_stroke_dasharray="2,2",
        major_guide_stroke_dasharray="4,2",
    )  # fmt: skip


def _stripped(drawn: Any, ident: str, title: str, text: str) -> str:
    drawn.uuid = ident
    root = drawn.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            # comments carry today's date; scripts and hidden tooltips have no use in print
            if not isinstance(child.tag, str) or child.tag in ("script", "desc", "title"):
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", f"{title}。{text}" if not title.isascii() else f"{title}. {text}")
    for name in [key for key in root.attrib if key.startswith("xmlns:")]:
        del root.attrib[name]
    whole = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    whole = re.sub(r"chart-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ident, whole)
    return re.sub(r"<!--.*?-->", "", whole, flags=re.DOTALL)
