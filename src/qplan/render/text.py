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
from qplan.render.cells import NUMBERS, clean, shown
from qplan.views import LIGHT, STATUS, Table, View

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
    yield f"{_line(view.title)}\n"
    for line in view.lead:
        yield f"{_line(line)}\n"
    for table, rows in _read(view, _line):
        yield "\n"
        if table.title and table.title != view.title:
            yield f"{_line(table.title)}\n"
        if not rows:
            yield _line(nothing(table)) + "\n"
        elif table.facts:
            yield aligned((), rows, _right(table))
        else:
            yield aligned([_line(column.title) for column in table.columns], rows, _right(table))
    if view.notes:
        yield "\n"
        for line in view.notes:
            yield f"{_line(line)}\n"


def markdown(view: View, options: Options) -> Iterator[str]:
    """GitHub tables; every character that Markdown or HTML would read as markup is escaped."""
    yield f"# {_markdown(view.title)}\n"
    if view.lead:
        yield "\n" + "  \n".join(map(_markdown, view.lead)) + "\n"
    for table, rows in _read(view, _markdown):
        if table.title and table.title != view.title:
            yield f"\n## {_markdown(table.title)}\n"
        if rows:
            titles = [_("Item"), _("Content")] if table.facts else [column.title for column in table.columns]
            yield "\n" + _github(table, rows, [_markdown(title) for title in titles])
        else:
            yield "\n" + _markdown(nothing(table)) + "\n"
    if view.notes:
        yield "\n" + "\n".join(f"- {_markdown(line)}" for line in view.notes) + "\n"


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
    yield from (f"<p>{text(line)}</p>\n" for line in view.lead)
    for table in view.tables:
        yield from _html_table(table, text)
    if view.notes:
        yield "<ul>\n" + "".join(f"<li>{text(line)}</li>\n" for line in view.notes) + "</ul>\n"
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
    rows = shown(raw, [column.type for column in table.columns], "")
    yield f"<table>\n<caption>{text(table.title or table.key)}</caption>\n"
    if not table.facts:
        heads = "".join(f'<th scope="col">{text(column.title)}</th>' for column in table.columns)
        yield f"<thead>\n<tr>{heads}</tr>\n</thead>\n"
    yield "<tbody>\n"
    for values, row in zip(raw, rows, strict=True):
        cells = []
        for place, (value, cell, column) in enumerate(zip(values, row, table.columns, strict=True)):
            tag = 'th scope="row"' if table.facts and place == 0 else "td"
            cells.append(f"<{tag}{_css(column.type, value)}>{text(cell)}</{tag[:2]}>")
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


def _line(text: str) -> str:
    """One line: a line feed would make a false row for whoever reads the pipe."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def _markdown(text: str) -> str:
    text = re.sub(_MARKUP, lambda found: f"\\{found[0]}", clean(text).replace("&", "&amp;"))
    text = text.replace("\\<", "&lt;").replace("\\>", "&gt;")
    return text.replace("\n", "<br>").replace("\t", " ")


def _read(view: View, escape: Callable[[str], str]) -> Iterator[tuple[Table, list[list[str]]]]:
    for table in view.tables:
        kinds = [column.type for column in table.columns]
        rows = shown(list(table.rows), kinds, "")
        # Labels and numbers are ours and need no escape; everything else came from somebody.
        free = [kind not in (LIGHT, STATUS, *NUMBERS) for kind in kinds]
        yield (
            table,
            [
                [escape(cell) if foreign else cell for cell, foreign in zip(row, free, strict=True)]
                for row in rows
            ],
        )


def _right(table: Table) -> list[bool]:
    return [column.type in NUMBERS for column in table.columns]


def _github(table: Table, rows: list[list[str]], headers: Sequence[str]) -> str:
    import tabulate

    # The depth of a tree is written as leading spaces, which tabulate would strip.
    tabulate.PRESERVE_WHITESPACE = True
    tabulate.MIN_PADDING = 0
    sides = ["right" if right else "left" for right in _right(table)]
    text = tabulate.tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True, colalign=sides)
    return "\n".join(line.rstrip() for line in text.split("\n")) + "\n"


def cell_width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii():
        return len(text)
    try:
        return sum(map(_widths.__getitem__, text))
    except KeyError:
        import wcwidth  # type: ignore[import-untyped]

        return max(0, int(wcwidth.wcswidth(text)))


def aligned(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """The lines of tabulate's ``simple`` format; without titles, of its ``plain`` format."""
    whole = [titles, *rows] if titles else rows
    measured = [[cell_width(cell) for cell in column] for column in zip(*whole, strict=True)]
    widths = [max(column) for column in measured]
    padded = []
    for cells, sizes, width, flush_right in zip(
        zip(*whole, strict=True), measured, widths, right, strict=True
    ):
        blanks = (" " * (width - size) for size in sizes)
        if flush_right:
            padded.append([blank + cell for cell, blank in zip(cells, blanks, strict=True)])
        else:
            padded.append([cell + blank for cell, blank in zip(cells, blanks, strict=True)])
    lines = ["  ".join(cells).rstrip() for cells in zip(*padded, strict=True)]
    if titles:
        lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"
