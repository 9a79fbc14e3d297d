"""The plain form of YAML, read by lines: what a program writes that writes a large plan.

The parser's events cost ten times what parsing does, for every scalar becomes objects with marks.
Here a line is a key and its value, an item of a list, or a map or list in brackets that closes in
its line; all texts are plain, or quoted without escapes. Whatever else stands in a file (blocks,
texts of several lines, anchors, tags, and everything that is wrong), is no plain form: the file
is then read by :mod:`qplan.plan.walk`, which alone tells problems. What is taken here is taken by
the same tables and converters, and gives the same raw maps with the same places.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NoReturn

from qplan.plan import format as fmt
from qplan.plan.scalars import LISTS, Misfit, Said, place
from qplan.plan.walk import DEEPEST, FORMS, INLINE, MOST_ITEMS, MOST_MAPS, Form, Raw

#: Bytes that are decoded and split at a time, and characters of what is left over of the longest line:
#: columns stay below the greatest that :func:`qplan.plan.scalars.place` keeps.
_STEP, _LONGEST = 1 << 14, 1 << 15
#: No plain text begins with one of these (or is empty).
_REFUSED = "-?:,[]{}#&*!|>'\"%@` "
#: Kinds whose lines repeat and are read once -> what is kept of such a line: its value, a text and
#: the column of it, a list of such texts; columns from where the line begins.
_VALUE, _SAID, _SAID_LIST = range(3)
_ALIKE = {
    "date": _VALUE, "choice": _VALUE, "int": _VALUE, "bool": _VALUE, "decimal": _VALUE, "offset": _VALUE,
    "dept": _SAID, "ref": _SAID, "depts": _SAID_LIST, "refs": _SAID_LIST,
}  # fmt: skip
#: So many lines of one form are known at a time.
_KNOWN = 1 << 14

# A text within brackets: words of ordinary characters with single blanks between.
_CHAR = r"[^\s,\[\]{}:?#&*!|>'\"%@`\\]"
_TEXT = rf"\w{_CHAR}*(?: {_CHAR}+)*"
_LIST = rf"\[(?:{_TEXT}(?:, {_TEXT})*)?\]"
_PAIR = rf"([a-z_]+): ({_TEXT}|{_LIST})"
_TEXTS, _FLOW_LIST, _PAIRS = re.compile(_TEXT), re.compile(_LIST), re.compile(_PAIR)
_FLOW_MAP = re.compile(rf"\{{{_PAIR}(?:, {_PAIR})*\}}")


class _NotPlain(Exception):
    """Something here needs the whole of YAML, or must be told."""


def _give_up() -> NoReturn:
    raise _NotPlain


class _Spot:
    """What converters ask of the parser's event: its style and its start."""

    def __init__(self) -> None:
        self.style: str | None = None
        self.line = self.column = 0
        self.start_mark = self


