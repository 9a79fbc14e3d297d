"""View -> one web page without network access: figures, charts, then every table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from qplan import i18n
from qplan.extras import need
from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import clean, format_rows
from qplan.render.charts import COLORS, FONTS, NARROW, WIDE, svg
from qplan.render.package import stamp
from qplan.render.text import css_class
from qplan.views import Table, View
from qplan.views.page import Chart

TEMPLATE = Path(__file__).with_name("page.html.j2")


def write(view: View, options: Options) -> Iterator[str]:
    """The whole page: style and drawings inside, no script, nothing loaded from elsewhere."""
    jinja2 = need("jinja2")
    need("pygal")
    assert view.page is not None
    page = view.page()
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = clean
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    yield template.render(
        words={"contents": _("Contents"), "charts": _("Charts"), "table": _("The figures as a table")},
        language="zh-CN" if i18n.language == "zh" else "en",
        stamp=stamp(view),
        view=view,
        figures=page.figures,
        charts=[_chart(jinja2, chart) for chart in page.charts],
        tables=[_table(table) for table in view.tables],
        colors=COLORS,
        fonts=jinja2.utils.markupsafe.Markup(FONTS),
    )


def _chart(jinja2: Any, chart: Chart) -> dict[str, Any]:
    markup = jinja2.utils.markupsafe.Markup
    return {
        "key": chart.key,
        "title": chart.title,
        "plan": chart.plan,
        "text": chart.text,
        "axis": chart.axis,
        "series": chart.series,
        "wide": markup(svg(chart, WIDE, f"{chart.key}-wide")),
        "narrow": markup(svg(chart, NARROW, f"{chart.key}-narrow")),
        "rows": [
            (name, [_number(one.values[place]) for one in chart.series])
            for place, name in enumerate(chart.categories)
        ],
    }


def _number(value: int | Decimal | None) -> str:
    return "—" if value is None else f"{value}%" if isinstance(value, Decimal) else str(value)


def _table(table: Table) -> dict[str, Any]:
    raw = list(table.rows)
    kinds = [column.type for column in table.columns]
    rows = [
        [
            (cell, css_class(column.type, value))
            for cell, value, column in zip(texts, values, table.columns, strict=True)
        ]
        for texts, values in zip(format_rows(raw, kinds, ""), raw, strict=True)
    ]
    # a table as wide as the overdue list turns into blocks on a telephone
    return {"table": table, "rows": rows, "titles": [column.title for column in table.columns]}
