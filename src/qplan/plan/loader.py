"""YAML files -> models of the plan's format, and every problem with its place.

The parser's events are read one after the other; nothing is composed, so anchors, tags and merge keys never have
a meaning, the depth is bounded before anything recurses, and memory is needed only for what is kept. A map
becomes a plain dictionary of texts, which its model validates as soon as the map ends. Every scalar stays the
text that was written (``no``, ``010`` and ``12:30`` are what they look like) until its field's type reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, TypeVar
from unicodedata import normalize

import yaml
from pydantic import ValidationError

from qplan.core.names import shown
from qplan.i18n import N_, _
from qplan.plan.files import CONTROL, FALSE_INDENT, MOST_COUNTED, Problems, false_indent
from qplan.plan.shapes import Map, Shape, shapes
from qplan.plan.values import ERRORS, MISFIT, Place, Text, place_of

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Maps and lists within one another: seven levels are in use, anything deep is an attack.
DEEPEST = 16
#: The most maps, and texts in lists, of one file: more than the largest plan has.
MOST_MAPS, MOST_ITEMS = 250_000, 500_000

_PROGRESS_EVERY = 512  # maps
_NULLS = ("~", "null", "Null", "NULL")
#: A carriage return passes the check of the file as part of a line break, and may come by an escape.
_CONTROL_OR_RETURN = re.compile(CONTROL.pattern + "|\r")

Scalar, Alias = yaml.ScalarEvent, yaml.AliasEvent
MapStart, MapEnd = yaml.MappingStartEvent, yaml.MappingEndEvent
ListStart, ListEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent

AnyMap = TypeVar("AnyMap", bound=Map)


class _Stop(Exception):
    """The rest of the file cannot be read, or is not worth reading."""


class Reader:
    """One reading of one file, which adds its problems to ``problems``."""

    def __init__(
        self,
        name: str,
        data: bytes,
        characters: int,
        problems: Problems,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.name, self.data, self.problems = name, data, problems
        self.progress, self.characters = progress, max(1, characters)
        self.maps = self.items = 0
        self.next: Callable[[], Any]

    def read(self, model: type[AnyMap]) -> AnyMap | None:
        """The map at the top of the file; None where the file could not be read to its end.

        A map with problems is returned too, with the values that are valid: good enough to look for further problems.
        """
        loader = None
        try:
            stream = BytesIO(self.data)
            stream.name = self.name  # the parser's marks have it
            loader = Loader(stream)
            self.next = loader.get_event
            return self._document(model)
        except _Stop:
            return None
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" in the pure parser
            self._not_yaml(error)
            return None
        finally:
            if loader is not None:
                loader.dispose()

    def _document(self, model: type[AnyMap]) -> AnyMap | None:
        self.next()
        if type(self.next()) is yaml.StreamEndEvent:
            hint = _("write the keys described in docs/plan-format.md")
            self.problems.add(self.name, 1, 1, _("the file is empty"), hint)
            return None
        event = self.next()
        if type(event) is not MapStart:
            self._report(event, _("a map of `key: value` lines is expected"), _("see docs/plan-format.md"))
            return None
        found = self._map(event, model, 1)
        self.next()
        event = self.next()
        if type(event) is not yaml.StreamEndEvent:
            hint = _("keep one document in a file; delete `---`")
            self._report(event, _("a second document begins here"), hint)
            return None
        return found

    # -- maps, lists, texts

    def _map(self, start: Any, model: type[AnyMap], depth: int) -> AnyMap:
        """The map that begins with ``start``."""
        self._enter(start, depth)
        self._count_map(start)
        known = shapes(model)
        given: dict[str, Any] = {"place": place_of(start.start_mark)}
        own: dict[Text, Any] | None = {} if "own" in model.model_fields else None
        events: dict[str, Any] = {}  #: key -> the event with which its value begins
        take = self.next
        while type(key := take()) is not MapEnd:
            shape = known.get(key.value) if type(key) is Scalar else None
            if shape is None or key.value in events:
                self._other_key(key, known, own, depth, in_brackets=bool(start.flow_style))
                continue
            if key.anchor is not None or key.tag is not None:
                self._refuse_anchor_and_tag(key)
            name = key.value
            event = events[name] = take()
            value = self._value(event, shape, name, shape.name, depth)
            if value is not None:
                given[name] = value
        if own:
            given["own"] = own
        return self._validated(model.completed(given), model, events)

    def _other_key(
        self, key: Any, known: dict[str, Shape], own: dict[Text, Any] | None, depth: int, *, in_brackets: bool
    ) -> None:
        """Keep the text under a key that may be a column of the plan's own; report why any other has no place here."""
        if type(key) is Scalar:
            self._refuse_anchor_and_tag(key)
        elif type(key) is not Alias:
            self._report(key, _("a key must be a word"), _("see docs/plan-format.md"))
            self._skip(key, depth)
        event = self.next()
        no_value = event.end_mark.index == key.end_mark.index
        if type(key) is Scalar and (key.value in known or key.value in (own or ())):
            self._report(key, _("`{}` is given twice").format(key.value), _("delete one of the two"))
        elif type(key) is Scalar and in_brackets and no_value:
            what = _("the comma before “{}” ends the value").format(shown(key.value))
            self._report(key, what, _("quote the whole text, write it on a line of its own, or use “，”"))
        elif type(key) is Scalar and own is not None and type(event) is Scalar and _may_be_own(key.value):
            own[_placed(key)] = self._value(event, OWN, key.value, OWN.name, depth)
            return
        elif type(key) is Scalar:
            self._unknown(key, known)
        self._skip(event, depth)

    def _value(self, event: Any, shape: Shape, field: str, expected: str, depth: int) -> Any:
        """The text, map or list under a key; None where it is empty or, with a problem, does not fit."""
        if type(event) is Scalar:
            if event.anchor is not None or event.tag is not None:
                self._refuse_anchor_and_tag(event)
            if not event.value:
                return None
            if shape.takes_text:
                return self._text(event, field, shape.plain)
        elif type(event) is MapStart and shape.model is not None:
            return self._map(event, shape.model, depth + 1)
        elif type(event) is MapStart and shape.values is not None:
            return self._texts(event, shape, field, depth + 1)
        elif type(event) is ListStart and shape.items is not None:
            return self._list(event, shape.items, field, expected, depth + 1)
        self._misfit(event, field, expected)
        self._skip(event, depth)
        return None

    def _list(self, start: Any, items: Shape, field: str, expected: str, depth: int) -> list[Any]:
        """The list that begins with ``start``."""
        self._enter(start, depth)
        found: list[Any] = []
        while type(event := self.next()) is not ListEnd:
            if type(event) is Scalar:
                self._count_item(event)
                if not event.value:
                    self._misfit(event, field, expected)
                    continue
            value = self._value(event, items, field, expected, depth)
            # once there are more problems than are listed nothing more is kept: the plan is refused
            if value is not None and not self.problems.unlisted:
                found.append(value)
        return found

    def _texts(self, start: Any, shape: Shape, field: str, depth: int) -> dict[Text, Any]:
        """The map of texts that begins with ``start``, whose keys are texts too."""
        assert shape.values is not None
        self._enter(start, depth)
        self._count_map(start)
        found: dict[Text, Any] = {}
        while type(key := self.next()) is not MapEnd:
            if type(key) is not Scalar or key.value in found:
                self._other_key(key, dict.fromkeys(found, shape), None, depth, in_brackets=False)
                continue
            self._refuse_anchor_and_tag(key)
            self._count_item(key)
            found[_placed(key)] = self._value(self.next(), shape.values, field, shape.name, depth)
        return found

    def _text(self, event: Any, field: str, plain: bool) -> str | None:
        """The text of a scalar, normalised, with its place unless ``plain``; None, with a problem, where no field takes it."""
        value, style = event.value, event.style
        if not value.isprintable():
            if value[-1] == "\n" and style in ("|", ">"):
                value = value[:-1]
            if control := _CONTROL_OR_RETURN.search(value):
                what = _("control character U+{:04X} in `{}`").format(ord(control.group()), field)
                self._report(event, what, _("delete it"))
                return None
            if not style and value[0] in FALSE_INDENT:
                what = _("the text begins with an invisible character ({})").format(FALSE_INDENT[value[0]])
                hint = _("indent with ordinary spaces; quote the text if the character is meant")
                self._report(event, what, hint)
                return None
        elif not style and value in _NULLS:
            what = _("`{}` would be the text “{}”").format(field, value)
            self._report(event, what, _("leave it out, or quote it"))
            return None
        if plain:
            return value if value.isascii() else normalize("NFC", value)
        return _placed(event, value)

    # -- validation

    def _validated(self, given: dict[str, Any], model: type[AnyMap], events: dict[str, Any]) -> AnyMap:
        """The model of the values; with problems, one of the valid values, where missing ones are None."""
        try:
            return model.model_validate(given)
        except ValidationError as error:
            wrong = {self._invalid(one, events, given, model) for one in _first_of_each(error, events)}
        required = [name for name, field in model.model_fields.items() if field.is_required()]
        valid = model.model_construct(**dict.fromkeys(required))
        for name, value in given.items():
            if name not in wrong:
                setattr(valid, name, value)
        return valid

    def _invalid(self, error: Any, events: dict[str, Any], given: dict[str, Any], model: type[Map]) -> str:
        """Report what pydantic found wrong with a field; the field."""
        field, *inner = error["loc"]
        value = error["input"]
        shape = shapes(model)[field]
        place: Place = given["place"]
        if isinstance(value, str) and (isinstance(value, Text) or field in events):
            place = place_of(value.mark if isinstance(value, Text) else events[field].start_mark)
        kind = (shape.values or shape.items or shape).kind if inner else shape.kind
        by_kind = (kind.wrong, kind.hint) if kind is not None and kind.wrong else MISFIT
        what, hint = ERRORS.get(error["type"], by_kind)
        words = {
            "field": field,
            "value": shown(str(value)),
            "kind": _(shape.name),
            "choices": " ".join(shape.choices),
        }
        self._add(place, _(what).format(**words), _(hint).format(**words))
        return str(field)

    # -- problems

    def _add(self, place: Place, what: str, hint: str) -> None:
        self.problems.add(*place, what, hint)
        if self.problems.unlisted >= MOST_COUNTED:
            raise _Stop

    def _report(self, event: Any, what: str, hint: str) -> None:
        self._add(place_of(event.start_mark), what, hint)

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if event.anchor is not None:
            what, hint = _("anchors (&) and aliases (*) are refused"), _("write the value out; quote a text")
            self._report(event, what, hint)
        if getattr(event, "tag", None) is not None:
            self._report(
                event, _("tags (!) are refused"), _("delete the tag; quote a text that begins with !")
            )

    def _misfit(self, event: Any, field: str, expected: str) -> None:
        if type(event) is not Alias:
            what, hint = MISFIT
            self._report(event, _(what).format(field=field, kind=_(expected)), _(hint))

    def _unknown(self, key: Any, known: Iterable[str]) -> None:
        name = key.value
        if name[:1] in FALSE_INDENT and not key.style:
            what = _("the line begins with an invisible character ({})").format(FALSE_INDENT[name[0]])
            self._report(key, what, _("indent with ordinary spaces"))
        elif name == "<<":
            self._report(key, _("merge keys (<<) are refused"), _("write the keys out"))
        else:
            self._report(key, *self.problems.unknown_key(name, known))

    def _not_yaml(self, error: Any) -> None:
        """Report why the parser gave up."""
        first = getattr(error, "context_mark", None)
        mark = getattr(error, "problem_mark", None) or first
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        for number in dict.fromkeys((line, first.line + 1 if first is not None else line)):
            if found := false_indent(self.data, number):
                what = _("the indent holds an invisible character ({})").format(found[1])
                self.problems.add(self.name, number, found[0], what, _("indent with ordinary spaces"))
                return
        reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        if "could not find expected ':'" in reason and first is not None:
            line, column = first.line + 1, first.column + 1
        for part, what, hint in YAML_ERRORS:
            if part in reason:
                self.problems.add(self.name, line, column, _(what), _(hint))
                return
        what = _("this is not YAML: {}").format(shown(reason))
        self.problems.add(self.name, line, column, what, _("check quotes and indents"))

    # -- limits

    def _enter(self, start: Any, depth: int) -> None:
        self._refuse_anchor_and_tag(start)
        self._check_depth(start, depth)

    def _check_depth(self, start: Any, depth: int) -> None:
        if depth > DEEPEST:
            what = _("maps and lists are nested deeper than {}").format(DEEPEST)
            self._report(start, what, _("write it flatter"))
            raise _Stop

    def _count_map(self, start: Any) -> None:
        self.maps += 1
        if self.maps > MOST_MAPS:
            self._too_many(start)
        if self.progress is not None and not self.maps % _PROGRESS_EVERY:
            self.progress(len(self.data) * start.start_mark.index // self.characters)

    def _count_item(self, event: Any) -> None:
        self.items += 1
        if self.items > MOST_ITEMS:
            self._too_many(event)

    def _too_many(self, event: Any) -> None:
        self._report(event, _("the file holds too many things to be a plan"), _("split the plan"))
        raise _Stop

    def _skip(self, event: Any, depth: int) -> None:
        """Pass over a value that has no place here, and refuse in it what is refused everywhere."""
        level = 0
        while True:
            kind = type(event)
            if kind is MapEnd or kind is ListEnd:
                level -= 1
            else:
                self._refuse_anchor_and_tag(event)
                self._count_item(event)
            if kind is MapStart or kind is ListStart:
                level += 1
                self._check_depth(event, depth + level)
            if not level:
                return
            event = self.next()


def _first_of_each(error: ValidationError, events: dict[str, Any]) -> Iterable[Any]:
    """The first error of each value: one that fits no part of a union has an error for each part.

    What was given and refused while it was read is not missing.
    """
    found: dict[tuple[Any, int], Any] = {}
    for one in error.errors(include_url=False):
        field = str(one["loc"][0])
        event = events.get(field)
        refused = one["type"] == "missing" and event is not None and getattr(event, "value", True)
        if not refused:
            found.setdefault((field, id(one["input"])), one)
    return found.values()


#: What stands under a key that may be a column of the plan's own; :mod:`qplan.plan.records` knows the columns.
OWN = Shape(N_("text, one line"), takes_text=True)


def _may_be_own(key: str) -> bool:
    return key != "" and key.isprintable() and key != "<<"


def _placed(event: Any, value: str | None = None) -> Text:
    """The text of a scalar, or another ``value`` of it, normalised, with its place."""
    value = event.value if value is None else value
    text = Text(value if value.isascii() else normalize("NFC", value))
    text.mark = event.start_mark
    return text


#: A part of what libyaml or PyYAML reports -> what is wrong, how to fix it.
YAML_ERRORS = (
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
    ("maximum nesting depth", N_("maps and lists are nested too deep"), N_("write it flatter")),
    ("undefined tag handle", N_("tags (!) are refused"), N_("delete the tag; quote a text that begins with !")),
)  # fmt: skip
