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
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from qplan.plan import format as fmt
from qplan.plan.forms import DEEPEST, FORMS, INLINE, MOST_ITEMS, MOST_MAPS, Form, Raw
from qplan.plan.runs import FLOW, FLOW_TEXT, Runs
from qplan.plan.scalars import LISTS, Misfit, place

#: Bytes that are decoded at a time, and characters of what is left over of the longest line: columns
#: stay below the greatest that :func:`qplan.plan.scalars.place` keeps.
_STEP, _LONGEST = 1 << 15, 1 << 14
#: No plain text begins with one of these (or is empty).
_REFUSED = "-?:,[]{}#&*!|>'\"%@` "

_LIST = rf"\[(?:{FLOW_TEXT}(?:, {FLOW_TEXT})*)?\]"
_PAIR = rf"([a-z_]+): ({FLOW_TEXT}|{_LIST})"
_TEXTS, _FLOW_LIST, _PAIRS = re.compile(FLOW_TEXT), re.compile(_LIST), re.compile(_PAIR)
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
        self.decode = codecs.getincrementaldecoder("utf-8")().decode
        self.decoded = 0  #: bytes
        #: lines that are decoded, where in them the next one begins, its number (from 0)
        self.text, self.at, self.number = "", 0, 0
        self.line = (0, 0, "")  #: number, indent and rest of the line that is looked at
        self.dates: dict[str, str] = {}
        self.objects = self.items = 0
        self.spot = _Spot()
        self.required = {
            name: [slot for bit, slot, *_rest in form.fields.values() if form.required & bit]
            for name, form in FORMS.items()
        }
        self.runs = Runs(partial(self._value, number=0, column=0))

    def read(self, form: str) -> Raw | None:
        """The raw map at the top of the file; None where the file is not of the plain form."""
        try:
            self._next()
            raw = self._map(FORMS[form], 1) if self.line[2] else None
            return None if self.line[2] else raw
        except (_NotPlain, Misfit):
            return None

    def _next(self) -> None:
        """Look at the next line that says something; after the last stands one without indent (-1)."""
        text, at, number = self.text, self.at, self.number
        while True:
            end = text.find("\n", at)
            if end >= 0:
                line = text[at:end]
                at, number = end + 1, number + 1
                word = line.lstrip(" ")
                if word and word[0] != "#":
                    self.at, self.number = at, number
                    self.line = number - 1, len(line) - len(word), word
                    return
            elif self.decoded < len(self.data):
                text, at = self._more(text[at:]), 0
            else:
                self.at, self.number = at, number
                self.line = number, -1, ""
                return

    def _more(self, rest: str) -> str:
        """What is left of the last lines, and more of them."""
        step = self.data[self.decoded : self.decoded + _STEP]
        text = rest + self.decode(step)
        if "\r" in text or "\ufeff" in text or len(rest) > _LONGEST:
            _give_up()
        self.decoded += len(step)
        if self.decoded == len(self.data) and text[-1:] != "\n":
            text += "\n"
        self.text = text
        if self.progress is not None:
            self.progress(self.decoded)
        return text

    def _map(self, form: Form, depth: int) -> Raw:
        """The map whose first key stands in the line that is looked at."""
        number, mine, word = self.line
        self._begin(depth)
        begun, indent, fields = number << 16 | mine, mine, form.fields
        order: list[str] = []
        run = self.runs.get((form.name, mine))
        found = None if run is None else run.match(self.text, self.at - len(word) - 1)
        if run is not None and found is not None:
            groups = found.groups()
            raw = self.runs.raw(run, groups, number)
            self.number, self.at = number + len(groups) - groups.count(None), found.end()
            self._next()
            number, indent, word = self.line
        else:
            raw = [None] * form.width
        while indent == mine:
            key, colon, value = word.partition(": ")
            if not colon:
                key = word[:-1] if word[-1] == ":" else ""
            entry = fields.get(key)
            if entry is None:
                _give_up()
            _bit, slot, field, converter = entry
            if raw[slot] is not None:
                _give_up()
            order.append(key)
            if colon:
                raw[slot] = self._value(value, field, converter, number, mine + len(key) + 2)
                self._next()
            else:
                self._next()
                raw[slot] = self._under(field, mine, depth + 1)
            number, indent, word = self.line
        if indent > mine:
            _give_up()
        if run is None:
            self.runs.learn(form, mine, order)
        return self._whole(form, raw, begun)

    def _value(self, value: str, field: fmt.Field, converter: Any, number: int, column: int) -> Any:
        """What stands behind a key in its line."""
        if value[:1] == "[":
            return self._flow_list(value, field, number, column)
        if converter is None:
            _give_up()
        spot = self.spot
        text, spot.style = _text(value)
        spot.line, spot.column = number, column
        return converter(self, spot, text, field)

    def _whole(self, form: Form, raw: Raw, at: int) -> Raw:
        """A map with all that it must have, and its place."""
        for slot in self.required[form.name]:
            if raw[slot] is None:
                _give_up()
        raw.append(at)
        return raw

    def _begin(self, depth: int) -> None:
        self.objects += 1
        if depth >= DEEPEST or self.objects > MOST_MAPS or self.items + self.runs.listed > MOST_ITEMS:
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
                self._next()
            elif form is not None and (": " in item or item[-1:] == ":"):
                self.line = number, mine + 2, item
                found.append(self._map(form, depth + 1))
            else:
                found.append(self._item(item, converter, field, number, mine + 2))
                self._next()
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
        run = self.runs.get((form.name, FLOW))
        found = None if run is None else run.match(given, 0)
        if run is not None and found is not None:
            raw = self.runs.raw(run, found.groups(), number)
        else:
            if _FLOW_MAP.fullmatch(given) is None:
                _give_up()
            raw = [None] * form.width
            order = []
            for pair in _PAIRS.finditer(given, 1):
                key, value = pair.groups()
                entry = form.fields.get(key)
                if entry is None or raw[entry[1]] is not None:
                    _give_up()
                order.append(key)
                _bit, slot, field, converter = entry
                raw[slot] = self._value(value, field, converter, number, column + pair.start(2))
            if run is None:
                self.runs.learn(form, FLOW, order)
        return self._whole(form, raw, place(number, column))


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
