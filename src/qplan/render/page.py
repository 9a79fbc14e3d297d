"""View -> one web page without network access: figures, charts, then every table; or a text beside its plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2

from qplan import i18n
from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import clean, format_rows
from qplan.render.charts import COLORS, FONTS, NARROW, WIDE, svg
from qplan.render.package import stamp
from qplan.render.text import css_class
from qplan.views import Table, View
from qplan.views.page import Chart


def write(view: View, options: Options) -> Iterator[str]:
    """The whole page: style and drawings inside, no script, nothing loaded from elsewhere."""
    assert view.page is not None
    page = view.page()
    yield _filled(
        "page.html.j2",
        words={"contents": _("Contents"), "charts": _("Charts"), "table": _("The figures as a table")},
        stamp=stamp(view),
        view=view,
        figures=page.figures,
        charts=[_chart(chart) for chart in page.charts],
        tables=[_table(table) for table in view.tables],
        colors=COLORS,
    )


def side_by_side(view: View, options: Options) -> Iterator[str]:
    """A text on the left, the plan that carries it on the right."""
    assert view.page is not None
    yield _filled(
        "side_by_side.html.j2",
        words={
            "line": _("line"),
            "text": _("The text"),
            "plan": _("The plan"),
            "missing": _("not carried"),
            "strays": _("Cited and not in the text"),
        },
        view=view,
        page=view.page(),
    )


def _filled(name: str, **values: Any) -> str:
    """A template of this folder with its values."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = clean
    template = environment.from_string(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    language = "zh-CN" if i18n.language == "zh" else "en"
    return str(template.render(language=language, fonts=FONTS, **values))


def _chart(chart: Chart) -> dict[str, Any]:
    return chart._asdict() | {
        "wide": svg(chart, WIDE, f"{chart.key}-wide"),
        "narrow": svg(chart, NARROW, f"{chart.key}-narrow"),
        "rows": [
            (name, [_number(one.values[place]) for one in chart.series])
            for place, name in enumerate(chart.categories)
        ],
    }


def _number(value: int | Decimal | None) -> str:
    return "—" if value is None else f"{value}%" if isinstance(value, Decimal) else str(value)


def _table(table: Table) -> dict[str, Any]:
    rows = [
        [
            (cell, css_class(column.type, value))
            for cell, value, column in zip(texts, values, table.columns, strict=True)
        ]
        for texts, values in zip(format_rows(table), table.rows, strict=True)
    ]
    # a table as wide as the overdue list turns into blocks on a telephone
    return {"table": table, "rows": rows, "titles": [column.title for column in table.columns]}
