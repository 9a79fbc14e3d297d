"""View -> aligned text for pipes, Markdown and a plain HTML page. Nothing is ever cut.

A pipe's tables are those of tabulate, line for line (a test holds them together): :func:`aligned`
writes them ten times faster, and importing tabulate would cost a daily command a seventh of its
time. Markdown is tabulate's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import NUMBERS, clean, column, line, shown
from qplan.views import LIGHT, Table, View

# Markdown reads these as markup inside a table cell.
_MARKUP = r"[\\`|*_\[\]<>~]"
# First and last of the characters that are two cells wide: CJK.
_WIDE = (
    "\u1100\u115f", "\u3000\u3029", "\u3041\u3096", "\u309b\u30ff", "\u3250\u4dbf", "\u4e00\ua48c", "\uac00\ud7a3", "\uf900\ufaff",
    "\uff01\uff60", "\uffe0\uffe6",
)  # fmt: skip
# The same of those that take one: Latin, general punctuation, arrows, signs of mathematics, boxes.
_NARROW = (
    " ~", "\u00a1\u00ac", "\u00ae\u02ff", "\u2010\u2027", "\u2030\u205e", "\u2190\u22ff", "\u2500\u25fc",
)  # fmt: skip


class _Widths(dict[str, int]):
    """The cells that a character takes; KeyError for one whose neighbours decide it."""

    def __missing__(self, character: str) -> int:
        for width, known in ((2, _WIDE), (1, _NARROW)):
            if any(pair[0] <= character <= pair[1] for pair in known):
                self[character] = width
                return width
        raise KeyError(character)


_widths = _Widths()


def nothing(table: Table) -> str:
    """What stands in the place of a table without rows."""
    return table.empty or _("Nothing to show.")


def plain(view: View, options: Options) -> Iterator[str]:
    """Title, lead lines, aligned tables, notes: what a pipe or a text file gets."""
    yield f"{line(view.title)}\n"
    for told in view.lead:
        yield f"{line(told)}\n"
    for table, columns in _read(view, line):
        yield "\n"
        if table.title and table.title != view.title:
            yield f"{line(table.title)}\n"
        if not columns:
            yield line(nothing(table)) + "\n"
        else:
            titles = [] if table.facts else [line(one.title) for one in table.columns]
            yield aligned(titles, columns, _right(table))
    if view.notes:
        yield "\n"
        for told in view.notes:
            yield f"{line(told)}\n"


def markdown(view: View, options: Options) -> Iterator[str]:
    """GitHub tables; every character that Markdown or HTML would read as markup is escaped."""
    yield f"# {_markdown(view.title)}\n"
    if view.lead:
        yield "\n" + "  \n".join(map(_markdown, view.lead)) + "\n"
    for table, columns in _read(view, _markdown):
        if table.title and table.title != view.title:
            yield f"\n## {_markdown(table.title)}\n"
        if columns:
            titles = [_("Item"), _("Content")] if table.facts else [one.title for one in table.columns]
            yield "\n" + _github(table, columns, [_markdown(title) for title in titles])
        else:
            yield "\n" + _markdown(nothing(table)) + "\n"
    if view.notes:
        yield "\n" + "\n".join(f"- {_markdown(told)}" for told in view.notes) + "\n"


def html(view: View, options: Options) -> Iterator[str]:
    """One self-contained page of plain tables: no script, nothing fetched."""
    import html as entities

    from qplan import i18n

    def text(value: str) -> str:
        return entities.escape(clean(value)).replace("\n", "<br>")

    language = "zh-CN" if i18n.language == "zh" else "en"
    title = text(view.title)
    yield f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    yield from (f"<p>{text(told)}</p>\n" for told in view.lead)
    for table in view.tables:
        yield from _html_table(table, text)
    if view.notes:
        yield "<ul>\n" + "".join(f"<li>{text(told)}</li>\n" for told in view.notes) + "</ul>\n"
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
    raw = list(table.rows)
    rows = shown(raw, [one.type for one in table.columns], "")
    yield f"<table>\n<caption>{text(table.title or table.key)}</caption>\n"
    if not table.facts:
        heads = "".join(f'<th scope="col">{text(one.title)}</th>' for one in table.columns)
        yield f"<thead>\n<tr>{heads}</tr>\n</thead>\n"
    yield "<tbody>\n"
    for values, row in zip(raw, rows, strict=True):
        cells = []
        for place, (value, cell, one) in enumerate(zip(values, row, table.columns, strict=True)):
            tag = 'th scope="row"' if table.facts and place == 0 else "td"
            cells.append(f"<{tag}{_css(one.type, value)}>{text(cell)}</{tag[:2]}>")
        yield f"<tr>{''.join(cells)}</tr>\n"
    if not rows:
        yield f'<tr><td colspan="{len(table.columns)}">{text(nothing(table))}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def css_class(kind: str, value: Any) -> str:
    """The class of a cell: what its column's type and, of a light, its value ask for."""
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


