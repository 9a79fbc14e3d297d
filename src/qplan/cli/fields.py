"""The options that give a field of a task, and how their texts are read."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from qplan.cli import completion
from qplan.cli.options import option
from qplan.cli.values import parse_date, parse_evidence
from qplan.core.percents import parse_percent

Progress = Annotated[str | None, option("Percent done.", "0-100", "--progress", "-p")]
Note = Annotated[str | None, option("In words; the event keeps it.", "TEXT", "--note", "-m")]
Difficulty = Annotated[str | None, option("What hinders the work.", "TEXT")]
Needs = Annotated[str | None, option("What help is needed.", "TEXT")]
NextStep = Annotated[str | None, option("The next step.", "TEXT", "--next")]
Evidence = Annotated[
    list[str] | None,
    option("Evidence: a file, an address or a document number; may be given several times.", "FILE|URL|NO", "--evidence", "-e"),
]  # fmt: skip
Owner = Annotated[str | None, option("The responsible person.", "NAME")]

#: Field -> the option that gives it.
FIELD_OPTIONS: dict[str, Any] = {
    "progress": Progress, "note": Note, "difficulty": Difficulty, "needs": Needs, "next_step": NextStep,
    "evidence": Evidence, "owner": Owner,
    "contact": Annotated[str | None, option("How to reach them.", "TEXT")],
    "leader": Annotated[str | None, option("The leader in charge.", "NAME")],
    "lead": Annotated[list[str] | None, option("The lead department; several lead jointly (a,b).", "DEPT", autocompletion=completion.departments)],
    "support": Annotated[list[str] | None, option("A supporting department; may be given several times.", "DEPT", autocompletion=completion.departments)],
    "reason": Annotated[str | None, option("The reason.", "TEXT", "--reason", "-r")],
    "document": Annotated[str | None, option("The number of the approving document.", "NO")],
    "to": Annotated[
        str | None, option("The new deadline; without it the office grants the day that was asked for.", "DATE")
    ],
}  # fmt: skip
#: Field -> how its text is read, where it is not taken as it is.
READERS: dict[str, Callable[[Any], Any]] = {
    "progress": parse_percent, "evidence": parse_evidence, "to": partial(parse_date, name="--to"),
}  # fmt: skip
