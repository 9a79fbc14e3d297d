"""Named views: filters, columns and order of a list that the config file or the plan's rules keep by a name.

``[views.late]`` with ``overdue = true`` and ``columns = "id,title,lead"`` is what ``--view late``
stands for, and so is an item of ``views`` in the rules; a view of the config file comes before one of the
rules, an option on the command line before the view's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qplan.cli.session import Session, reading
from qplan.core.names import shown
from qplan.errors import BadInput
from qplan.i18n import _, joined


def apply_view(ctx: Any, views: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the options that a command was not given the values of the view that ``--view`` names.

    Raises BadInput for an unknown view, and for one that gives what the command does not take.
    """
    name = ctx.params.get("view")
    if name is None:
        return
    if name not in views:
        views = {**views_of_plan(ctx.obj), **views}
    if name not in views:
        raise BadInput(
            _(
                "--view: neither the config file nor the plan's rules have a view “{name}”; known are: {known}."
            ),
            name=shown(name),
            known=joined(views) or "—",
        )
    options = {
        opt.lstrip("-"): param
        for param in ctx.command.params
        if param.name in ctx.params
        for opt in param.opts
    }
    for key, value in views[name].items():
        param = options.get(key.replace("_", "-"))
        if param is None or param.name == "view":
            raise BadInput(
                _("--view {name}: {command} has no option --{key}; leave it out of the view."),
                name=name,
                command=ctx.info_name,
                key=key,
            )
        if ctx.get_parameter_source(param.name).name != "COMMANDLINE":
            ctx.params[param.name] = _option_value(name, key, value, param)


def views_of_plan(session: Session) -> dict[str, dict[str, Any]]:
    """Return the views of the plan's rules, by name, each with its options."""
    with reading(session) as snapshot:
        return {
            one["name"]: {key: value for key, value in one.items() if key != "name"}
            for one in snapshot.clock.rules.views
        }


def _option_value(name: str, key: str, value: Any, param: Any) -> Any:
    """A value of the file as its option has it; BadInput where it is of another type."""
    if param.is_flag:
        if isinstance(value, bool):
            return value
        raise BadInput(_("--view {name}: {key} is true or false."), name=name, key=key)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        if param.multiple:
            return value
        value = ",".join(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BadInput(_("--view {name}: {key} is a text or a whole number."), name=name, key=key)
    return [str(value)] if param.multiple else str(value)
