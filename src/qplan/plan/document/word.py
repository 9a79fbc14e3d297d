"""Lines of a Word document: paragraphs with the level of their style and the number that Word shows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qplan.errors import BadInput
from qplan.extras import need
from qplan.i18n import _
from qplan.plan.document.lines import Line, Look, make_line
from qplan.plan.tables.archive import check_archive

_DIGITS = "零一二三四五六七八九"


def word_lines(path: Path, data: bytes) -> Iterator[Line]:
    """The lines of a Word document, tables row by row.

    A table of one column is a frame around paragraphs (专栏): its paragraphs are lines of their own.
    Raises :class:`~qplan.errors.BadInput` for a file that is no Word document.
    """
    docx = need("docx")
    try:
        check_archive(data, "docx")
        document = docx.Document(io.BytesIO(data))
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    except Exception as error:  # whatever the packed file holds, python-docx raises in many ways
        raise BadInput(
            _("{file}: this is not a Word document that can be read; save it again as .docx"), file=path
        ) from error
    return _body(document)


def _body(document: Any) -> Iterator[Line]:
    numbering = _Numbering(document)
    number, table = 0, 0
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            table += 1
            for row in _rows(block):
                number += 1
                if len(row) == 1:
                    for paragraph in row[0].paragraphs:
                        yield _paragraph(paragraph, number, numbering, table)
                        number += 1
                else:
                    cells = tuple(cell.text.strip() for cell in row)
                    yield make_line(number, " ".join(cells).replace("\n", " "), 0, table, cells)
        else:
            number += 1
            yield _paragraph(block, number, numbering, 0)


def _rows(table: Any) -> Iterator[list[Any]]:
    """The rows with each cell once: python-docx repeats a merged cell in every place it covers."""
    for row in table.rows:
        seen: dict[int, Any] = {}
        for cell in row.cells:
            seen.setdefault(id(cell._tc), cell)
        if any(cell.text.strip() for cell in seen.values()):
            yield list(seen.values())


def _paragraph(paragraph: Any, number: int, numbering: _Numbering, table: int) -> Line:
    label = numbering.label(paragraph)
    text = paragraph.text.strip()
    line = make_line(number, f"{label}{text}" if text else "", _level(paragraph), table)
    return line._replace(look=_look(paragraph)) if text else line


def _look(paragraph: Any) -> Look:
    """The look that all of a paragraph has, from its runs and its style."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    own = list(_styles(paragraph))

    def of_all(value: Callable[[Any], Any]) -> Any:
        inherited = next((found for one in own if (found := value(one)) is not None), None)
        found = {inherited if value(run) is None else value(run) for run in runs}
        return found.pop() if len(found) == 1 else None

    size = of_all(lambda one: one.font.size)
    alignment = paragraph.alignment
    if alignment is None:
        alignment = next((one.paragraph_format.alignment for one in own if one.type == 1), None)
    return Look(
        size.pt if size else 0, alignment == 1, bool(of_all(lambda one: one.font.bold)), of_all(_font) or ""
    )


def _styles(paragraph: Any) -> Iterator[Any]:
    """The style of a paragraph, then those that it is based on."""
    style = paragraph.style
    while style is not None:
        yield style
        style = style.base_style


def _font(one: Any) -> str | None:
    """The font of Chinese text of a run or style, else that of its letters."""
    fonts = one.element.find("{*}rPr/{*}rFonts")
    return (_value(fonts, "eastAsia") or None) if fonts is not None else None


def _level(paragraph: Any) -> int:
    """The level of a heading's style (标题 1, Heading 1, an outline level); 0 for other text."""
    for style in _styles(paragraph):
        found = re.match(r"(?:heading|标题)\s*(\d)$", style.name or "", re.IGNORECASE)
        if found:
            return int(found[1])
        outline = style.element.find(".//{*}outlineLvl")
        if outline is not None:
            level = int(next(iter(outline.attrib.values()), "9"))
            return level + 1 if level < 9 else 0
    return 0


class _Numbering:
    """The numbers that Word computes for paragraphs and does not keep in their text."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # -> format, text, start
        self._counts: dict[tuple[str, int], int] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract: dict[str, Any] = {
            _value(one, "abstractNumId"): one for one in root.findall("{*}abstractNum")
        }
        for num in root.findall("{*}num"):
            kept = num.find("{*}abstractNumId")
            source = abstract.get(_value(kept, "val")) if kept is not None else None
            for level in source.findall("{*}lvl") if source is not None else ():
                depth = int(_value(level, "ilvl") or 0)
                self._levels[_value(num, "numId"), depth] = (
                    _child(level, "numFmt") or "decimal",
                    _child(level, "lvlText"),
                    int(_child(level, "start") or 1),
                )

    def label(self, paragraph: Any) -> str:
        """What Word prints before the paragraph (``一、``, ``1.2 ``); empty where it prints no number."""
        place = self._place(paragraph)
        if place is None or place not in self._levels:
            return ""
        num, depth = place
        style, pattern, start = self._levels[place]
        if style == "bullet" or not paragraph.text.strip():
            return ""
        self._counts[place] = self._counts.get(place, start - 1) + 1
        for key in [key for key in self._counts if key[0] == num and key[1] > depth]:
            del self._counts[key]

        def shown(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            known = self._levels.get((num, level), (style, "", 1))
            return _written(self._counts.get((num, level), known[2]), known[0])

        label = re.sub(r"%(\d)", shown, pattern)
        return label if not label or label[-1] in "、.)）．" else f"{label} "

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        own = (style.element.find("{*}pPr") for style in _styles(paragraph))
        for one in (paragraph._p.pPr, *own):
            kept = one.find("{*}numPr") if one is not None else None
            if kept is not None:
                num = _child(kept, "numId")
                return (num, int(_child(kept, "ilvl") or 0)) if num and num != "0" else None
        return None


def _value(element: Any, name: str) -> str:
    """An attribute of Word's namespace."""
    return next((text for key, text in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _child(element: Any, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else _value(found, "val")


def _written(number: int, style: str) -> str:
    """A number in one of Word's formats."""
    if style.startswith(("chinese", "japanese", "ideograph", "taiwanese")):
        return _chinese(number)
    if style in ("upperLetter", "lowerLetter", "upperRoman", "lowerRoman"):
        text = _roman(number) if style.endswith("Roman") else chr(ord("A") + (number - 1) % 26)
        return text if style.startswith("upper") else text.lower()
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    """A number below 100 in Chinese numerals: 十二."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + letters, number - value
    return text
