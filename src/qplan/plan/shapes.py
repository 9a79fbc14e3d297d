"""The kind of model that every map of a plan's files is, and what may stand under each of its keys."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from qplan.i18n import N_
from qplan.plan.values import FORMAT, FormatNumber, Kind, Place, Text


class Map(BaseModel):
    """A map of a plan's file; the loader gives its place."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    place: SkipJsonSchema[Place] = Field(default=("", 1, 1), exclude=True)

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The values of a map with those that others imply."""
        return given


def required(description: str) -> Any:
    """The field of a key that every map of the model has."""
    return Field(description=description)


def optional(description: str, default: Any = None) -> Any:
    """The field of a key that may be left out."""
    return Field(default=default, description=description)


class PartFile(Map):
    """The map at the top of a file that a plan names."""

    format: FormatNumber = optional("the format's number, 1", FORMAT)


class Shape(NamedTuple):
    """What may stand under a key: a text of some kind or one of some words, a map of some model, a list.

    ``values`` is what a map takes whose keys are texts of the kind of ``items``.
    """

    name: str  #: what messages call what is expected there
    kind: Kind | None = None
    choices: tuple[str, ...] = ()
    model: type[Map] | None = None
    items: Shape | None = None
    takes_text: bool = False
    values: Shape | None = None
    plain: bool = False  #: nobody asks for the place of its text but a message about it


#: Fields of the models that are no keys of the files.
HIDDEN = frozenset({*Map.model_fields, "own"})


@cache
def shapes(model: type[Map]) -> dict[str, Shape]:
    """The keys of a map and what may stand under each, in the order in which they are best written."""
    hints = get_type_hints(model, include_extras=True)
    return {name: _shape(hints[name]) for name in model.model_fields if name not in HIDDEN}


def _shape(annotation: Any) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind = next((one for one in reversed(arguments) if isinstance(one, Kind)), None)
        if kind is None:  # marks that choose between the forms of a value
            return _shape(arguments[0])
        return _one_or_many(arguments[0], kind)
    if origin is Literal:
        return Shape(N_("one of the words"), choices=arguments, takes_text=True, plain=True)
    if origin is list:
        return _list(_shape(arguments[0]))
    if origin in (Union, UnionType):
        return _any_of([_shape(one) for one in arguments if one is not type(None)])
    return Shape(N_("map"), model=annotation)


def _one_or_many(annotation: Any, kind: Kind) -> Shape:
    """A text of a kind, or the list or map of texts that a type makes of one."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is list:
        items = _shape(arguments[0])._replace(plain=False)
        return Shape(kind.name, kind=kind, items=items, takes_text=True)
    if origin is dict:
        items, values = (_shape(one)._replace(plain=False) for one in arguments)
        return Shape(kind.name, kind=kind, items=items, values=values, takes_text=True)
    return Shape(kind.name, kind=kind, takes_text=True, plain=annotation is not Text)


def _list(items: Shape) -> Shape:
    items = items._replace(plain=False)
    if items.kind is None:
        return Shape(N_("list of maps"), items=items)
    many = N_("list of file names, or of the contents") if items.model else items.kind.many
    return Shape(many, items=items)


def _any_of(parts: list[Shape]) -> Shape:
    if len(parts) == 1:
        return parts[0]
    choices = tuple(choice for part in parts for choice in part.choices)
    return Shape(
        N_("a word, a list or a map") if choices else N_("file name, or the content itself"),
        choices=choices,
        kind=next((part.kind for part in parts if part.kind), None),
        model=next((part.model for part in parts if part.model), None),
        items=next((part.items for part in parts if part.items), None),
        takes_text=any(part.takes_text for part in parts),
    )
