"""An official document (公文): its blocks, made from a worded template.

A template is a text with Jinja2 placeholders. Each line of what it gives is a paragraph; a mark at
the beginning of the line names its style (:data:`MARKS`), ``@ name | label | title`` puts a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Generic, NamedTuple

from qplan import i18n
from qplan.errors import BadFile, Problem
from qplan.extras import need
from qplan.i18n import N_p, _, joined, pgettext
from qplan.plan.wording import Wording
from qplan.views import INTEGER, ColumnOf, Record, Table, table_of

#: Mark at the beginning of a line -> style of the paragraph (GB/T 9704-2012, 7.3).
MARKS = {
    "!": "draft",
    "=": "ends",
    "#": "title",
    "##": "heading1",
    "###": "heading2",
    ">": "to",
    ">>": "signed",
    "~": "empty",
}
BODY, TABLE = "body", "@"
#: Style of a paragraph without text: what follows is on a new page.
PAGE = "page"

#: A Latin word, which is not broken; of a longer one only so many characters are on one line.
_LATIN_WORD = re.compile(r"[!-~]+")
WIDEST_WORD = 16
#: How wide an annex is on its landscape page.
ANNEX_MM = 225

_DIGITS = "〇一二三四五六七八九"


class Paragraph(NamedTuple):
    """A line of the document and its style: a value of :data:`MARKS`, or ``body``."""

    style: str
    text: str


class Annex(NamedTuple):
    """A table: inside the text, or (with a label, 附件1) on pages of its own."""

    label: str
    title: str
    table: Table


class Document(NamedTuple):
    """The document as it is laid out, from first to last."""

    title: str
    blocks: Sequence[Paragraph | Annex]

    def lines(self) -> list[str]:
        """Its text, a line a paragraph, for a screen."""
        texts = [b.text for b in self.blocks if isinstance(b, Paragraph)]
        return [line.replace("\t", "　　") for line in texts if line]


class GridColumn(NamedTuple, Generic[Record]):
    """A column of a document's table: its heading (marked for translation), type, width in proportion, value."""

    heading: str
    type: str
    width: int
    value: Callable[[Record], Any]


def grid(
    key: str, title: str, records: Iterable[Record], numbers: int, columns: Sequence[GridColumn[Record]]
) -> Table:
    """A table of a document after a column of numbers of that width; its title is marked for translation.

    A column is as wide as it is given, and wide enough for the Latin words in it.
    """
    number = count(1)
    columns = [GridColumn(N_p("document", "no."), INTEGER, numbers, lambda _one: next(number)), *columns]
    heads = [
        ColumnOf(f"c{n}", pgettext("document", one.heading), one.value, one.type)
        for n, one in enumerate(columns)
    ]
    table = table_of(key, pgettext("document", title), records, heads, pgettext("document", "None."))
    texts = zip(
        [one.title for one in heads],
        *([str(value or "") for value in row] for row in table.rows),
        strict=True,
    )
    widths = fitted([one.width for one in columns], [max(map(word_mm, column)) for column in texts])
    sized = [one._replace(width=width) for one, width in zip(table.columns, widths, strict=True)]
    return table._replace(columns=sized)


def fitted(widths: Sequence[int], least: Sequence[float], space: float = ANNEX_MM) -> Sequence[int]:
    """Widths in proportion, changed so that no column is narrower than its least width, where the space (in mm) allows it."""
    sizes = [width * space / sum(widths) for width in widths]
    lacking = sum(max(0.0, need - size) for size, need in zip(sizes, least, strict=True))
    spare = sum(max(0.0, size - need) for size, need in zip(sizes, least, strict=True))
    if not lacking or not spare:
        return widths
    share = min(1.0, lacking / spare)
    return [
        round(10 * (need if size < need else size - share * (size - need)))
        for size, need in zip(sizes, least, strict=True)
    ]


def word_mm(text: str) -> float:
    """How many millimetres of a cell the longest Latin word of a text takes, at 10 points."""
    words = (word[:WIDEST_WORD] for word in _LATIN_WORD.findall(text))
    return max(map(text_mm, words), default=0.0)


