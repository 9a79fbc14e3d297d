"""The commands of the supervision cycle, each built from the rows of the workflow's table.

``getattr(qplan.cli.commands.workflow, "accept")`` is the command ``accept``: its options are the fields that its
steps take, its help says who may take it and from which state to which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from qplan import i18n
from qplan.cli.commands.update import Ids, Request, Version, parse_progress, perform, several
from qplan.cli.options import Option, Parameter, details
from qplan.cli.settings import Context, parse_date
from qplan.core.workflow import ROLES, STATUS, VERBS, Transition, option
from qplan.errors import BadInput
from qplan.i18n import N_, _, joined, pick


class Given(NamedTuple):
    """An option that gives a field: how it is shown, and how its text is read."""

    metavar: str
    help: str
    read: Callable[[Any], Any] | None = None
    short: str = ""
    many: bool = False


FIELDS: dict[str, Given] = {
    "progress": Given("0-100", N_("Percent done."), parse_progress, "-p"),
    "note": Given("TEXT", N_("In words; the event keeps it."), None, "-m"),
    "difficulty": Given("TEXT", N_("What hinders the work.")),
    "needs": Given("TEXT", N_("What help is needed.")),
    "next_step": Given("TEXT", N_("The next step.")),
    "evidence": Given(
        "FILE|URL|NO", N_("Evidence: a file, an address or a document number; may be given several times."), several, "",
        True,
    ),
    "owner": Given("NAME", N_("The responsible person.")),
    "contact": Given("TEXT", N_("How to reach them.")),
    "leader": Given("NAME", N_("The leader in charge.")),
    "lead": Given("DEPT", N_("The lead department.")),
    "support": Given("DEPT", N_("A supporting department; may be given several times."), None, "", True),
    "reason": Given("TEXT", N_("The reason.")),
    "document": Given("NO", N_("The number of the approving document.")),
    "to": Given("DATE", N_("The new deadline."), lambda text: parse_date(text, "--to")),
    "level": Given("LEVEL", N_("Another level than the next one of the ladder.")),
    "answer_by": Given("DATE", N_("The day by which an answer is due."), lambda text: parse_date(text, "--answer-by")),
}  # fmt: skip


def __getattr__(name: str) -> Callable[..., None]:
    """The function of a command of the cycle."""
    if name not in VERBS:
        raise AttributeError(name)
    return command(name)


def command(verb: str) -> Callable[..., None]:
    """Build the command of a verb from its steps."""
    steps = VERBS[verb]
    names = fields(steps)

    def run(ctx: Context, ids: list[str], if_version: Any, request_id: Any, **texts: Any) -> None:
        refuse = texts.pop("refuse", False)
        given = {name: _read(name, text) for name, text in texts.items() if text not in (None, [])}
        if refuse and "to" in given:
            raise BadInput(_("--refuse and --to exclude each other; give one of them."))
        perform(ctx, ids, "refuse" if refuse else verb, given, if_version, request_id)

    takes = [
        Parameter("ids", Ids),
        *(Parameter(name, _option(name), None) for name in names),
        Parameter("if_version", Version, None),
        Parameter("request_id", Request, None),
    ]
    if any(step.action == "refuse" for step in steps):
        refuse = Annotated[bool, Option("--refuse", help=_("Refuse the extension that was asked for."))]
        takes.insert(1, Parameter("refuse", refuse, False))
    run.__name__ = verb
    run.__doc__ = steps[0].label[0]
    run.parameters = takes  # type: ignore[attr-defined]
    return details("\n\n".join(map(told, steps)))(run)


def fields(steps: tuple[Transition, ...]) -> list[str]:
    """The fields that some step of a command takes, the required ones first."""
    required = [name for step in steps for name in step.requires]
    accepted = [name for step in steps for name in step.accepts]
    return list(dict.fromkeys([*required, "note", *accepted]))


def told(step: Transition) -> str:
    """A step in a sentence: who, from which state to which, what it needs."""
    text = _("{action}: by {roles}, when “{states}”").format(
        action=pick(step.label),
        roles=joined(pick(ROLES[role]) for role in step.roles),
        states=joined(pick(STATUS[state]) for state in step.states),
    )
    if step.to:
        text += _("; it is “{to}” then").format(to=pick(STATUS[step.to]))
    if step.requires:
        text += _("; it needs {options}").format(options=joined(map(option, step.requires)))
    return text + ("。" if i18n.language == "zh" else ".")


def _option(name: str) -> Any:
    given = FIELDS[name]
    names = [option(name), *([given.short] if given.short else [])]
    shown = Option(*names, metavar=given.metavar, help=_(given.help))
    return Annotated[list[str] | None if given.many else str | None, shown]


def _read(name: str, text: Any) -> Any:
    read = FIELDS[name].read
    return text if read is None else read(text)
