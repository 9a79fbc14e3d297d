"""Words of a command line before Typer sees them.

Options go where people type them: a shared option before the command is moved behind it, and an
option whose value may be left out gets an empty one. So Typer needs to know neither.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qplan.cli.table import ALONE, BY_NAME, Entry
from qplan.errors import BadInput
from qplan.i18n import _, sentences

#: The program's own options whose value, a shell, may be left out: it is then the one that runs us.
COMPLETION = ("--install-completion", "--show-completion")


class Route(NamedTuple):
    """Which command is meant (None: the program itself) and its words."""

    name: str | None
    args: list[str]


def given(argv: Sequence[str], option: str) -> str | None:
    """The value that an option has anywhere on the command line; the last one counts."""
    value = None
    for place, word in enumerate(argv):
        if word == "--":
            break
        if word == option and place + 1 < len(argv):
            value = argv[place + 1]
        elif word.startswith(f"{option}="):
            value = word[len(option) + 1 :]
    return value


def route(argv: Sequence[str], commands: Mapping[str, Entry]) -> Route:
    """Find the command and put its words in the order that its parser wants."""
    moved: list[str] = []
    words = list(argv)
    while words and words[0].startswith("-") and words[0] != "--":
        shared = BY_NAME.get(words[0].split("=")[0])
        if shared is None:
            return Route(None, _filled(argv, COMPLETION))
        moved.append(words.pop(0))
        if shared.metavar and "=" not in moved[-1] and words:
            moved.append(words.pop(0))
    if not words:
        return Route(ALONE, moved) if ALONE in commands else Route(None, ["--help"])
    name = words.pop(0)
    if name == "help" and "help" not in commands:
        return route([*words, "--help"], commands)
    if name not in commands:
        raise BadInput(unknown_command(name, commands))
    return Route(name, [*moved, *_filled(words, commands[name].optional)])


def _filled(words: Sequence[str], optional: Sequence[str]) -> list[str]:
    filled: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return [*filled, *words[place:]]
        alone = place + 1 == len(words) or words[place + 1].startswith("-")
        filled.append(f"{word}=" if word in optional and alone else word)
    return filled


def unknown_command(name: str, commands: Mapping[str, Entry]) -> str:
    """The sentence for a command that does not exist, with the nearest ones."""
    import re
    from difflib import get_close_matches

    near = get_close_matches(
        name.lower(), [known for known, entry in commands.items() if not entry.hidden], 3, 0.5
    )
    if near:
        hint = _("Did you mean {names}?").format(names=_(" or ").join(near))
    elif re.fullmatch(r"[A-Za-z]\d+(\.\d+)*", name):
        hint = _("To see a task: qplan show {id}").format(id=name)
    else:
        hint = _("See: qplan --help")
    return sentences(_("There is no command “{name}”.").format(name=name), hint)