def text_mm(text: str) -> float:
    """How many millimetres of a cell a text takes on one line, at 10 points."""
    return 1.5 + sum(map(_character_mm, text)) if text else 0.0


def _character_mm(one: str) -> float:
    if not one.isascii() or one == "%":
        return 3.53
    return 2.5 if one.isupper() else 1.76 if one.isalnum() else 1.17


def compose(wording: Wording, values: Mapping[str, Any], tables: Mapping[str, Table]) -> Document:
    """The document that a template makes of some values; BadFile for a template that is not sound."""
    blocks: list[Paragraph | Annex] = []
    for line in _render(wording, values).splitlines():
        text = line.strip(" \t\r")
        if not text:
            continue
        mark, _blank, rest = text.partition(" ")
        if mark == TABLE:
            blocks.append(_annex(wording, rest, tables))
        elif mark in MARKS and (rest or mark == "~"):
            left, bar, right = rest.partition(" | ")
            blocks.append(Paragraph(MARKS[mark], f"{left}\t{right}" if bar and mark == "=" else rest))
        else:
            blocks.append(Paragraph(BODY, text))
    title = ("" if i18n.language == "zh" else " ").join(
        b.text for b in blocks if isinstance(b, Paragraph) and b.style == "title"
    )
    return Document(title, blocks)


def _annex(wording: Wording, text: str, tables: Mapping[str, Table]) -> Annex:
    name, label, title = (part.strip() for part in (*text.split("|", 2), "", "")[:3])
    if name not in tables:
        raise BadFile(
            [
                Problem(
                    wording.path, _line_of(wording, f"@ {name}"), 1,
                    _("there is no table “{name}”").format(name=name),
                    _("give one of: {known}").format(known=joined(tables)),
                )
            ],
            writes=False,
        )  # fmt: skip
    return Annex(label, title, tables[name])


def _line_of(wording: Wording, text: str) -> int:
    return wording.text[: max(0, wording.text.find(text))].count("\n") + 1


def _render(wording: Wording, values: Mapping[str, Any]) -> str:
    jinja2, sandbox = need("jinja2"), need("jinja2.sandbox")
    # Somebody else's template gets values to write and nothing to do.
    environment = sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, finalize=_one_line)
    environment.filters.update(date=written_date, cn=written_number, compared=compared, quoted=quoted)
    try:
        return str(environment.from_string(wording.text).render(values))
    except jinja2.TemplateSyntaxError as error:
        raise BadFile(
            [Problem(wording.path, error.lineno, 1, str(error.message), "")], writes=False
        ) from None
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        line = _failed_line(error)
        raise BadFile(
            [Problem(wording.path, line, 1, str(error), _("see docs/weekly.md for the fields there are"))],
            writes=False,
        ) from None


def _failed_line(error: BaseException) -> int:
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _one_line(value: Any) -> Any:
    """A value never makes a paragraph of its own."""
    return re.sub(r"\s*[\r\n\u2028\u2029]+\s*", " ", value) if isinstance(value, str) else value


def written_date(day: str | None) -> str:
    """``2026-01-05`` as a document has it: 2026年1月5日 (GB/T 9704-2012, 7.3.5.4), 5 January 2026."""
    if not day:
        return "—"
    year, month, date = map(int, day.split("-"))
    if i18n.language == "zh":
        return f"{year}年{month}月{date}日"
    return f"{date} {MONTHS[month - 1]} {year}"


#: The months as English documents have them.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def written_number(number: int) -> str:
    """1 to 99 as documents number their points: 一, 十, 十一, 二十三; in English as figures."""
    if i18n.language != "zh":
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones else ""
    )


def quoted(text: str) -> str:
    """In quotation marks; those inside become single ones (GB/T 15834-2011, 4.8.3.4)."""
    return "“" + text.replace("“", "‘").replace("”", "’") + "”"


def compared(change: int) -> str:
    """A change against the week before: 较上周增加2项."""
    if not change:
        return pgettext("document", "as in the week before")
    text = N_p("document", "{n} fewer than in the week before")
    if change > 0:
        text = N_p("document", "{n} more than in the week before")
    return pgettext("document", text).format(n=abs(change))