class Lines:
    """Reads one file that :func:`qplan.plan.files.looked_over` found sound."""

    def __init__(self, data: bytes, progress: Callable[[int], None] | None = None) -> None:
        self.data, self.progress = data, progress
        self.dates: dict[str, str] = {}
        self.objects = self.items = 0
        self.spot = _Spot()
        self.take = chain.from_iterable(self._lines()).__next__
        self.line = (0, 0, "")  #: number (from 0), indent and rest of the line that is looked at
        self.fields = {
            name: {key: (*entry, _ALIKE.get(entry[2].kind)) for key, entry in form.fields.items()}
            for name, form in FORMS.items()
        }
        #: form -> line that was read before -> bit and slot of its key, and what is kept of it
        self.known: dict[str, dict[str, tuple[int, int, int | None, Any]]] = {name: {} for name in FORMS}

    def read(self, form: str) -> Raw | None:
        """The raw map at the top of the file; None where the file is not of the plain form."""
        try:
            self.line = self.take()
            raw = self._map(FORMS[form], 1) if self.line[2] else None
            return None if self.line[2] else raw
        except (_NotPlain, Misfit):
            return None

    def _lines(self) -> Iterator[list[tuple[int, int, str]]]:
        """The lines that say something, many at a time; one without indent (-1) ends them."""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        data, number, rest = self.data, 0, ""
        for at in range(0, len(data) + 1, _STEP):
            text = rest + decode(data[at : at + _STEP])
            if "\r" in text or "\ufeff" in text or len(rest) > _LONGEST:
                _give_up()
            lines = text.split("\n")
            rest = lines.pop() if at + _STEP <= len(data) else ""
            yield [
                (at, len(line) - len(word), word)
                for at, line in enumerate(lines, number)
                if (word := line.lstrip(" ")) and word[0] != "#"
            ]
            number += len(lines)
            if self.progress is not None:
                self.progress(min(at + _STEP, len(data)))
        yield [(number, -1, "")]

    def _map(self, form: Form, depth: int) -> Raw:
        """The map whose first key stands in the line that is looked at."""
        number, indent, word = self.line
        self._begin(depth)
        begun, mine = number << 16 | indent, indent
        take, fields, known, spot = self.take, self.fields[form.name], self.known[form.name], self.spot
        raw: Raw = [None] * form.width
        seen = 0
        while indent == mine:
            if (line := known.get(word)) is not None and not seen & line[0]:
                bit, slot, alike, kept = line
                seen |= bit
                if alike == _VALUE:
                    raw[slot] = kept
                elif alike == _SAID:
                    raw[slot] = Said(kept[0], number << 16 | mine + kept[1])
                else:
                    self.items += len(kept)
                    raw[slot] = [Said(text, number << 16 | mine + column) for text, column in kept]
                number, indent, word = take()
                continue
            key, colon, value = word.partition(": ")
            if not colon:
                key = word[:-1] if word[-1] == ":" else ""
            entry = fields.get(key)
            if entry is None:
                _give_up()
            bit, slot, field, converter, alike = entry
            if seen & bit:
                _give_up()
            seen |= bit
            if not colon:
                self.line = take()
                raw[slot] = self._under(field, mine, depth + 1)
                number, indent, word = self.line
                continue
            column = len(key) + 2
            if value[:1] == "[":
                raw[slot] = found = self._flow_list(value, field, number, mine + column)
                if alike == _SAID_LIST and len(known) < _KNOWN:
                    known[word] = bit, slot, alike, [(one.text, (one.place & 0xFFFF) - mine) for one in found]
            else:
                if converter is None:
                    _give_up()
                if value[:1] in _REFUSED or value[-1] in ": " or ": " in value or " #" in value:
                    text, spot.style = _quoted(value)
                else:
                    text, spot.style = value, None
                spot.line, spot.column = number, mine + column
                raw[slot] = found = converter(self, spot, text, field)
                if alike is not None and len(known) < _KNOWN:
                    known[word] = bit, slot, alike, (found.text, column) if alike == _SAID else found
            number, indent, word = take()
        if indent > mine or form.required & ~seen:
            _give_up()
        self.line = number, indent, word
        raw.append(begun)
        return raw

    def _begin(self, depth: int) -> None:
        self.objects += 1
        if depth >= DEEPEST or self.objects > MOST_MAPS or self.items > MOST_ITEMS:
            _give_up()

    def _under(self, field: fmt.Field, outer: int, depth: int) -> Any:
        """The map or list below a key whose indent is ``outer``."""
        number, indent, word = self.line
        kind = field.kind
        if word[:2] == "- " and kind in LISTS and indent >= outer:
            if kind != "file":
                return self._list(field, depth)
            form = FORMS[field.of]  # a bare list is the first list of what the file would hold
            slot, inner = next((n, f) for _b, n, f, _c in form.fields.values() if f.kind == "objects")
            raw: Raw = [None] * form.width
            raw[slot] = self._list(inner, depth)
            return [*raw, place(number, indent)]
        if indent > outer and kind in ("object", "file"):
            return self._map(FORMS[field.of], depth)
        _give_up()

    def _list(self, field: fmt.Field, depth: int) -> list[Any]:
        number, indent, word = self.line
        mine, converter = indent, LISTS[field.kind]
        form = FORMS[INLINE.get(field.of, field.of)] if field.of else None
        found: list[Any] = []
        while indent == mine and word[:2] == "- ":
            item = word[2:]
            if form is not None and item[:1] == "{":
                found.append(self._flow_map(item, form, number, mine + 2, depth + 1))
                self.line = self.take()
            elif form is not None and (": " in item or item[-1:] == ":"):
                self.line = number, mine + 2, item
                found.append(self._map(form, depth + 1))
            else:
                found.append(self._item(item, converter, field, number, mine + 2))
                self.line = self.take()
            number, indent, word = self.line
        return found

    def _item(self, given: str, converter: Any, field: fmt.Field, number: int, column: int) -> Any:
        """An item of a list of texts."""
        self.items += 1
        if converter is None or self.items > MOST_ITEMS:
            _give_up()
        spot = self.spot
        text, spot.style = _text(given)
        spot.line, spot.column = number, column
        return converter(self, spot, text, field)

    def _flow_list(self, given: str, field: fmt.Field, number: int, column: int) -> list[Any]:
        """``[a, b]``."""
        if field.kind not in LISTS or field.kind == "file":
            _give_up()
        if given == "[]":
            return []
        if _FLOW_LIST.fullmatch(given) is None:
            _give_up()
        converter = LISTS[field.kind]
        return [
            self._item(one[0], converter, field, number, column + one.start())
            for one in _TEXTS.finditer(given, 1)
        ]

    def _flow_map(self, given: str, form: Form, number: int, column: int, depth: int) -> Raw:
        """``{key: value, key: [a, b]}``."""
        self._begin(depth)
        if _FLOW_MAP.fullmatch(given) is None:
            _give_up()
        raw: Raw = [None] * form.width
        seen, spot = 0, self.spot
        for pair in _PAIRS.finditer(given, 1):
            key, value = pair.groups()
            known = form.fields.get(key)
            if known is None or seen & known[0]:
                _give_up()
            bit, slot, field, converter = known
            seen |= bit
            if value[0] == "[":
                raw[slot] = self._flow_list(value, field, number, column + pair.start(2))
                continue
            if converter is None:
                _give_up()
            spot.style, spot.line, spot.column = None, number, column + pair.start(2)
            raw[slot] = converter(self, spot, value, field)
        if form.required & ~seen:
            _give_up()
        raw.append(place(number, column))
        return raw


def _text(given: str) -> tuple[str, str | None]:
    """The text that is written there, and how it is quoted."""
    if given[:1] in _REFUSED or given[-1] in ": " or ": " in given or " #" in given:
        return _quoted(given)
    return given, None


def _quoted(given: str) -> tuple[str, str]:
    quote, text = given[:1], given[1:-1]
    if quote not in ("'", '"') or given[-1] != quote or not text or quote in text or "\\" in text:
        _give_up()
    return text, quote
