"""Plain words of a command, read without Typer, whose import takes longer than a daily command runs.

Typer remains what the words mean: a mistake, a call for help, joined short options, an empty text,
whatever is not as plain as ``--name value``, is declined here and told by it. A property test holds
what both read together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from qplan.cli import settings
from qplan.cli.options import REQUIRED, Argument, Option, Parameter, parameters, shared_with
from qplan.cli.table import Entry

#: What options that take people's own words call their value: an empty one is a mistake.
WORDS = ("TEXT", "NAME", "NO", "UNIT")
FLAG, TEXT, MANY = "flag", "text", "many"
#: The types that are read here.
KINDS: dict[Any, str] = {bool: FLAG, str: TEXT, str | None: TEXT, list[str]: MANY, list[str] | None: MANY}


class _Slot(NamedTuple):
    """Where the value of an option goes."""

    key: str
    kind: str
    wordy: bool = False  #: its value is people's own words


def execute(name: str, args: Sequence[str], entry: Entry, config: Mapping[str, str]) -> int | None:
    """Run a command whose words are plain; the exit number, or None where Typer is to read them."""
    function = getattr(__import__(entry.module, fromlist=[entry.function]), entry.function)
    read = values(args, entry, parameters(function))
    if read is None:
        return None
    own, shared = read
    result = function(settings.build(name, shared, config), **own)
    return result if isinstance(result, int) else 0


def values(
    args: Sequence[str], entry: Entry, takes: Sequence[Parameter]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The values of a command's own parameters and of the shared options; None where words are not plain."""
    if any(one.type not in KINDS or not isinstance(one.declared, Option | Argument) for one in takes):
        return None
    own = {name: one for one in takes if isinstance(one.declared, Option) for name in one.names}
    slots = {
        name: _Slot(one.name, KINDS[one.type], one.declared.metavar in WORDS) for name, one in own.items()
    }
    shared = shared_with(entry, set(own), {one.name for one in takes})
    for known in shared:
        for name in known.names:
            slots.setdefault(name, _Slot(known.key, TEXT if known.metavar else FLAG, known.metavar in WORDS))
    read = _options(args, slots)
    if read is None:
        return None
    given, rest = read
    by_place = [one for one in takes if isinstance(one.declared, Argument)]
    if not _placed(rest, by_place, given):
        return None
    found = {one.name: given.pop(one.name, one.default) for one in takes}
    return None if REQUIRED in found.values() else (found, given)


def _options(args: Iterable[str], slots: Mapping[str, _Slot]) -> tuple[dict[str, Any], list[str]] | None:
    """The values of options, and the words between them."""
    given: dict[str, Any] = {}
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            rest.extend(words)
        elif word == "-" or not word.startswith("-"):
            rest.append(word)
        else:
            name, joined, value = word.partition("=")
            slot = slots.get(name)
            if slot is None or (joined and (slot.kind == FLAG or not name.startswith("--"))):
                return None
            if slot.kind == FLAG:
                given[slot.key] = True
                continue
            following = value if joined else next(words, None)
            if following is None or (slot.wordy and not following.strip()):
                return None
            if slot.kind == MANY:
                given.setdefault(slot.key, []).append(following)
            else:
                given[slot.key] = following
    return given, rest


def _placed(rest: Sequence[str], by_place: Sequence[Parameter], given: dict[str, Any]) -> bool:
    """Give the words to the arguments in their order, all that is left to one of many; whether they fit."""
    left = list(rest)
    for one in by_place:
        if KINDS[one.type] == MANY:
            if left:
                given[one.name], left = left, []
        elif left:
            given[one.name] = left.pop(0)
    return not left
