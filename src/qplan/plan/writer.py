"""Plans as plain dictionaries -> YAML files in good style.

The keys are those of :mod:`qplan.plan.models`, written in the order of the models: one key a line, lists of words
in brackets, quotes only where YAML or an editor would misread the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qplan import files
from qplan.i18n import _
from qplan.plan.models import FILES
from qplan.plan.shapes import Map, Shape, shapes
from qplan.plan.source import PLAN_FILE
from qplan.plan.values import FORMAT

#: Keys of the plan's file whose content is written to a file of its own, named like the key.
PARTS = ("departments", "indicators", "rules")

#: A text that YAML reads as it is written, behind its key and in brackets; neither holds `: ` or ` #`.
_PLAIN = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`~=]|-(?=\S))(?:.*[^\s:])?")
_PLAIN_IN_BRACKETS = re.compile(r"[^,\[\]{}]*")
_MISREAD = re.compile(r": | #|^(?i:null|true|false|yes|no|on|off)$")


def write_plan(
    folder: Path,
    plan: Mapping[str, Any],
    comment: str = "",
    pages: Mapping[str, str] | None = None,
    check: Callable[[Path], None] | None = None,
) -> list[Path]:
    """Write a plan into a folder, all files or none; return them, the plan's own first.

    Args:
        folder: where the files are written, made where it is missing; files of the same names are replaced.
        plan: what a plan file holds, but with departments, indicators, rules and columns as content: lists and
            dictionaries of texts, numbers, truth values and dates. Keys that are None or empty are left out
            unless they are required. A key that the format does not know is written after the others.
        comment: lines for the head of the plan's own file.
        pages: name of a further file -> its text.
        check: called with the folder in which the files are made, before they are put into ``folder``.

    Raises OSError where the folder cannot be written, and what ``check`` raises.
    """
    top: dict[str, Any] = {"format": FORMAT, **plan}
    parts: list[tuple[str, str, Mapping[str, Any]]] = []
    for key in PARTS:
        content = top.get(key)
        if content and not isinstance(content, str):
            parts.append((f"{key}.yaml", key, content if isinstance(content, Mapping) else {key: content}))
            top[key] = f"{key}.yaml"
    columns = list(top.get("columns") or ())
    for number, column in enumerate(columns):
        if not isinstance(column, str):
            columns[number] = f"columns/{number + 1:02}.yaml"
            parts.append((columns[number], "column", {"column": column}))
    top["columns"] = columns
    usage = _(
        "Check it with `qplan check`, load it with `qplan load`; docs/plan-format.md describes the keys."
    )
    head = "".join(f"# {line}\n" for line in "\n".join(filter(None, (comment, usage))).splitlines())
    texts = {PLAN_FILE: head + to_yaml(top, FILES["plan"])}
    for name, kind, content in parts:
        texts[name] = to_yaml({"format": FORMAT, **content}, FILES[kind])
    texts |= pages or {}
    files.write_folder(folder, {Path(name): text.encode() for name, text in texts.items()}, check)
    return [folder / name for name in texts]


def to_yaml(content: Mapping[str, Any], model: type[Map]) -> str:
    """The content as YAML, its keys in the order of the model."""
    return "".join(f"{line}\n" for line in _map(content, model))


def _map(content: Mapping[str, Any], model: type[Map] | None) -> Iterator[str]:
    """The lines of a map."""
    known = shapes(model) if model is not None else {}
    for key in [*known, *(key for key in content if key not in known)]:
        value = content.get(key)
        required = model is not None and key in known and model.model_fields[key].is_required()
        if value is None or (not required and value in ("", [], (), {})):
            continue
        shape = known.get(key)
        if isinstance(value, Mapping):
            yield f"{key}:"
            yield from _indented(_map(value, shape.model if shape else None))
        elif isinstance(value, list | tuple):
            yield from _list(key, value, shape.items if shape else None)
        else:
            yield from _scalar(key, value)


def _list(key: str, values: Iterable[Any], items: Shape | None) -> Iterator[str]:
    """The lines of a list: of maps one below the other, of words in brackets."""
    values = list(values)
    if not any(isinstance(value, Mapping) for value in values):
        yield f"{key}: [{', '.join(_quoted(_text(value), in_brackets=True) for value in values)}]"
        return
    yield f"{key}:"
    for value in values:
        first, *rest = _map(value, items.model if items else None)
        yield f"  - {first}"
        yield from _indented(rest, "    ")


def _scalar(key: str, value: object) -> Iterator[str]:
    """The lines of a text: a block where it has several lines."""
    text = _text(value)
    lines = text.split("\n")
    if len(lines) > 1 and text == text.strip() and all(line.isprintable() for line in lines):
        yield f"{key}: |"
        yield from _indented(lines)
    else:
        yield f"{key}: {_quoted(text)}"


def _indented(lines: Iterable[str], by: str = "  ") -> Iterator[str]:
    return (f"{by}{line}" if line else "" for line in lines)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str, *, in_brackets: bool = False) -> str:
    """The text, in quotes where it would be misread without."""
    if not text.isprintable():
        return '"' + "".join(_escaped(character) for character in text) + '"'
    plain = _PLAIN.fullmatch(text) and not _MISREAD.search(text)
    if plain and (not in_brackets or _PLAIN_IN_BRACKETS.fullmatch(text)):
        return text
    return "'" + text.replace("'", "''") + "'"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
