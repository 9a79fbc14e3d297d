"""How Typer's help pages look: nothing cut, titles in the language in use."""

from __future__ import annotations

import os
import sys
from typing import Any

from qplan.cli.examples import examples
from qplan.i18n import _, labelled


def with_examples(path: str, help: str | None) -> str:
    """Return the help of a command (``qplan milestone``) with its examples before all that follows its first line."""
    lines = examples(path.partition(" ")[2])
    first, _blank, rest = (help or "").partition("\n\n")
    # a paragraph that begins with \b is not wrapped
    shown = ["\b\n" + "\n".join([labelled(_("Examples"), "").rstrip(), *lines])] if lines else []
    return "\n\n".join(filter(None, (first, *shown, rest)))


def prepare() -> None:
    """Let Typer's tables fold text, where they would cut Chinese with an ellipsis, and translate its titles."""
    try:
        from rich import table as tables
        from rich.columns import Columns
        from rich.console import Console
        from rich.text import Text
        from typer import rich_utils as typer_help
    except ImportError:
        return  # Typer then writes plain help

    rich_utils: Any = typer_help

    class Folding(tables.Table):
        """A table whose columns fold."""

        def add_row(self, *cells: Any, **options: Any) -> None:
            super().add_row(*cells, **options)
            for column in self.columns:
                column.overflow = "fold"

    def together(parts: list[Any]) -> Any:
        # rich.columns.Columns has a table of its own inside, which cuts
        return Text(" ").join(parts) if all(isinstance(part, Text) for part in parts) else Columns(parts)

    def broken_pipe(console: Any) -> None:
        # Rich would end the process with 1; a reader who stops early is no error
        raise BrokenPipeError

    Console.on_broken_pipe = broken_pipe  # type: ignore[method-assign,assignment]
    rich_utils.Table = Folding
    rich_utils.Columns = together
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    if os.environ.get("NO_COLOR") or "--no-color" in sys.argv:
        rich_utils.COLOR_SYSTEM = None
