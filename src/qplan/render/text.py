"""View -> aligned text for pipes, Markdown and a plain HTML page. Nothing is ever cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import NUMBERS, clean, format_rows, line
from qplan.views import LIGHT, Table, View

# Markdown reads these as markup inside a table cell.
_MARKUP = r"[\\`|*_\[\]<>~]"


def nothing(table: Table) -> str:
    """The sentence that replaces a table without rows."""
    return table.empty or _("Nothing to show.")


def plain(view: View, options: Options) -> Iterator[str]:
    """Title, lead lines, aligned tables, notes: what a pipe or a text file gets."""
    yield f"{line(view.title)}\n"
    for sentence in view.lead:
        yield f"{line(sentence)}\n"
    for table in view.tables:
        rows = format_rows(table, line)
        yield "\n"
        if table.title and table.title != view.title:
            yield f"{line(table.title)}\n"
        if not rows:
            yield line(nothing(table)) + "\n"
        else:
            titles = [] if table.facts else [line(one.title) for one in table.columns]
            yield _tabulated(table, rows, titles, "plain" if table.facts else "simple")
    if view.notes:
        yield "\n"
        for sentence in view.notes:
            yield f"{line(sentence)}\n"


def markdown(view: View, options: Options) -> Iterator[str]:
    """Headings and GitHub tables; characters that Markdown or HTML would read as markup are escaped."""
    yield f"# {_markdown(view.title)}\n"
    if view.lead:
        yield "\n" + "  \n".join(map(_markdown, view.lead)) + "\n"
    for table in view.tables:
        rows = format_rows(table, _markdown)
        if table.title and table.title != view.title:
            yield f"\n## {_markdown(table.title)}\n"
        if rows:
            titles = [_("Item"), _("Content")] if table.facts else [one.title for one in table.columns]
            yield "\n" + _tabulated(table, rows, [_markdown(title) for title in titles], "github")
        else:
            yield "\n" + _markdown(nothing(table)) + "\n"
    if view.notes:
        yield "\n" + "\n".join(f"- {_markdown(sentence)}" for sentence in view.notes) + "\n"


def html(view: View, options: Options) -> Iterator[str]:
    """One self-contained page of tables: no script, nothing loaded from elsewhere."""
    import html as entities

    from qplan import i18n
    from qplan.render.package import stamp

    def text(value: str) -> str:
        return entities.escape(clean(value)).replace("\n", "<br>")

    language = "zh-CN" if i18n.language == "zh" else "en"
    title = text(view.title)
    yield f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f'<meta name="generator" content="{stamp(view)}">\n'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    yield from (f"<p>{text(sentence)}</p>\n" for sentence in view.lead)
    for table in view.tables:
        yield from _html_table(table, text)
    if view.notes:
        yield "<ul>\n" + "".join(f"<li>{text(sentence)}</li>\n" for sentence in view.notes) + "</ul>\n"
    yield "</body>\n</html>\n"


_STYLE = """\
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 2em; color: #222; }
table { border-collapse: collapse; margin: 1em 0; }
caption { text-align: left; font-weight: bold; padding: .4em 0; }
th, td { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
thead th { background: #f2f2f2; }
.number { text-align: right; white-space: nowrap; }
.code { white-space: nowrap; }
.red { color: #b00020; font-weight: bold; } .yellow { color: #7a5b00; font-weight: bold; }
.blue { color: #0b4f9e; } .green { color: #1b6e2b; } .grey { color: #666; }
"""


def _html_table(table: Table, text: Callable[[str], str]) -> Iterator[str]:
    rows = format_rows(table)
    yield f"<table>\n<caption>{text(table.title or table.key)}</caption>\n"
    if not table.facts:
        heads = "".join(f'<th scope="col">{text(one.title)}</th>' for one in table.columns)
        yield f"<thead>\n<tr>{heads}</tr>\n</thead>\n"
    yield "<tbody>\n"
    for values, row in zip(table.rows, rows, strict=True):
        cells = []
        for place, (value, cell, one) in enumerate(zip(values, row, table.columns, strict=True)):
            tag = 'th scope="row"' if table.facts and place == 0 else "td"
            cells.append(f"<{tag}{_css(one.type, value)}>{text(cell)}</{tag[:2]}>")
        yield f"<tr>{''.join(cells)}</tr>\n"
    if not rows:
        yield f'<tr><td colspan="{len(table.columns)}">{text(nothing(table))}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def css_class(kind: str, value: Any) -> str:
    """The CSS class of a cell, by its column's type and, of a light, its value."""
    if kind == LIGHT and value in ("red", "yellow", "blue", "green", "grey"):
        return f"code {value}"
    if kind in NUMBERS:
        return "number"
    return "" if kind == "text" else "code"


def _css(kind: str, value: Any) -> str:
    name = css_class(kind, value)
    return f' class="{name}"' if name else ""


def _markdown(text: str) -> str:
    text = re.sub(_MARKUP, lambda found: f"\\{found[0]}", clean(text).replace("&", "&amp;"))
    text = text.replace("\\<", "&lt;").replace("\\>", "&gt;")
    return text.replace("\n", "<br>").replace("\t", " ")


def _tabulated(table: Table, rows: list[Sequence[str]], titles: Sequence[str], form: str) -> str:
    """The table in one of tabulate's formats, without blanks at the ends of its lines."""
    tabulate = _tabulate()
    sides = ["right" if one.type in NUMBERS else "left" for one in table.columns]
    text = tabulate.tabulate(rows, headers=titles, tablefmt=form, disable_numparse=True, colalign=sides)
    return "".join(f"{row.rstrip()}\n" for row in text.split("\n"))


@cache
def _tabulate() -> Any:
    """The library for cells that are text: the type of none is looked for, which it does even where numbers are not
    parsed, and each is measured once of three times. Both is half of what its tables cost.
    """
    import tabulate

    # The depth of a tree is written as leading spaces, which tabulate would strip.
    tabulate.PRESERVE_WHITESPACE = True
    tabulate.MIN_PADDING = 0
    tabulate._column_type = lambda *_column, **_numparse: str  # type: ignore[attr-defined]
    tabulate.wcwidth = SimpleNamespace(wcswidth=lru_cache(4096)(cell_width))  # type: ignore[attr-defined]
    return tabulate


def cell_width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii():
        return len(text)
    import wcwidth  # type: ignore[import-untyped]

    return max(0, int(wcwidth.wcswidth(text)))
