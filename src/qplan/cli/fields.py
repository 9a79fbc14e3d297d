"""The options that give a field of a task, and how their texts are read."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from qplan.cli import completion
from qplan.cli.values import parse_date, parse_evidence
from qplan.core.percents import parse_percent
from qplan.i18n import N_

note_option = partial(typer.Option, "--note", "-m", metavar="TEXT")
text_option = partial(typer.Option, metavar="TEXT")
depts_option = partial(typer.Option, metavar="DEPT", autocompletion=completion.departments)

Progress = Annotated[str | None, typer.Option("--progress", "-p", metavar="0-100", help=N_("Percent done."))]
Note = Annotated[str | None, note_option(help=N_("In words; the event keeps it."))]
Difficulty = Annotated[str | None, text_option(help=N_("What hinders the work."))]
Needs = Annotated[str | None, text_option(help=N_("What help is needed."))]
NextStep = Annotated[str | None, text_option("--next", help=N_("The next step."))]
Evidence = Annotated[
    list[str] | None,
    typer.Option(
        "--evidence", "-e", metavar="FILE|URL|NO",
        help=N_("Evidence: a file, an address or a document number; may be given several times."),
    ),
]  # fmt: skip
Owner = Annotated[str | None, typer.Option(metavar="NAME", help=N_("The responsible person."))]

#: Field -> the option that gives it.
FIELDS: dict[str, Any] = {
    "progress": Progress, "note": Note, "difficulty": Difficulty, "needs": Needs, "next_step": NextStep,
    "evidence": Evidence, "owner": Owner,
    "contact": Annotated[str | None, text_option(help=N_("How to reach them."))],
    "leader": Annotated[str | None, typer.Option(metavar="NAME", help=N_("The leader in charge."))],
    "lead": Annotated[list[str] | None, depts_option(help=N_("The lead department; several lead jointly (a,b)."))],
    "support": Annotated[list[str] | None, depts_option(help=N_("A supporting department; may be given several times."))],
    "reason": Annotated[str | None, text_option("--reason", "-r", help=N_("The reason."))],
    "document": Annotated[str | None, typer.Option(metavar="NO", help=N_("The number of the approving document."))],
    "to": Annotated[
        str | None, typer.Option(metavar="DATE", help=N_("The new deadline; without it the office grants the day that was asked for."))
    ],
}  # fmt: skip
#: Field -> how its text is read, where it is not taken as it is.
READERS: dict[str, Callable[[Any], Any]] = {
    "progress": parse_percent, "evidence": parse_evidence, "to": partial(parse_date, name="--to"),
}  # fmt: skip
