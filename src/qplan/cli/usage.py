"""Typer's usage errors in our words: what is wrong, the nearest right word, in both languages."""

from __future__ import annotations

import re
from typing import Any

from qplan.i18n import N_, _, sentences

# What Typer's types say of a bad value -> how we say it.
_VALUES: tuple[tuple[str, str], ...] = (
    (r"'(?P<value>.*)' is not a valid int(?:eger| range)\.?", N_("“{value}” is not a whole number")),
    (r"'(?P<value>.*)' is not a valid float(?: range)?\.?", N_("“{value}” is not a number")),
    (r"(?P<value>\S+) is not in the range (?P<range>.*?)\.?", N_("{value} is not within {range}")),
    (r"'(?P<value>.*)' is not one of (?P<known>.*?)\.?", N_("“{value}” is none of {known}")),
    (r"\w+ '(?P<value>.*)' does not exist\.?", N_("there is no “{value}”")),
    (r"\w+ '(?P<value>.*)' is a directory\.?", N_("“{value}” is a folder")),
    (r"\w+ '(?P<value>.*)' is not readable\.?", N_("“{value}” cannot be read")),
)


def sentence(error: Any, path: str) -> str:
    """The sentence for a usage error of the command ``path``, and where its help is."""
    ctx = getattr(error, "ctx", None)
    path = getattr(ctx, "command_path", "") or path
    help_line = _("See: {command} --help").format(command=path)
    return f"{path}: {_what(error)}\n{help_line}"


def _what(error: Any) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _no_option(error)
    if kind == "MissingParameter":
        return _("{what} is missing.").format(what=_name(error))
    if kind == "BadOptionUsage":
        if "requires" in error.message:
            return _("{option} needs a value.").format(option=error.option_name)
        return _("{option} takes no value.").format(option=error.option_name)
    if kind == "BadParameter":
        return f"{_name(error)}: {_value(error.message)}."
    extra = re.fullmatch(
        r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)", error.format_message()
    )
    if extra:
        return _("too many words: {words}.").format(words=extra["words"])
    return str(error.format_message())


def _no_option(error: Any) -> str:
    from difflib import get_close_matches

    command = getattr(error.ctx, "command", None)
    known = [
        name for param in getattr(command, "params", []) for name in (*param.opts, *param.secondary_opts)
    ]
    near = get_close_matches(error.option_name, [name for name in known if name.startswith("--")], 2, 0.7)
    told = _("there is no option {option}.").format(option=error.option_name)
    if near:
        told = sentences(told, _("Did you mean {names}?").format(names=_(" or ").join(near)))
    return told


def _name(error: Any) -> str:
    param = error.param
    if param is None:
        return str(error.param_hint or "")
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or (param.name or "").upper()).strip("[]").rstrip(".…")


def _value(message: str) -> str:
    for pattern, ours in _VALUES:
        found = re.fullmatch(pattern, message)
        if found:
            return _(ours).format(**found.groupdict())
    return message.rstrip(".")