def _read(view: View, text: Callable[[str], str]) -> Iterator[tuple[Table, list[list[str]]]]:
    """Each table with the cells of its columns; no columns where it has no rows."""
    for table in view.tables:
        kinds = [one.type for one in table.columns]
        values = list(zip(*table.rows, strict=True))
        yield (
            table,
            [column(cells, kind, "", text) for cells, kind in zip(values, kinds, strict=bool(values))],
        )


def _right(table: Table) -> list[bool]:
    return [one.type in NUMBERS for one in table.columns]


def _github(table: Table, columns: list[list[str]], headers: Sequence[str]) -> str:
    import tabulate

    # The depth of a tree is written as leading spaces, which tabulate would strip.
    tabulate.PRESERVE_WHITESPACE = True
    tabulate.MIN_PADDING = 0
    sides = ["right" if right else "left" for right in _right(table)]
    rows = list(zip(*columns, strict=True))
    text = tabulate.tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True, colalign=sides)
    return "\n".join(row.rstrip() for row in text.split("\n")) + "\n"


def cell_width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii():
        return len(text)
    try:
        return sum(map(_widths.__getitem__, text))
    except KeyError:
        import wcwidth  # type: ignore[import-untyped]

        return max(0, int(wcwidth.wcswidth(text)))


#: Marks of Chinese texts that take two cells, and others that take one.
_MARKS = dict.fromkeys("、。《》（），：；", "\u4e00") | dict.fromkeys("“”…—", "x")
#: The first byte, in UTF-16, of characters that all take one cell, and of such that all take two.
_ONE, _TWO = bytes(range(0x03)), bytes((*range(0x34, 0x4D), *range(0x4E, 0xA0)))
_IS_TWO = bytes(byte in _TWO for byte in range(0x100))


def _sizes(cells: Sequence[str]) -> dict[str, int]:
    """What each of the texts takes: the usual characters are counted in all texts at once."""
    together = " ".join(cells)
    for mark, like in _MARKS.items():
        together = together.replace(mark, like)
    first = together.encode("utf-16-le", "surrogatepass")[1::2]
    if first.translate(None, _ONE + _TWO) or not together.isprintable():
        return {cell: cell_width(cell) for cell in cells}
    two, sizes, start = first.translate(_IS_TWO), {}, 0
    for cell in cells:
        end = start + len(cell)
        sizes[cell] = len(cell) + two.count(1, start, end)
        start = end + 1
    return sizes


def aligned(titles: Sequence[str], columns: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """The lines of tabulate's ``simple`` format; without titles, of its ``plain`` format."""
    padded, rules = [], []
    for place, cells in enumerate(columns):
        width, made = _padded([*titles[place : place + 1], *cells], right[place])
        padded.append(made)
        rules.append("-" * width)
    lines = [row.rstrip() for row in map("  ".join, zip(*padded, strict=True))]
    if titles:
        lines.insert(1, "  ".join(rules))
    return "\n".join(lines) + "\n"


def _padded(cells: Sequence[str], right: bool) -> tuple[int, list[str]]:
    """The width of a column and its cells, filled up to it."""
    # what stands in a column again and again (a department, a status) is measured and padded once
    once = list(set(cells))
    if "".join(once).isascii():
        width, fill = max(map(len, once)), str.rjust if right else str.ljust
        filled = {cell: fill(cell, width) for cell in once}
    else:
        sizes = _sizes(once)
        width = max(sizes.values())
        if right:
            filled = {cell: " " * (width - size) + cell for cell, size in sizes.items()}
        else:
            filled = {cell: cell + " " * (width - size) for cell, size in sizes.items()}
    return width, list(map(filled.__getitem__, cells))
