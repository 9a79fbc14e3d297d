"""A document file -> its lines, whatever program wrote it.

A line is a paragraph or a row of a table, with its number, and with what the program knew of it: the
level of a heading's style, the table it is in. Errors say what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from qplan.core.names import shown
from qplan.core.quantities import half_width
from qplan.errors import BadInput, system_words
from qplan.i18n import _

#: A larger file is no plan; neither is one of more lines.
MOST_BYTES = 64 * 1024 * 1024
MOST_LINES = 300_000


class Look(NamedTuple):
    """How a paragraph looks as a whole, as far as the file says."""

    size: float = 0  #: in points; 0 where the file does not say
    centred: bool = False
    bold: bool = False
    font: str = ""


class Line(NamedTuple):
    """A paragraph, or a row of a table."""

    number: int  #: of the line in a text file, of the paragraph in a Word file; from 1
    raw: str  #: as written
    text: str  #: the same, as long, with marks and digits in half width
    style: int = 0  #: level of the heading that the file says it is; 0 for other text
    table: int = 0  #: number of the table in which it stands; 0 outside tables
    cells: tuple[str, ...] = ()  #: what the cells of a row hold
    look: Look = Look()


#: A full stop that somebody typed in half width: after Chinese, and not within a number or a name.
_CHINESE = re.compile("[\u4e00-\u9fff]")
_HALF_STOP = re.compile(r"(?<=[\u4e00-\u9fff)\]”’》%])\.(?=\s|$|[\u4e00-\u9fff“《(—\d])")


def make_line(number: int, raw: str, style: int = 0, table: int = 0, cells: tuple[str, ...] = ()) -> Line:
    """A line of this text, without blanks around it."""
    raw = raw.strip(" \t\r\n\u3000\xa0\ufeff\u200b")
    text = half_width(raw)
    if "." in text and _CHINESE.search(text):
        text = _HALF_STOP.sub("。", text)
    return Line(number, raw, text, style, table, cells)


def read_lines(path: Path) -> list[Line]:
    """The lines of a document that hold anything.

    Raises :class:`~qplan.errors.BadInput` for a file that cannot be read as text.
    """
    found: list[Line] = []
    for line in _lines_of(path, _read(path)):
        if line.raw:
            found.append(line)
            if len(found) > MOST_LINES:
                raise _too_many(path)
    if not found:
        raise BadInput(
            _("{file}: there is no text in it; if it is a scan, recognise its text first"), file=path
        )
    return found


def _too_many(path: Path) -> BadInput:
    return BadInput(_("{file}: more than {n} paragraphs; name the file of one plan"), file=path, n=MOST_LINES)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            raise BadInput(_("{file}: this is not an ordinary file; name a document"), file=path)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            _("{file}: the file cannot be read: {reason}"), file=path, reason=system_words(error)
        ) from None
    if len(data) > MOST_BYTES:
        raise BadInput(
            _("{file}: the file is larger than {n} MiB; save its text alone, without pictures"),
            file=path,
            n=MOST_BYTES // 1024 // 1024,
        )
    return data


#: Beginning of a file -> what it is.
_PICTURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF", b"%!PS",
)  # fmt: skip


def _lines_of(path: Path, data: bytes) -> Iterable[Line]:
    """The lines of a file, which is what its first bytes say, then its suffix."""
    suffix = path.suffix.lower()
    if data.startswith(b"%PDF"):
        raise BadInput(
            _(
                "{file}: this is a PDF, whose text is not kept as text; open it in Word or WPS and save it"
                " as .docx, or recognise the text of a scan, and read that"
            ).format(file=path)
        )
    if data.startswith(_PICTURES) and suffix not in (".txt", ".md"):
        raise BadInput(
            _("{file}: this is a picture; recognise its text (OCR) and save that as .docx or .txt"), file=path
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            _("{file}: this is the old Word format; open it in Word or WPS and save it as .docx"), file=path
        )
    if data.startswith(b"PK\x03\x04"):
        if suffix not in (".docx", ".docm", ".dotx", ""):
            raise BadInput(
                _("{file}: a packed file that is not .docx; save the document as .docx or .txt"), file=path
            )
        from qplan.plan.document.word import word_lines

        return word_lines(path, data)
    return _text_lines(path, suffix, decode(path, data))


def _text_lines(path: Path, suffix: str, text: str) -> Iterable[Line]:
    if text.count("\n") > MOST_LINES:
        raise _too_many(path)
    if suffix in (".html", ".htm", ".xhtml") or re.match(r"\s*(<!doctype html|<html)", text[:512], re.I):
        from qplan.plan.document.markup import html_lines

        return html_lines(text)
    if suffix in (".md", ".markdown"):
        from qplan.plan.document.markup import markdown_lines

        return markdown_lines(text)
    return join_wrapped(make_line(number, line) for number, line in enumerate(text.splitlines(), 1))


#: Letters, digits, marks and blanks of Chinese and Western texts; bytes that are no text become others.
_READABLE = re.compile(r"[\s\x20-\x7e\u00a0-\u024f\u2000-\u27ff\u3000-\u9fff\ue000-\uf8ff\ufb00-\uffef]")


def decode(path: Path, data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GBK; BadInput for bytes that are no text."""
    from qplan.plan.tables import delimited

    try:
        text = delimited.decode(data)
    except BadInput:
        text = "\0"
    if len(_READABLE.findall(text[:4096])) < len(text[:4096]) * 0.9:
        raise BadInput(
            _("{file}: this is no text in UTF-8, UTF-16 or GBK; save it as .docx, or as text in UTF-8"),
            file=shown(str(path), 200),
        )
    return text


