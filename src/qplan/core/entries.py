"""What the values of a journal entry must be, whoever wrote it: days, numbers, ids, texts, JSON.

The program checks what people give before it writes. A journal that is read in, and a ledger that is
verified, may hold what no program of ours wrote; a value that is not of its field's type would stop
every command that reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from qplan.core.calendar import named_day
from qplan.core.events import MAKING
from qplan.core.labels import FACTS, VERBS, known_field
from qplan.core.model import RECORDS, Event
from qplan.core.own import OwnColumn
from qplan.core.rules import Rules
from qplan.core.workflow import BY_ACTION
from qplan.i18n import _

#: The id of a plan's record; what belongs to one has an id such as ``TASK/m1``, ``INDICATOR/2025``.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,31})?")

#: The longest name of a person, a request or a kind.
NAME = 200
#: No whole number is larger: positions, years and versions stay below.
MOST = 10**9

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_OFFSET = re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]")
#: Halves of pairs of UTF-16, which are no text.
_NEVER = re.compile("[\ud800-\udfff]")

_DAYS = frozenset(
    ("issued", "begins", "ends", "deadline", "original_deadline", "last_update", "due", "original_due",
     "extension_to", "answer_by")
)  # fmt: skip
_IDS = frozenset(("office", "parent", "lead", "verifier", "task", "indicator"))
_ID_LISTS = frozenset(("joint", "support", "members", "tasks", "parts"))
_DECIMALS = frozenset(("target", "baseline", "value", "quantity", "weight"))
_BODY = frozenset(("before", "after", "info", "request"))
#: What an entry carries that is true or false; what else it carries is a text.
_MARKS = frozenset(("late", "done_late", "closed_late", "one_person_office"))


def misfits(event: Event, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of an entry is not of its type, each as a sentence."""
    entity, _dot, verb = event.kind.partition(".")
    if entity not in RECORDS or not (verb in VERBS or (entity == "task" and verb in BY_ACTION)):
        yield _("“{value}” is no kind of entries").format(value=_short(event.kind))
        return
    if SUBJECT.fullmatch(event.subject) is None:
        yield _("“{value}” is no id").format(value=_short(event.subject))
    if not _is_moment(event.recorded_at):
        yield _("“{value}” is no moment such as 2025-06-30T01:02:03Z").format(value=_short(event.recorded_at))
    if not is_day(event.effective_on):
        yield _("“{value}” is no day of the years 1900 to 2199").format(value=_short(event.effective_on))
    if not _is_actor(event.actor):
        yield _("“{value}” is no actor such as NAME@DEPT").format(value=_short(event.actor))
    if not body.keys() <= _BODY:
        yield _("its body holds “{value}”").format(value=_short(", ".join(body.keys() - _BODY)))
    request = body.get("request")
    if request is not None and not _is_name(request):
        yield _("“{value}” is no request id").format(value=_short(request))
    for name, value in _info_misfits(event, body.get("info", {})):
        yield _("what it carries as {field} is “{value}”").format(field=name, value=_short(value))
    fields = _types(entity)
    after = _needed(entity) | body["after"] if event.kind.endswith(MAKING) else body["after"]
    for name, value in after.items():
        if not fields.get(name, _is_plain)(value):
            yield _("{field} cannot be “{value}”").format(field=known_field(name), value=_short(value))


def is_head(ledger: Any, created_at: Any) -> bool:
    """Whether a ledger can have this id and this date."""
    return _is_id(ledger) and _is_moment(created_at)


def _info_misfits(event: Event, info: Any) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of what an entry carries beside its fields and no reader understands."""
    if not isinstance(info, dict):
        yield "info", info
        return
    for name, value in info.items():
        if name == "undoes":
            fits = type(value) is int and 0 < value < event.seq
        else:
            fits = name in FACTS and (isinstance(value, bool) if name in _MARKS else _is_text(value))
        if not fits:
            yield name, value


@cache
def _types(entity: str) -> dict[str, Callable[[Any], bool]]:
    """Field of an entity -> whether a value is of its type."""
    record = RECORDS[entity]
    hints = record.__annotations__
    return {
        name: _checked(f"{entity}.{name}" if name == "fields" else name, hints[name])
        for name in record._fields  # type: ignore[attr-defined]
    }


@cache
def _needed(entity: str) -> dict[str, None]:
    """The fields without a default, which whatever makes a record must give, as if they were empty."""
    record: Any = RECORDS[entity]
    return dict.fromkeys(set(record._fields[1:]) - set(record._field_defaults))


def _checked(name: str, hint: Any) -> Callable[[Any], bool]:
    """Return the check of a field: NULL where its type allows it, else a value of its type."""
    members = getattr(hint, "__args__", (hint,))
    usual = _is_whole if int in members else is_day if name.endswith("_on") else _is_text
    is_type = _CHECKS.get(name, usual)
    return is_type if type(None) not in members else lambda value: value is None or is_type(value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int)


def _is_whole(value: Any) -> bool:
    return type(value) is int and -MOST <= value <= MOST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and (value.isprintable() or _NEVER.search(value) is None)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= NAME and value.isprintable()


def is_day(value: Any) -> bool:
    """Return whether a value is the ISO text of a day of the calendar."""
    return isinstance(value, str) and _names_day(value)


@cache
def _names_day(text: str) -> bool:
    try:
        named_day(text)
    except ValueError:
        return False
    return True


@lru_cache
def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return is_day(value[:10])


@lru_cache
def _is_actor(value: Any) -> bool:
    return (
        _is_name(value)
        and ID.fullmatch(value.rpartition("@")[2]) is not None
        and value.rpartition("@")[0] != ""
    )


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_is_id = _matching(ID)


def _is_id_list(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or all(map(_is_id, value.split(" "))))


def _is_json(read: Callable[[str], bool]) -> Callable[[Any], bool]:
    """Return a check of a text that holds JSON which ``read`` takes."""

    def check(value: Any) -> bool:
        try:
            return isinstance(value, str) and read(value)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return False

    return check


def _are_rules(text: str) -> bool:
    usual = Rules()
    found = Rules.parse(text)
    numbers = [found, *found.urging, found.scoring]
    return all(
        type(value) is type(was) or (was is None and not isinstance(value, str | bool | float))
        for value, was in zip(found, usual, strict=True)
    ) and all(
        type(value) is not int or 0 <= value <= MOST for one in numbers for value in one
    )  # fmt: skip


def _is_calendar(text: str) -> bool:
    return all(
        year.isdigit() and len(year) == 4 and all(len(day) == 4 and day.isdigit() for days in one.values() for day in days)
        for year, one in json.loads(text).items()
    )  # fmt: skip


def _are_columns(text: str) -> bool:
    return all(
        _is_id(OwnColumn(*one).id) and all(isinstance(v, str | None) for v in one) for one in json.loads(text)
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_DAYS, is_day),
    **dict.fromkeys(_IDS, _is_id),
    **dict.fromkeys(_ID_LISTS, _is_id_list),
    **dict.fromkeys(_DECIMALS, _matching(_DECIMAL)),
    "progress": lambda value: type(value) is int and 0 <= value <= 100,
    "utc_offset": _matching(_OFFSET),
    "rules": _is_json(_are_rules),
    "calendar": _is_json(_is_calendar),
    "plan.fields": _is_json(_are_columns),
    "task.fields": _is_json(lambda text: all(isinstance(value, str) for value in json.loads(text).values())),
}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    text = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in text[:60]
    )
    return text.encode("utf-8", "backslashreplace").decode()
