"""Usage errors of the command line: what is wrong and the nearest right word, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from qplan.i18n import _, sentences

#: Words that other programs (Taskwarrior, git, gh, todo) and people use -> the commands that do it here.
USUAL = {
    **dict.fromkeys(("list", "ls", "ll", "task", "search", "find", "grep", "all", "next"), ("tasks", "tasks --search TEXT")),
    **dict.fromkeys(("done", "close", "complete", "finish", "完成", "销号"), ("submit", "approve")),
    **dict.fromkeys(("view", "info", "cat", "get", "查看"), ("show",)),
    **dict.fromkeys(("status", "home", "st"), ("tasks --status STATUS", "summary")),
    **dict.fromkeys(("edit", "modify", "set", "change", "note", "comment", "annotate", "start"), ("update", "report")),
    **dict.fromkeys(("add", "new", "create"), ("load", "milestone add")),
    **dict.fromkeys(("init",), ("load",)),
    **dict.fromkeys(("delete", "rm", "remove", "cancel", "drop"), ("terminate", "undo")),
    **dict.fromkeys(("revert", "rollback", "reset"), ("undo",)),
    **dict.fromkeys(("history", "journal", "events"), ("log",)),
    **dict.fromkeys(("late", "due", "逾期"), ("overdue", "tasks --due-within DAYS")),
    **dict.fromkeys(("week", "周报"), ("weekly",)),
    **dict.fromkeys(("reject",), ("return", "extend --refuse")),
    **dict.fromkeys(("delay", "postpone", "延期"), ("extend",)),
    **dict.fromkeys(("remind", "nudge", "催办"), ("urge",)),
    **dict.fromkeys(("projects", "users", "departments", "units"), ("depts",)),
    **dict.fromkeys(("stats", "count", "burndown", "report-summary"), ("summary", "dashboard")),
    **dict.fromkeys(("validate", "lint"), ("check", "verify")),
    **dict.fromkeys(("upgrade", "migrate"), ("doctor --upgrade",)),
    **dict.fromkeys(("settings",), ("config",)),
}  # fmt: skip


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


def misspelt_option(params: Sequence[Any], words: Sequence[str]) -> str | None:
    """Return the sentence for a long option with one dash (``-overdue``), which would give the value of a
    short one; None where there is none.
    """
    known = {name for param in params if param.param_type_name == "option" for name in param.opts}
    for word in words:
        if word == "--":
            break
        option = f"-{word.partition('=')[0]}"
        if len(word) > 2 and word[0] == "-" and word[1] != "-" and option in known:
            return sentences(
                _("there is no option {option}.").format(option=word),
                _("Did you mean {names}?").format(names=option),
            )
    return None


def too_many(ctx: Any, words: Sequence[str]) -> str:
    """Return the sentence for words that a command does not take."""
    return located(ctx, _("too many words: {words}.").format(words=" ".join(words)))


def unknown_command(name: str, commands: Mapping[str, Any]) -> str:
    """Return the sentence for a command that does not exist, with the nearest ones."""
    import re
    from difflib import get_close_matches

    visible = [known for known, entry in commands.items() if not entry.hidden]
    near = get_close_matches(name.lower(), visible, 3, 0.6)
    usual = [meant for meant in USUAL.get(name.lower(), ()) if meant.split()[0] in commands]
    if usual:
        hint = _("Use: {commands}").format(commands=_(" or ").join(f"qplan {meant}" for meant in usual))
    elif near:
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
