"""Options that several commands take: the shared ones, and the types of a few parameters."""

import re
from functools import partial
from typing import Annotated

import typer

from qplan.cli import completion
from qplan.i18n import N_, N_p, pgettext

#: What a command does to the ledger; it determines which of the shared options it takes.
READ, WRITE, OTHER = "read", "write", "other"

#: The help panel of the shared options.
PANEL = N_("Shared options")
#: Typer's option in that panel.
shared_option = partial(typer.Option, rich_help_panel=PANEL)


def shared_options(
    as_of: Annotated[
        str | None,
        shared_option(metavar="DATE", help=N_("Show the ledger as it stood on that day, lateness included.")),
    ] = None,
    at_seq: Annotated[
        str | None,
        shared_option(metavar="N", help=N_("Show the ledger as it stood after that journal entry.")),
    ] = None,
    on: Annotated[
        str | None,
        shared_option(metavar="DATE", help=N_("The day on which it took effect, for a late report.")),
    ] = None,
    dry_run: Annotated[
        bool,
        shared_option("--dry-run", help=N_("Say what would change and write nothing.")),
    ] = False,
    yes: Annotated[bool, shared_option("--yes", "-y", help=N_("Do not ask."))] = False,
    format: Annotated[
        str | None,
        shared_option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=N_("Format of the output: table, json, csv, tsv, md, html …"),
            autocompletion=completion.formats,
        ),
    ] = None,
    out: Annotated[
        str | None,
        shared_option(
            "--out", "-o", metavar="FILE", help=N_("Write to this file; its suffix gives the format.")
        ),
    ] = None,
    ledger: Annotated[
        list[str] | None,
        shared_option(
            metavar="PATH|URL",
            help=N_(
                "The ledger: a file, or a postgresql:// address. Lists take several: given more than once, a folder, a pattern."
            ),
        ),
    ] = None,
    actor: Annotated[
        str | None,
        shared_option(
            metavar="NAME[@DEPT]",
            help=N_("Who acts, and for which department; without @DEPT for the office."),
        ),
    ] = None,
    lang: Annotated[
        str | None,
        shared_option(metavar="zh|en", help=N_("Language of messages and headings.")),
    ] = None,
    quiet: Annotated[
        bool,
        shared_option("--quiet", "-q", help=N_("No notices on the error stream.")),
    ] = False,
    no_color: Annotated[bool, shared_option("--no-color", help=N_("No colour."))] = False,
    no_pager: Annotated[
        bool, shared_option("--no-pager", help=N_("No pager for what is longer than the terminal."))
    ] = False,
    debug: Annotated[bool, shared_option("--debug", help=N_("Show the traceback of an error."))] = False,
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
    "yes": (WRITE, OTHER),
    "out": (READ,),
}

#: The words of metavars, which stand for what people write.
METAVARS = (
    N_p("metavar", "ARGS"), N_p("metavar", "COMMAND"), N_p("metavar", "CONDITION"), N_p("metavar", "DATE"),
    N_p("metavar", "DAY"), N_p("metavar", "DAYS"), N_p("metavar", "DEPT"), N_p("metavar", "DIR"),
    N_p("metavar", "FIELD"), N_p("metavar", "FILE"), N_p("metavar", "FORMAT"), N_p("metavar", "HASH"),
    N_p("metavar", "HEADING"), N_p("metavar", "ID"), N_p("metavar", "KEY"), N_p("metavar", "KIND"),
    N_p("metavar", "LEVEL"), N_p("metavar", "LIGHT"), N_p("metavar", "N"), N_p("metavar", "NAME"),
    N_p("metavar", "NO"), N_p("metavar", "PACE"), N_p("metavar", "PATH"), N_p("metavar", "PERIOD"),
    N_p("metavar", "SEQ"), N_p("metavar", "SHELL"), N_p("metavar", "STATUS"), N_p("metavar", "TEXT"),
    N_p("metavar", "URL"), N_p("metavar", "VALUE"), N_p("metavar", "WEEK"), N_p("metavar", "INDICATOR"),
    N_p("metavar", "NUMBER"), N_p("metavar", "OP"), N_p("metavar", "UNIT"), N_p("metavar", "YEAR"),
)  # fmt: skip


def metavar(text: str) -> str:
    """A metavar with its words in the language in use: ``NAME[@DEPT]`` as ``姓名[@单位]``."""
    return re.sub("[A-Z]+", lambda word: pgettext("metavar", word[0]), text)


#: Options of one name and form, whose help is another one in each command.
out_option = partial(typer.Option, "--out", "-o")
dept_option = partial(
    typer.Option,
    "--dept",
    "-d",
    metavar="DEPT",
    help=N_("Department: id, name, alias or part."),
    autocompletion=completion.departments,
)
limit_option = partial(typer.Option, "--limit", "-n", metavar="N")

#: The department that a list is about, and those of a list that takes several.
Dept = Annotated[str | None, dept_option()]
Depts = Annotated[list[str] | None, dept_option()]
#: The order of a list of tasks.
Sort = Annotated[
    str, typer.Option(metavar="KEY", help=N_("plan, deadline, lead, status, progress or update."))
]

#: The columns of a list of tasks.
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="KEY,KEY…|all",
        help=N_("The columns, by key or heading, such as id,title,lead,deadline,note; all of them: all."),
    ),
]
#: A list that the config file describes.
NamedView = Annotated[
    str | None,
    typer.Option(
        "--view",
        metavar="NAME",
        help=N_("Filters, columns and order that the config file or the plan's rules keep by a name."),
    ),
]
#: The robot of a chat group that a text is sent to.
Send = Annotated[
    str | None,
    typer.Option(
        "--send",
        metavar="[wecom|dingtalk|feishu]",
        help=N_("Send the text of each letter to the chat group whose robot the config file has."),
    ),
]
#: The deadline that lateness is counted against.
Against = Annotated[
    str,
    typer.Option(
        metavar="deadline|original", help=N_("Count against the deadline in force, or the first one.")
    ),
]
#: The most lines that a list has.
Limit = Annotated[str | None, limit_option(help=N_("At most so many."))]
#: A command that only says what it would do, where the shared options have none.
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Say what would change and write nothing."))]
