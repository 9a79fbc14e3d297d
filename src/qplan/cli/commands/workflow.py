"""The commands of the supervision cycle, each built from the rows of the workflow's table.

``getattr(qplan.cli.commands.workflow, "accept")`` is the command ``accept``: its options are the fields that its
steps take, its help says who may take it and from which state to which.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

from qplan import i18n
from qplan.cli.commands.update import FIELD_OPTIONS, READERS, Ids, NoCopy, Request, Version, perform
from qplan.cli.options import flag
from qplan.cli.output import asks
from qplan.cli.selection import Selection, with_filters
from qplan.cli.session import Context
from qplan.core.workflow import VERBS, Transition, action_label, option, role_label, status_label
from qplan.errors import BadInput
from qplan.i18n import _, joined

Refuse = Annotated[bool, flag("Refuse the extension that was asked for.", "--refuse")]


def __getattr__(name: str) -> Callable[..., None]:
    """The function of a command of the cycle."""
    if name not in VERBS:
        raise AttributeError(name)
    return command(name)


def command(verb: str) -> Callable[..., None]:
    """Return the function of the command of a verb from its steps."""
    steps = VERBS[verb]
    names = fields(steps)

    def run(
        ctx: Context, selection: Selection, ids: list[str] | None, if_version: Any, request_id: Any, **texts: Any
    ) -> None:  # fmt: skip
        ctx.obj = ctx.obj._replace(copy_evidence=not texts.pop("no_copy", False))
        refuse = texts.pop("refuse", False)
        given = {
            name: READERS[name](text) if name in READERS else text
            for name, text in texts.items()
            if text not in (None, [])
        }
        if refuse and "to" in given:
            raise BadInput(_("--refuse and --to exclude each other; give one of them."))
        if verb == "report" and not given and not ctx.obj.yes and asks():
            from qplan.cli.interview import interview

            interview(ctx.obj, ids or (), selection, request_id)
            return
        perform(
            ctx.obj, ids, "refuse" if refuse else verb, given, if_version, request_id, selection=selection
        )

    annotations: dict[str, Any] = {name: FIELD_OPTIONS[name] for name in names}
    if any(step.action == "refuse" for step in steps):
        annotations = {"refuse": Refuse, **annotations}
    if "evidence" in annotations:
        annotations["no_copy"] = NoCopy
    annotations |= {"if_version": Version, "request_id": Request}
    parameters = [
        _parameter("ctx", Context),
        _parameter("ids", Ids, None),
        _parameter("selection", Selection),
    ]
    parameters += [
        _parameter(name, note, False if note in (Refuse, NoCopy) else None)
        for name, note in annotations.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {}
    needed = set.intersection(*(set(step.requires) for step in steps))
    run.required = needed  # type: ignore[attr-defined]
    run.help_details = "\n\n".join(map(described, steps))  # type: ignore[attr-defined]
    return with_filters()(run)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def fields(steps: tuple[Transition, ...]) -> list[str]:
    """Return the fields that some step of a command takes, the required ones first."""
    required = [name for step in steps for name in step.requires]
    accepted = [name for step in steps for name in step.accepts]
    return list(dict.fromkeys([*required, "note", *accepted]))


def described(step: Transition) -> str:
    """Return a step in a sentence: who, from which state to which, what it needs."""
    text = _("{action}: by {roles}, when “{states}”").format(
        action=action_label(step),
        roles=joined(map(role_label, step.roles)),
        states=joined(map(status_label, step.states)),
    )
    if step.to:
        text += _("; it is “{to}” then").format(to=status_label(step.to))
    if step.requires:
        text += _("; it needs {options}").format(options=joined(map(option, step.requires)))
    return text + ("。" if i18n.language == "zh" else ".")
