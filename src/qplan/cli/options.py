"""What a command takes, as its function declares it: parsing, help, completion and docs read it.

A parameter is annotated ``Annotated[str | None, Option(…)]``. Nothing of Typer is imported here:
the words of a command that are plain are read without it (:mod:`qplan.cli.direct`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple, get_type_hints

from qplan.cli.table import SHARED, Entry, Shared

#: The default of what must be given.
REQUIRED: Any = object()


class Option:
    """An option of a command: its names (by default that of the parameter), its value, its line of help."""

    def __init__(self, *names: str, metavar: str | None = None, help: str = "") -> None:
        self.names, self.metavar, self.help = names, metavar, help


class Argument:
    """What a command takes by its place."""

    def __init__(self, *, metavar: str, help: str) -> None:
        self.metavar, self.help = metavar, help


class Parameter(NamedTuple):
    """A parameter of a command's function."""

    name: str
    annotation: Any
    default: Any = REQUIRED

    @property
    def type(self) -> Any:
        """The type of its value."""
        return getattr(self.annotation, "__origin__", self.annotation)

    @property
    def declared(self) -> Any:
        """The :class:`Option` or :class:`Argument` that it is declared by; anything else is Typer's own."""
        return getattr(self.annotation, "__metadata__", (None,))[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of an option."""
        return self.declared.names or (f"--{self.name.replace('_', '-')}",)


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """The parameters of a command behind its context; a function that is made says them itself."""
    made = getattr(function, "parameters", None)
    if made is not None:
        return list(made)
    notes = function.__annotations__
    if any(isinstance(note, str) for note in notes.values()):
        notes = get_type_hints(function, include_extras=True)
    names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    usual = function.__defaults__ or ()
    required = (REQUIRED,) * (len(names) - len(usual))
    return [
        Parameter(name, notes[name], default)
        for name, default in zip(names, (*required, *usual), strict=True)
    ]


def shared_with(entry: Entry, own: set[str], names: set[str]) -> list[Shared]:
    """The shared options that a command takes, given the names of its own options and of its parameters."""
    return [
        known
        for known in SHARED
        if entry.kind in known.kinds
        and not (entry.plain and known.key == "format")
        and not own.intersection(known.names[:1])
        and known.key not in names
    ]


def details(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add paragraphs (examples) to the help page of a command; the text is translated already."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.details = text  # type: ignore[attr-defined]
        return function

    return mark
