"""YAML events -> raw maps, by the tables of the format. The only yaml import of the program.

Nothing is composed: the parser's events are walked, so that no anchor, tag or merge key ever has a
meaning, the depth is bounded before anything recurses, and a plan of 100,000 tasks needs little
more memory than its records. Every scalar stays the text that was written (``no``, ``010`` and
``12:30`` are what they look like) until the field it stands under says what it should be; what
does not fit is told with file, line and column, and the reading goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from qplan.core.names import nearest, shown
from qplan.i18n import N_, _
from qplan.plan import format as fmt
from qplan.plan.files import FALSE_INDENT, MOST_COUNTED, Problems, false_indent
from qplan.plan.forms import DEEPEST, FORMS, INLINE, MOST_ITEMS, MOST_MAPS, Form, Raw
from qplan.plan.scalars import LISTS, Misfit, place

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_EVERY = 512  # objects between two calls of progress

Scalar, Alias = yaml.ScalarEvent, yaml.AliasEvent
MapStart, MapEnd = yaml.MappingStartEvent, yaml.MappingEndEvent
ListStart, ListEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent


class _Stop(Exception):
    """The rest of this file cannot be read."""


class Reader:
    """Reads one file: the bytes, its name in problems, the form of the map at its top."""

    def __init__(
        self,
        name: str,
        data: bytes,
        chars: int,
        problems: Problems,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.name, self.data, self.problems = name, data, problems
        self.progress, self.chars = progress, chars
        self.objects = self.items = 0
        self.next: Callable[[], Any]
        self.dates: dict[str, str] = {}

    def read(self, form: str) -> Raw | None:
        """The raw map at the top of the file; None where it could not be read to its end."""
        loader = None
        try:
            loader = Loader(self.data)
            self.next = loader.get_event
            return self._document(form)
        except _Stop:
            return None
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" in the pure parser
            self._not_yaml(error)
            return None
        finally:
            if loader is not None:
                loader.dispose()

    def _document(self, form: str) -> Raw | None:
        self.next()
        event = self.next()
        if type(event) is yaml.StreamEndEvent:
            self._say(0, 0, _("the file is empty"), _("write the keys described in docs/plan-format.md"))
            return None
        event = self.next()
        if type(event) is not MapStart:
            self._at(event, _("a map of `key: value` lines is expected"), _("see docs/plan-format.md"))
            return None
        raw = self._object(event, FORMS[form], 1)
        self.next()
        event = self.next()
        if type(event) is not yaml.StreamEndEvent:
            self._at(
                event, _("a second document begins here"), _("keep one document in a file; delete `---`")
            )
            return None
        return raw

    # -- telling

    def _say(self, line: int, column: int, what: str, mend: str) -> None:
        self.problems.add(self.name, line + 1, column + 1, what, mend)

    def _at(self, event: Any, what: str, mend: str) -> None:
        mark = event.start_mark
        self._say(mark.line, mark.column, what, mend)
        if self.problems.unsaid >= MOST_COUNTED:
            raise _Stop

    def _not_yaml(self, error: Any) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        first = getattr(error, "context_mark", None)
        for number in dict.fromkeys((line, first.line if first is not None else line)):
            found = false_indent(self.data, number + 1)
            if found:
                what = _("the indent holds an invisible character ({})").format(found[1])
                self._say(number, found[0] - 1, what, _("indent with ordinary spaces"))
                return
        said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        if "could not find expected ':'" in said and first is not None:
            line, column = first.line, first.column
        for part, what, mend in YAML_SAYS:
            if part in said:
                self._say(line, column, _(what), _(mend))
                return
        self._say(line, column, _("this is not YAML: {}").format(shown(said)), _("check quotes and indents"))

    def _undecorated(self, event: Any) -> None:
        """Tell of an anchor or a tag."""
        if event.anchor is not None:
            self._at(
                event, _("anchors (&) and aliases (*) are refused"), _("write the value out; quote a text")
            )
        if getattr(event, "tag", None) is not None:
            self._at(event, _("tags (!) are refused"), _("delete the tag; quote a text that begins with !"))

    # -- walking

    def _skip(self, event: Any, depth: int) -> None:
        """Pass over a value that has no place here."""
        level = 0
        while True:
            kind = type(event)
            if kind is not MapEnd and kind is not ListEnd:
                self._undecorated(event)
            if kind is MapStart or kind is ListStart:
                level += 1
                self._bounded(event, depth + level)
            elif kind is MapEnd or kind is ListEnd:
                level -= 1
            if not level:
                return
            self.items += 1
            if self.items > MOST_ITEMS:
                self._too_many(event)
            event = self.next()

    def _bounded(self, event: Any, depth: int) -> None:
        if depth > DEEPEST:
            self._at(
                event, _("maps and lists are nested deeper than {}").format(DEEPEST), _("write it flatter")
            )
            raise _Stop

    def _too_many(self, event: Any) -> None:
        self._at(event, _("the file holds too many things to be a plan"), _("split the plan"))
        raise _Stop

    def _object(self, start: Any, form: Form, depth: int) -> Raw:
        """The map that begins with ``start``, which has been taken already."""
        if start.anchor is not None or start.tag is not None:
            self._undecorated(start)
        self._bounded(start, depth)
        self.objects += 1
        if self.problems.unsaid >= MOST_COUNTED:
            raise _Stop
        if self.objects > MOST_MAPS:
            self._too_many(start)
        if self.progress is not None and not self.objects % _EVERY:
            self.progress(len(self.data) * start.start_mark.index // max(1, self.chars))
        take, fields = self.next, form.fields
        raw: Raw = [None] * form.width
        seen = empty = 0
        while type(key := take()) is not MapEnd:
            if type(key) is not Scalar:
                if type(key) is not Alias:
                    self._at(key, _("a key must be a word"), _("see docs/plan-format.md"))
                self._skip(key, depth)
                self._skip(take(), depth)
                continue
            if key.anchor is not None or key.tag is not None:
                self._undecorated(key)
            known = fields.get(key.value)
            if known is None:
                self._unknown(key, form)
                self._skip(take(), depth)
                continue
            bit, slot, field, converter = known
            value = take()
            if seen & bit:
                self._at(key, _("`{}` is given twice").format(field.name), _("delete one of the two"))
                self._skip(value, depth)
                continue
            seen |= bit
            if type(value) is Scalar:
                if value.anchor is not None or value.tag is not None:
                    self._undecorated(value)
                text = value.value
                if not text:
                    empty |= bit
                elif converter is not None:
                    try:
                        raw[slot] = converter(self, value, text, field)
                    except Misfit as bad:
                        self._at(value, *bad.args)
                else:
                    self._misfit(value, field)
            else:
                raw[slot] = self._nested(value, field, depth + 1)
        missing = form.required & ~(seen & ~empty)
        mark = start.start_mark
        if missing:
            for bit, _slot, field, _converter in fields.values():
                if missing & bit:
                    what = _("`{}` is missing").format(field.name)
                    self._say(mark.line, mark.column, what, _("add it ({})").format(_(fmt.KINDS[field.kind])))
        raw.append(place(mark.line, mark.column))
        return raw

    def _unknown(self, key: Any, form: Form) -> None:
        text = key.value
        if text[:1] in FALSE_INDENT and not key.style:
            what = _("the line begins with an invisible character ({})").format(FALSE_INDENT[text[0]])
            self._at(key, what, _("indent with ordinary spaces"))
            return
        if text == "<<":
            self._at(key, _("merge keys (<<) are refused"), _("write the keys out"))
            return
        near = nearest(text, form.fields, 1) if not self.problems.unsaid else []
        self._at(
            key,
            _("`{}` is no key here").format(shown(text)),
            _("did you mean `{}`?").format(near[0])
            if near
            else _("the keys are: {}").format(" ".join(form.fields)),
        )

    def _misfit(self, event: Any, field: fmt.Field) -> None:
        if type(event) is not Alias:
            what = _("`{}` must be: {}").format(field.name, _(fmt.KINDS[field.kind]))
            self._at(event, what, _("see docs/plan-format.md"))

    def _nested(self, start: Any, field: fmt.Field, depth: int) -> Any:
        """The map or list under a key."""
        kind, is_map = field.kind, type(start) is MapStart
        if kind == "object" and is_map:
            return self._object(start, FORMS[field.of], depth)
        if kind == "file" and is_map:
            return self._object(start, FORMS[field.of], depth)
        if type(start) is ListStart and kind in LISTS:
            if kind == "file":  # a bare list is the first list of what the file would hold
                form = FORMS[field.of]
                slot, inner = next((n, f) for _b, n, f, _c in form.fields.values() if f.kind == "objects")
                raw: Raw = [None] * form.width
                raw[slot] = self._list(start, inner, depth)
                mark: Any = start.start_mark
                return [*raw, place(mark.line, mark.column)]
            return self._list(start, field, depth)
        self._misfit(start, field)
        self._skip(start, depth - 1)
        return None

    def _list(self, start: Any, field: fmt.Field, depth: int) -> list[Any]:
        if start.anchor is not None or start.tag is not None:
            self._undecorated(start)
        self._bounded(start, depth)
        take, converter = self.next, LISTS[field.kind]
        form = FORMS[INLINE.get(field.of, field.of)] if field.of else None
        found: list[Any] = []
        while type(event := take()) is not ListEnd:
            if type(event) is MapStart and form is not None:
                one = self._object(event, form, depth + 1)
                if not self.problems.unsaid:  # past that the plan is refused: keep nothing more
                    found.append(one)
            elif type(event) is Scalar and converter is not None and event.value:
                if event.anchor is not None or event.tag is not None:
                    self._undecorated(event)
                self.items += 1
                if self.items > MOST_ITEMS:
                    self._too_many(event)
                try:
                    found.append(converter(self, event, event.value, field))
                except Misfit as bad:
                    self._at(event, *bad.args)
            else:
                self._misfit(event, field)
                self._skip(event, depth)
        return found


#: What libyaml and PyYAML say -> what people are told.
YAML_SAYS = (
    ("tab character", N_("the indent holds a tab"), N_("indent with ordinary spaces")),
    ("mapping values are not allowed", N_("a second `: ` stands in this line, or the indent changes"),
     N_("quote a text that holds `: `; give the keys of one map the same indent")),
    ("could not find expected ':'", N_("this line has no `key: value`"), N_("add the colon and a space, or indent it under its key")),
    ("did not find expected key", N_("no key is found where one must begin"),
     N_("give the keys of one map the same indent; quote a text as a whole")),
    ("did not find expected '-'", N_("a list item must begin here"), N_("give the items of one list the same indent")),
    ("did not find expected ',' or", N_("a bracket is not closed"), N_("close `[…]` or `{…}`, with commas between")),
    ("cannot start any token", N_("no text can begin with this character"), N_("quote the text")),
    ("unexpected end of stream", N_("a quote is not closed"), N_("close it")),
    ("unexpected document", N_("a quote is not closed"), N_("close it")),
    ("comment or line break", N_("`>` and `|` begin a block of text"), N_("quote it, as in \">=\"")),
    ("escape", N_("an unknown escape stands in the double quotes"), N_("use single quotes, or double the `\\`")),
    ("undefined tag handle", N_("tags (!) are refused"), N_("delete the tag; quote a text that begins with !")),
)  # fmt: skip