#: A line that ends like this is whole.
_WHOLE = re.compile(r"[。.:;!?”)》|%]$")
#: What begins like this goes on with the line before: 80%|以上的.
_GOES_ON = re.compile(r"[,、;:。)”》]|以[上下内]|左右|的|和|及|与|或")
#: A text whose longest lines have this many columns at most was broken where the line ended.
_WRAPPED = 100


def is_english(text: str) -> bool:
    """Whether nearly all of the text is in letters and digits of English."""
    return len(text.encode("ascii", "ignore")) > len(text) * 0.8


def columns(text: str) -> int:
    """How many columns of a screen the text takes, nearly: a character beyond ASCII takes two."""
    return len(text) + sum(char > "\u2000" for char in text)


def join_wrapped(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, with paragraphs joined that a program broke to a fixed width.

    That is seen from many lines that end at nearly the same column without the end of a sentence.
    """
    from qplan.plan.document.marks import starts_heading

    every = list(lines)
    widths = sorted(columns(line.text) for line in every[:2000] if line.raw)
    limit = widths[int(len(widths) * 0.95)] if len(widths) > 8 else 0
    full = sum(width > limit * 0.85 for width in widths)
    if not 40 <= limit <= _WRAPPED or widths[-1] > limit * 1.25 or full < len(widths) * 0.15:
        yield from every
        return
    held: Line | None = None
    previous: Line | None = None
    for line in every:
        if (
            held is not None
            and previous is not None
            and line.raw
            and columns(previous.text) > limit * 0.75
            and (not _WHOLE.search(previous.text) or _GOES_ON.match(line.text))
            and not starts_heading(line.text)
        ):
            held = make_line(held.number, _glue(held.raw, line.raw))
        else:
            if held is not None:
                yield held
            held = line
        previous = line
    if held is not None:
        yield held


def _glue(first: str, second: str) -> str:
    """Two halves of a paragraph; words of letters get the blank that the break stood for."""
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    letters = (
        first[-1:].isascii()
        and second[:1].isascii()
        and not (first[-1:].isdigit() and second[:1] in "0123456789.%")
    )
    return f"{first} {second}" if letters else first + second
