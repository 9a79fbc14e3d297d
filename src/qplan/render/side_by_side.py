"""A text and the plan beside it -> one web page that needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qplan import i18n
from qplan.extras import need
from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import clean
from qplan.render.charts import FONTS
from qplan.views import View

TEMPLATE = Path(__file__).with_name("side_by_side.html.j2")


def write(view: View, options: Options) -> Iterator[str]:
    """The page, whole: the text on the left, what carries it on the right."""
    jinja2 = need("jinja2")
    assert view.page is not None
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["clean"] = clean
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    yield template.render(
        words={
            "line": _("line"),
            "text": _("The text"),
            "plan": _("The plan"),
            "missing": _("not carried"),
            "strays": _("Cited and not in the text"),
        },
        language="zh-CN" if i18n.language == "zh" else "en",
        view=view,
        page=view.page(),
        fonts=jinja2.utils.markupsafe.Markup(FONTS),
    )
