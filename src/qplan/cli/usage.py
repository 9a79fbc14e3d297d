"""Usage errors of the command line: what is wrong and the nearest right word, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from qplan.i18n import _, sentences


@contextmanager
def errors_of(ctx: Any) -> Iterator[None]:
    """Let each usage error know the command that it concerns, which Typer's parser leaves out of some."""
    try:
        yield
    except typer.TyperException as error:
        error.ctx = getattr(error, "ctx", None) or ctx  # type: ignore[attr-defined]
        raise


def sentence(error: Any) -> str:
    """Return the sentence for one of Typer's usage errors, and where the command's help is."""
    ctx = getattr(error, "ctx", None)
    return located(ctx, _problem(error)) if ctx is not None else str(error)


def located(ctx: Any, problem: str) -> str:
    """Return a problem after the command's name, and where the command's help is."""
    help_line = _("See: {command} --help").format(command=ctx.command_path)
    return f"{ctx.command_path}: {problem}\n{help_line}"


def too_many(ctx: Any, words: Sequence[str]) -> str:
    """Return the sentence for words that a command does not take."""
    return located(ctx, _("too many words: {words}.").format(words=" ".join(words)))


def unknown_command(name: str, commands: Mapping[str, Any]) -> str:
    """Return the sentence for a command that does not exist, with the nearest ones."""
    import re
    from difflib import get_close_matches

    visible = [known for known, entry in commands.items() if not entry.hidden]
    near = get_close_matches(name.lower(), visible, 3, 0.5)
    if near:
        hint = _("Did you mean {names}?").format(names=_(" or ").join(near))
    elif re.fullmatch(r"[A-Za-z]\d+(\.\d+)*", name):
        hint = _("To see a task: qplan show {id}").format(id=name)
    else:
        hint = _("See: qplan --help")
    return sentences(_("There is no command “{name}”.").format(name=name), hint)


def _problem(error: Any) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _no_option(error)
    if kind == "MissingParameter":
        return _("{what} is missing.").format(what=name_of(error.param))
    if kind == "BadOptionUsage":
        takes_value = not any(
            param.is_flag for param in error.ctx.command.params if error.option_name in param.opts
        )
        text = _("{option} needs a value.") if takes_value else _("{option} takes no value.")
        return text.format(option=error.option_name)
    return str(error.format_message())


def _no_option(error: Any) -> str:
    from difflib import get_close_matches

    known = [name for param in error.ctx.command.params for name in (*param.opts, *param.secondary_opts)]
    near = get_close_matches(error.option_name, [name for name in known if name.startswith("--")], 2, 0.7)
    problem = _("there is no option {option}.").format(option=error.option_name)
    if near:
        return sentences(problem, _("Did you mean {names}?").format(names=_(" or ").join(near)))
    return problem


def name_of(param: Any) -> str:
    """Return how an option or an argument is called on the command's help page."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or (param.name or "").upper()).strip("[]").rstrip(".…")
