"""What maps of one form begin with, read at once: a program writes the keys of all of them in one order.

A run is the regular expression of such keys at one indent, each in its line (or all in the line of a
map in brackets), any but the first of which may be missing. It only finds where the texts are that
stand behind the keys: what each means is told by the converters, once for texts that repeat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple
from unicodedata import is_normalized

from qplan.plan import format as fmt
from qplan.plan.forms import Form, Raw
from qplan.plan.scalars import Said

#: The map of a form at an indent, counted from 1, whose keys tell the order of all that follow.
TELLING = 32
#: So many texts of one kind are known at a time.
KNOWN = 1 << 14
#: The indent of maps in brackets, of which there is none.
FLOW = -1

#: A text within brackets: words of ordinary characters with single blanks between.
_CHAR = r"[^\s,\[\]{}:?#&*!|>'\"%@`\\]"
FLOW_TEXT = rf"\w{_CHAR}*(?: {_CHAR}+)*"

# Texts behind a key in its line, and within brackets, in which nothing may mean something to YAML.
_NO_NULL = r"(?!(?:null|Null|NULL)[\n,}])"
_PLAIN = (
    rf"{_NO_NULL}[^-?:,\[\]{{}}#&*!|>'\"%@`~\s][^:#\n]*(?:(?::(?![ \n])|(?<! )#)[^:#\n]*)*(?<! )"
    r"|'[^'\\\n]+'|\"[^\"\\\n]+\""
)
_FLOW_PLAIN = _NO_NULL + FLOW_TEXT
_QUOTES = frozenset("'\"")

#: Kinds of which a text and its place are kept, and lists of them.
_SAID, _LISTS = ("dept", "ref"), ("depts", "refs")

_said: Callable[[tuple[str, int]], Said] = partial(tuple.__new__, Said)


class Known(dict[str | None, Any]):
    """Texts as they stand behind keys of one kind -> what is kept of each, so that what repeats is read once.

    That is the value; of what is said later its text; of a list its texts and their columns, from its own on.
    """

    def __init__(self, kind: str, read: Callable[[str], Any]) -> None:
        super().__init__({None: None})
        self.kind, self.read = kind, read

    def __missing__(self, text: str) -> Any:
        found = self.read(text)
        if self.kind in _SAID:
            found = found.text
        elif self.kind in _LISTS:
            found = [(said.text, said.place) for said in found]
        if len(self) < KNOWN:
            self[text] = found
        return found


class Run(NamedTuple):
    """The keys of a run, by what becomes of the texts behind them."""

    match: Callable[[str, int], re.Match[str] | None]
    rest: tuple[None, ...]  #: of the slots that are not in the run
    arrange: Callable[[Raw], tuple[Any, ...]] | None  #: to the order of slots, where that is another
    texts: tuple[tuple[int, Callable[[str], str]], ...]  #: slot
    values: tuple[tuple[int, Known], ...]
    said: tuple[tuple[int, int, int, Known], ...]  #: place in the run, slot, column
    lists: tuple[tuple[int, int, int, Known], ...]


_NONE = Run(re.compile("(?!)").match, (), None, (), (), (), ())


class Runs(dict[tuple[str, int], Run]):
    """The runs of one file, learnt from it: name of a form, indent (or :data:`FLOW`) -> its run."""

    def __init__(self, read: Callable[..., Any]) -> None:
        super().__init__()
        self.listed = 0  #: items of the lists that runs gave
        self._read = read  #: (text, field=, converter=) -> value, with places from (0, 0) on
        self._met: Counter[tuple[str, int]] = Counter()
        self._known: dict[tuple[str, str], Known] = {}

    def raw(self, run: Run, groups: tuple[str | None, ...], number: int) -> Raw:
        """The values of a map, by slots, of what was matched; ``number`` is that of its first line."""
        raw: Raw = [*groups, *run.rest]
        if run.arrange is not None:
            raw = list(run.arrange(raw))
        for slot, read in run.texts:
            text = raw[slot]
            if text is None or (text[0] not in _QUOTES and text.isprintable() and is_normalized("NFC", text)):
                continue  # its converter would give the same
            raw[slot] = read(text)
        for slot, known in run.values:
            raw[slot] = known[raw[slot]]
        for at, slot, column, known in run.said:
            if (text := known[raw[slot]]) is not None:
                raw[slot] = _said((text, number + at - groups[:at].count(None) << 16 | column))
        for at, slot, column, known in run.lists:
            if texts := known[raw[slot]]:
                self.listed += len(texts)
                begin = (number + at - groups[:at].count(None) << 16) + column
                raw[slot] = [_said((text, begin + offset)) for text, offset in texts]
            elif texts is not None:
                raw[slot] = []
        return raw

    def learn(self, form: Form, indent: int, order: list[str]) -> None:
        """Take note of the order in which a map had its keys: the table's, the alphabet's, or one of its own."""
        key = form.name, indent
        self._met[key] += 1
        if self._met[key] < TELLING:
            return
        others = [name for name in form.fields if name not in order]
        for names in (list(form.fields), sorted(form.fields), order + others):
            if order == [name for name in names if name in order]:
                self[key] = self._run(form, indent, names[names.index(order[0]) :])
                return

    def _run(self, form: Form, indent: int, names: list[str]) -> Run:
        flow = indent == FLOW
        keys: list[str] = []
        pattern = ""
        texts, values, said, lists = [], [], [], []
        for name in names:
            _bit, slot, field, converter = form.fields[name]
            kind, column, at = field.kind, indent + len(name) + 2, len(keys)
            if (converter is None and kind not in _LISTS) or (flow and kind in (*_SAID, *_LISTS)):
                if not keys:
                    return _NONE
                continue
            value = fmt.ID.pattern if kind == "id" else FLOW_TEXT if flow else ".+"
            if kind in ("text", "lines"):
                value = _FLOW_PLAIN if flow else _PLAIN
                texts.append((slot, partial(self._read, field=field, converter=converter)))
            elif kind in _SAID:
                said.append((at, slot, column, self._of_kind(field, converter)))
            elif kind in _LISTS:
                lists.append((at, slot, column, self._of_kind(field, converter)))
            elif kind != "id":
                values.append((slot, self._of_kind(field, converter)))
            line = f"{name}: ({value})"
            if flow:
                pattern += rf"(?:, {line}|)" if keys else rf"\{{{line}"
            else:
                pattern += f"(?:{' ' * indent}{line}\n|)" if keys else f"{line}\n"
            keys.append(name)
        rest: tuple[None, ...] = (None,) * (len(form.fields) - len(keys))
        arrange = None
        if keys != list(form.fields)[: len(keys)]:
            rest = (None,)
            arrange = itemgetter(*(keys.index(name) if name in keys else -1 for name in form.fields))
        match = re.compile(pattern + r"\}\Z" if flow else pattern).match
        return Run(match, rest, arrange, tuple(texts), tuple(values), tuple(said), tuple(lists))

    def _of_kind(self, field: fmt.Field, converter: Any) -> Known:
        key = field.kind, field.of
        if key not in self._known:
            self._known[key] = Known(field.kind, partial(self._read, field=field, converter=converter))
        return self._known[key]
