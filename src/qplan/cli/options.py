"""Options that several commands take: the shared ones, and the types of a few parameters."""

import re
from functools import partial
from typing import Annotated, Any

import typer

from qplan.cli import completion
from qplan.i18n import N_, N_p, pgettext

#: What a command does to the ledger; it determines which of the shared options it takes.
READ, WRITE, OTHER = "read", "write", "other"

#: The help panel of the shared options.
PANEL = N_("Shared options")


def argument(help: str, metavar: str, **more: Any) -> Any:
    """An argument of a command: its help, which is marked for translation, and what people write."""
    return typer.Argument(metavar=metavar, help=help, **more)


def option(help: str, metavar: str, *names: str, **more: Any) -> Any:
    """An option of a command: its help, what people write, and its names where they are not the parameter's."""
    return typer.Option(*names, metavar=metavar, help=help, **more)


def flag(help: str, *names: str, **more: Any) -> Any:
    """An option without a value."""
    return typer.Option(*names, help=help, **more)


shared_option = partial(option, rich_help_panel=PANEL)
shared_flag = partial(flag, rich_help_panel=PANEL)


def shared_options(
    as_of: Annotated[
        str | None,
        shared_option("Show the ledger as it stood on that day, lateness included.", "DATE"),
    ] = None,
    at_seq: Annotated[
        str | None,
        shared_option("Show the ledger as it stood after that journal entry.", "N"),
    ] = None,
    on: Annotated[
        str | None,
        shared_option("The day on which it took effect, for a late report.", "DATE"),
    ] = None,
    dry_run: Annotated[
        bool,
        shared_flag("Say what would change and write nothing.", "--dry-run"),
    ] = False,
    yes: Annotated[bool, shared_flag("Do not ask.", "--yes", "-y")] = False,
    format: Annotated[
        str | None,
        shared_option(
            "Format of the output: table, json, csv, tsv, md, html …",
            "FORMAT",
            "--format",
            "-f",
            autocompletion=completion.formats,
        ),
    ] = None,
    out: Annotated[
        str | None,
        shared_option("Write to this file; its suffix gives the format.", "FILE", "--out", "-o"),
    ] = None,
    ledger: Annotated[
        list[str] | None,
        shared_option(
            "The ledger: a file, or a postgresql:// address. Lists take several: given more than once, a folder, a pattern.",
            "PATH|URL",
        ),
    ] = None,
    actor: Annotated[
        str | None,
        shared_option("Who acts, and for which department; without @DEPT for the office.", "NAME[@DEPT]"),
    ] = None,
    lang: Annotated[
        str | None,
        shared_option("Language of messages and headings.", "zh|en"),
    ] = None,
    quiet: Annotated[
        bool,
        shared_flag("No notices on the error stream.", "--quiet", "-q"),
    ] = False,
    no_color: Annotated[bool, shared_flag("No colour.", "--no-color")] = False,
    no_pager: Annotated[
        bool, shared_flag("No pager for what is longer than the terminal.", "--no-pager")
    ] = False,
    debug: Annotated[bool, shared_flag("Show the traceback of an error.", "--debug")] = False,
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


def dept_option(
    help: str = N_("Department: id, name, alias or part."), metavar: str = "DEPT", **more: Any
) -> Any:
    """The option of a department."""
    return option(help, metavar, "--dept", "-d", autocompletion=completion.departments, **more)


#: The department that a list is about, and those of a list that takes several.
Dept = Annotated[str | None, dept_option()]
Depts = Annotated[list[str] | None, dept_option()]
#: The order of a list of tasks.
Sort = Annotated[str, option("plan, deadline, lead, status, progress or update.", "KEY")]

#: The columns of a list of tasks.
Columns = Annotated[
    str | None,
    option(
        "The columns, by key or heading, such as id,title,lead,deadline,note; all of them: all.",
        "KEY,KEY…|all",
        "--columns",
    ),
]
#: A list that the config file describes.
NamedView = Annotated[
    str | None,
    option(
        "Filters, columns and order that the config file or the plan's rules keep by a name.",
        "NAME",
        "--view",
    ),
]
#: The robot of a chat group that a text is sent to.
Send = Annotated[
    str | None,
    option(
        "Send the text of each letter to the chat group whose robot the config file has.",
        "[wecom|dingtalk|feishu]",
        "--send",
    ),
]
#: The deadline that lateness is counted against.
Against = Annotated[
    str,
    option("Count against the deadline in force, or the first one.", "deadline|original"),
]
#: The most lines that a list has.
Limit = Annotated[str | None, option("At most so many.", "N", "--limit", "-n")]
#: A command that only says what it would do, where the shared options have none.
DryRun = Annotated[bool, flag("Say what would change and write nothing.", "--dry-run")]
