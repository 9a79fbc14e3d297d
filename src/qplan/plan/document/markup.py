"""Lines of an HTML page and of a Markdown text, by the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from qplan.plan.document.lines import Line, Look, make_line

_BLOCKS = {
    "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "table", "ul", "ol", "section", "article",
    "td", "th", "dd", "dt", "blockquote", "pre", "header", "footer", "main", "title", "hr", "body", "form", "nav",
}  # fmt: skip
_SILENT = {"script", "style", "head", "noscript", "template", "nav", "button", "select", "textarea"}


class _Page(HTMLParser):
    """Collects the paragraphs and the rows of the tables of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._numbers: list[int] = []  # lines on which the parts of the text begin
        self._silent: list[str] = []
        self._heading = 0
        self._table = 0
        self._tables: list[int] = []
        self._row: list[str] | None = None
        self._spans: dict[int, tuple[int, str]] = {}  # column -> rows that a cell still covers, its text
        self._cell: tuple[int, int] = (1, 1)  # rows and columns that the cell covers
        self._lists: list[int | None] = []
        self._bold = 0  # open tags of bold text
        self._light = False  # whether any of the text is not bold

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        self._bold += tag in ("b", "strong")
        if tag not in _BLOCKS:
            return
        if self._row is None or tag not in ("p", "div", "br"):
            self._flush()
        elif self._text:
            self._text.append("\n")
        if tag in ("ol", "ul"):
            start = dict(attrs).get("start") or "1"
            self._lists.append((int(start) if start.isdigit() else 1) - 1 if tag == "ol" else None)
        elif tag == "li" and self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            self._text.append(f"{self._lists[-1]}. ")
        elif tag == "table":
            self._table += 1
            self._tables.append(self._table)
            self._spans.clear()
        elif tag in ("td", "th"):
            spans = dict(attrs)
            self._cell = _span(spans.get("rowspan")), _span(spans.get("colspan"))
        elif tag == "tr" and self._tables:
            if self._row:  # a table within a cell: what stood before it in the cell
                self._end_row()
            self._row = []
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._heading = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        self._bold = max(0, self._bold - (tag in ("b", "strong")))
        if tag not in _BLOCKS:
            return
        if tag in ("td", "th") and self._row is not None:
            self._add_cell(self._take())
            return
        if tag == "tr" and self._row is not None:
            self._end_row()
            return
        if self._row is None:
            self._flush()
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif len(tag) == 2 and tag[0] == "h":
            self._heading = 0

    def handle_data(self, data: str) -> None:
        if not self._silent and (data.strip() or self._text):
            self._light = self._light or bool(data.strip() and not self._bold)
            if data.strip() and (not self._text or self._text[-1] == "\n"):
                number = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
                self._numbers.append(number)
            self._text.append(re.sub(r"\s+", " ", data))

    def _take(self) -> str:
        text = "".join(self._text)
        self._text.clear()
        return "\n".join(part.strip() for part in text.split("\n")).strip()

    def _flush(self) -> None:
        if self._row is not None and self._text:
            self._add_cell(self._take())
        elif self._text:
            table = self._tables[-1] if self._tables else 0
            number = self._numbers[0] if self._numbers else self.getpos()[0]
            line = make_line(number, self._take(), self._heading, table)
            self.lines.append(line._replace(look=Look(bold=not self._light)))
            self._light = False
            self._numbers.clear()

    def _add_cell(self, text: str) -> None:
        """Add a cell to the row, behind those that cells of rows above cover."""
        row = self._row if self._row is not None else []
        self._fill(row)
        rows, columns = self._cell
        for _column in range(columns):
            if rows > 1:
                self._spans[len(row)] = rows - 1, text
            row.append(text)
        self._cell = 1, 1

    def _fill(self, row: list[str]) -> None:
        while len(row) in self._spans:
            left, text = self._spans.pop(len(row))
            if left > 1:
                self._spans[len(row)] = left - 1, text
            row.append(text)

    def _end_row(self) -> None:
        if self._text:
            self._flush()
        row = self._row or []
        self._fill(row)
        numbers, self._numbers, self._row = self._numbers, [], None
        if not any(row):
            return
        table = self._tables[-1] if self._tables else 0
        number = numbers[0] if numbers else self.getpos()[0]
        if len(row) == 1:  # a frame around paragraphs, not a table of figures
            parts = [part for part in row[0].split("\n") if part]
            places = [*numbers, *[number] * len(parts)]
            self.lines.extend(make_line(places[n], part, 0, table) for n, part in enumerate(parts))
        else:
            cells = tuple(row)
            self.lines.append(make_line(number, " ".join(cells).replace("\n", " "), 0, table, cells))


def _span(text: str | None) -> int:
    """How many rows or columns a cell covers; more than a plan's table has is a mistake."""
    return min(int(text), 100) if text and text.isdigit() and text != "0" else 1


def html_lines(text: str) -> list[Line]:
    """The lines of an HTML page: its paragraphs, headings and rows, without scripts and menus."""
    page = _Page()
    for at in range(0, len(text), 1 << 16):
        page.feed(text[at : at + (1 << 16)])
    page.close()
    page._flush()
    return page.lines


_ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"[-=*_]{3,}$")
_RULE_OF_TABLE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_STARTS = re.compile(r"([-*+]\s|>|\||#|\d+[.)]\s)")


def markdown_lines(text: str) -> Iterator[Line]:
    """The lines of a Markdown text: headings with their level, rows with their cells, joined paragraphs."""
    from qplan.plan.document.marks import starts_heading

    table, in_table = 0, False
    held, began = "", 0
    fence = False
    for number, whole in enumerate([*text.splitlines(), ""], 1):
        line = whole.strip()
        if line.startswith("```"):
            fence = not fence
            continue
        heading = _ATX.match(line)
        row = line.startswith("|") and line.count("|") > 1
        new = not line or fence or heading or row or _RULE.match(line) or _STARTS.match(line)
        if held and not new and not starts_heading(_plain(line)):
            held += (" " if held[-1:].isascii() and line[:1].isascii() else "") + line
            continue
        if held:
            level = {"=": 1, "-": 2}.get(line[:1], 0) if _RULE.match(line) else 0
            bold = bool(re.fullmatch(r"(\*\*|__)[^*_]+\1", held))
            yield make_line(began, _plain(held), level)._replace(look=Look(bold=bold))
            held = ""
        table += row and not in_table
        in_table = row
        if heading:
            yield make_line(number, _plain(heading[2]), len(heading[1]))
        elif row and not _RULE_OF_TABLE.match(line):
            cells = tuple(_plain(cell) for cell in line.strip("|").split("|"))
            yield make_line(number, " ".join(cells), 0, table, cells)
        elif not row and not _RULE.match(line):
            held, began = re.sub(r"^([-*+]\s+|>\s*)", "", line), number


def _plain(text: str) -> str:
    """The text without Markdown's own marks."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)).replace("\\", "").strip()
