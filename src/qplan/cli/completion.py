"""What the shell's completion offers: Typer's ``autocompletion`` callbacks of our options and arguments.

Typer asks for what begins with the text that is typed and drops everything else; so an id is offered
in the case in which it is typed, and a department or a status by its code or by its label.
"""

import re
from collections.abc import Iterable, MutableMapping
from typing import Any

import typer

from qplan import i18n
from qplan.cli import settings

#: What a completion offers: each value with its description.
Items = list[tuple[str, str]]


def prepare(environ: MutableMapping[str, str]) -> None:
    """Register Typer's shells, and give them what they cannot read themselves."""
    from typer import _completion_classes

    shells: Any = _completion_classes
    shells.completion_init()
    shells.add_completion_class(quoting(shells.BashComplete), "bash")
    for name, shell in (
        ("zsh", shells.ZshComplete), ("fish", shells.FishComplete),
        ("powershell", shells.PowerShellComplete), ("pwsh", shells.PowerShellComplete),
    ):  # fmt: skip
        shells.add_completion_class(replacing_words(shell), name)
    # Typer would import Rich to take markup out of descriptions; ours have none.
    shells._sanitize_help_text = str
    # Bash passes "--dept=sc" as three words.
    line, joined = re.subn(r"(\s--[\w-]+) = ", r"\1 ", environ.get("COMP_WORDS", ""))
    if joined:
        environ["COMP_WORDS"] = line
        environ["COMP_CWORD"] = str(int(environ.get("COMP_CWORD", "0")) - joined)


def quoting(shell: Any) -> Any:
    """Return Typer's completion of Bash, which inserts what it is offered as it is, with quotes where needed."""

    class Quoting(shell):  # type: ignore[misc]
        def format_completion(self, item: Any) -> str:
            return re.sub(r"([\s()<>|;&*?\[\]!])", r"\\\1", str(super().format_completion(item)))

    return Quoting


def replacing_words(shell: Any) -> Any:
    """Return a shell's completion that offers whole words: ``--dept=scjg`` where ``--dept=sc`` was typed."""

    class Replacing(shell):  # type: ignore[misc]
        def get_completions(self, args: list[str], incomplete: str) -> Any:
            option, sign, _value = incomplete.partition("=")
            offered = super().get_completions(args, incomplete)
            for item in offered:
                if sign and option.startswith("-"):
                    item.value = f"{option}={item.value}"
            return offered

    return Replacing


def words_typed(environ: MutableMapping[str, str]) -> list[str]:
    """Return the words of the line that is completed."""
    return (environ.get("COMP_WORDS") or environ.get("_TYPER_COMPLETE_ARGS", "")).split()


def tasks(ctx: typer.Context, incomplete: str) -> Items:
    """Ids of tasks; after a slash those of a task's milestones."""
    return ids(ctx, "milestones" if "/" in incomplete else "tasks", incomplete)


def indicators(ctx: typer.Context, incomplete: str) -> Items:
    """Ids of indicators."""
    return ids(ctx, "indicators", incomplete)


def milestones(ctx: typer.Context, incomplete: str) -> Items:
    """Ids of what ``qplan milestone`` acts on: a task to add to, else milestones."""
    return ids(ctx, "tasks" if ctx.params.get("action") == "add" else "milestones", incomplete)


def departments(ctx: typer.Context, incomplete: str) -> Items:
    """Departments by id, name or another name of theirs."""
    from qplan.ledger.suggestions import suggestions

    found = suggestions(place(ctx), "departments")
    others = suggestions(place(ctx), "aliases")
    return labelled(found, incomplete) or [
        described(alias, ident)
        for ident, aliases in others
        for alias in aliases.split()
        if alias.startswith(incomplete)
    ]


def levels(ctx: typer.Context, incomplete: str) -> Items:
    """Escalation levels of the plan, by code or label."""
    from qplan.ledger.suggestions import levels

    return labelled([(level.level, level.label) for level in levels(place(ctx))], incomplete)


def statuses(incomplete: str) -> Items:
    """Statuses, by code or label."""
    from qplan.core.workflow import STATUS, status_label

    return labelled([(code, status_label(code)) for code in STATUS], incomplete)


def kinds(incomplete: str) -> Items:
    """Steps of the workflow, by which entries of the journal are asked for, by code or label."""
    from qplan.core.workflow import BY_ACTION, action_label

    return labelled([(action, action_label(step)) for action, step in BY_ACTION.items()], incomplete)


def lights(incomplete: str) -> Items:
    """Lights, by code or label."""
    from qplan.core.calendar import LIGHTS, light_label

    return labelled([(code, light_label(code)) for code in LIGHTS], incomplete)


def paces(incomplete: str) -> Items:
    """Paces, by code or label."""
    from qplan.core.pace import PACES, pace_label

    return labelled([(code, pace_label(code)) for code in PACES], incomplete)


def formats() -> Items:
    """Formats of the output."""
    from qplan.render import FORMATS

    return [(name, " ".join(known.suffixes)) for name, known in FORMATS.items()]


def milestone_actions() -> Items:
    """What ``qplan milestone`` does."""
    return [
        ("add", i18n.pgettext("milestone", "add to a task")),
        ("done", i18n.pgettext("milestone", "report done")),
        ("move", i18n.pgettext("milestone", "move")),
    ]


def ids(ctx: typer.Context, kind: str, incomplete: str) -> Items:
    """Ids of a kind of record, in the case in which their beginning is typed."""
    from qplan.ledger.suggestions import suggestions

    start = incomplete.upper()
    if "/" in start:  # T2.1/m1: the id of a milestone ends in lower case
        task, _slash, own = start.partition("/")
        start = f"{task}/{own.lower()}"
    found = suggestions(place(ctx), kind, start)
    return [described(incomplete + ident[len(incomplete) :], title) for ident, title in found]


def labelled(pairs: Iterable[tuple[str, str]], incomplete: str) -> Items:
    """Codes that begin as typed, with their labels; labels that do, with their codes."""
    pairs = list(pairs)
    codes = [
        described(incomplete + code[len(incomplete) :], label)
        for code, label in pairs
        if code.startswith(incomplete.lower())
    ]
    return codes or [described(label, code) for code, label in pairs if label.startswith(incomplete)]


def described(value: str, text: str) -> tuple[str, str]:
    """A value with its description, free of what a shell's script would expand or end a quotation at."""
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return value, re.sub(r"['\"$`\\]", " ", printable).strip()


def place(ctx: typer.Context) -> str:
    """Where the ledger is that the line names, or the usual one."""
    config = settings.sound_config()
    return settings.ledger_place(next(iter(ctx.params.get("ledger") or ()), None), config)
