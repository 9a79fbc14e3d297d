"""Options that several commands take: the shared ones, and the types of a few parameters."""

from __future__ import annotations

from typing import Annotated

import typer

from qplan.cli import completion
from qplan.i18n import N_

#: What a command does to the ledger; it determines which of the shared options it takes.
READ, WRITE, KEEP = "read", "write", "keep"

#: The help panel of the shared options.
PANEL = N_("Shared options")


def shared_options(
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help=N_("Show the ledger as it stood on that day, lateness included."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    at_seq: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help=N_("Show the ledger as it stood after that journal entry."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help=N_("The day on which it took effect, for a late report."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=N_("Say what would change and write nothing."), rich_help_panel=PANEL),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=N_("Do not ask."), rich_help_panel=PANEL)] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=N_("Format of the output: table, json, csv, tsv, md, html …"),
            autocompletion=completion.formats,
            rich_help_panel=PANEL,
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=N_("Write to this file; its suffix gives the format."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL",
            help=N_("The ledger: a file, or a postgresql:// address."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[@DEPT]",
            help=N_("Who acts, and for which department; the office by default."),
            rich_help_panel=PANEL,
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(metavar="zh|en", help=N_("Language of messages and headings."), rich_help_panel=PANEL),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help=N_("No notices on the error stream."), rich_help_panel=PANEL),
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help=N_("No colour."), rich_help_panel=PANEL)
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show the traceback of an error."), rich_help_panel=PANEL)
    ] = False,
) -> None:
    """Declare the options that the program and its commands share; this is their only declaration.

    An option that is new here is taken by every command unless :data:`TAKEN_BY` restricts it, and
    its value is a field of :class:`qplan.cli.session.Session`.
    """


#: Shared options that only some kinds of commands take.
TAKEN_BY = {
    "as_of": (READ,),
    "at_seq": (READ,),
    "on": (WRITE,),
    "dry_run": (WRITE,),
    "yes": (WRITE, KEEP),
    "out": (READ,),
}

#: The department that a list is about.
Dept = Annotated[
    str | None,
    typer.Option(
        "--dept",
        "-d",
        metavar="DEPT",
        help=N_("Department: id, name, alias or part."),
        autocompletion=completion.departments,
    ),
]
