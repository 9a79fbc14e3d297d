"""docs/cli.md and its Chinese page, from the commands. ``make generate`` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from qplan import i18n
from qplan.cli.app import app
from qplan.cli.examples import examples
from qplan.cli.lazy import LazyGroup, program
from qplan.cli.selection import PANEL
from qplan.i18n import _, labelled

#: Language -> the note, what the filters are, the headings of a table.
WORDS = {
    "en": (
        "Generated from the commands by make generate; do not edit.",
        "Filters of tasks, which every action on tasks takes too.",
        "| option | given as | meaning |",
    ),
    "zh": (
        "由 make generate 依据各命令生成，请勿手工修改。",
        "tasks 的筛选条件，办理事项的各命令同样适用。",
        "| 选项 | 写法 | 含义 |",
    ),
}


def reference(lang: str) -> str:
    """Return the whole reference in a language."""
    i18n.use(lang)
    group = program(app)
    note, about_filters, _headings = WORDS[lang]
    lines = ["# " + _("Commands"), "", note, ""]
    panel = ""
    for command in visible_commands(group):
        if command.rich_help_panel != panel:
            panel = command.rich_help_panel
            lines += ["## " + panel, ""]
        lines += described(f"qplan {command.name}", command)
    filters = list(filter(is_filter, group.get_command(None, "tasks").params))
    lines += ["## " + _(PANEL), "", about_filters, ""]
    lines += [*_table(map(row_of, filters)), ""]
    return "\n".join([*lines, "## " + _("Shared options"), "", *_table(map(row_of, group.common)), ""])


def visible_commands(group: LazyGroup) -> list[Any]:
    """Return the commands of a group that its help page lists."""
    commands = [group.get_command(None, name) for name in group.list_commands(None)]
    return [command for command in commands if not command.hidden]


def described(path: str, command: Any) -> list[str]:
    """Return the lines on a command: usage, help, its own arguments and options; those of a group's commands."""
    own = [param for param in command.params if param.name not in command.shared]
    arguments = [param for param in own if param.param_type_name == "argument"]
    options = [param for param in own if param.param_type_name == "option"]
    usage = " ".join([path, *(argument.metavar for argument in arguments), _("[OPTIONS]")])
    lines = [f"### {path}", "", f"`{usage}`", "", command.help.strip(), ""]
    if shown := examples(path.partition(" ")[2]):
        lines += ["```", *shown, "```", ""]
    if isinstance(command, LazyGroup):
        return lines + [
            line for inner in visible_commands(command) for line in described(f"{path} {inner.name}", inner)
        ]
    rows = [(argument.metavar, "", argument.help) for argument in arguments]
    rows += [row_of(option) for option in options if not is_filter(option)]
    if rows:
        lines += [*_table(rows), ""]
    if filters := ", ".join(f"`{option.opts[0]}`" for option in options if is_filter(option)):
        lines += [labelled(_(PANEL), filters), ""]
    taken = ", ".join(f"`{param.opts[0]}`" for param in command.params if param.name in command.shared)
    return [*lines, labelled(_("Shared options"), taken), ""]


def is_filter(option: Any) -> bool:
    """Return whether an option selects the tasks that a command is about."""
    return bool(option.rich_help_panel == _(PANEL))


def row_of(option: Any) -> tuple[str, str, str]:
    """Return the cells of an option's row."""
    return ", ".join(option.opts), "" if option.is_flag else option.metavar, option.help


def _table(rows: Any) -> Iterator[str]:
    yield WORDS[i18n.language][2]
    yield "|---|---|---|"
    for names, value, meaning in rows:
        shown = f"`{value}`".replace("|", "\\|") if value else ""
        yield f"| `{names}` | {shown} | {meaning.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    sys.stdout.write(reference(sys.argv[1]))
