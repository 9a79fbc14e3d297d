"""The config file: what it says, and a setting of it changed."""

from __future__ import annotations

import json
import os
import re
from typing import Annotated

import typer

from qplan import files
from qplan.cli import settings
from qplan.cli.output import emit, print_line, say
from qplan.cli.session import Context, today_or_default
from qplan.cli.settings import SETTINGS
from qplan.cli.values import parse_choice
from qplan.errors import BadInput, of_file
from qplan.i18n import N_, _, joined
from qplan.ledger import engines
from qplan.ledger.connection import shown

ACTIONS = ("list", "get", "set", "unset", "path")


def config(
    ctx: Context,
    action: Annotated[
        str, typer.Argument(metavar="[list|get|set|unset|path]", help=N_("What to do."))
    ] = "list",
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=N_("ledger, actor, lang or templates."))
    ] = None,
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help=N_("The new value, for set."))
    ] = None,
) -> None:
    """Show or change the config file."""
    path = settings.config_file(os.environ)
    action = parse_choice(action, "config", ACTIONS)
    wanted = {"get": 1, "unset": 1, "set": 2}.get(action, 0)
    if (name is not None) + (value is not None) != wanted:
        usage = {"get": "get NAME", "unset": "unset NAME", "set": "set NAME VALUE"}.get(action, action)
        raise BadInput(_("Write it as: qplan config {usage}").format(usage=usage))
    if name is not None and name not in SETTINGS and action != "unset":
        raise BadInput(
            _("There is no setting “{name}”; give one of: {known}.").format(name=name, known=joined(SETTINGS))
        )
    if not path:
        raise BadInput(_("There is no home folder (HOME) for a config file; name one with QPLAN_CONFIG."))
    known = settings.sound_config(os.environ)
    if known.fault is not None and action in ("list", "get"):
        raise known.fault
    if action == "get" and name not in known:
        raise BadInput(_("“{name}” is not set in {path}.").format(name=name, path=path))
    if action in ("set", "unset"):
        _write(path, str(name), value)
        say(_("Written: {path}").format(path=path), ctx.obj)
        known = settings.sound_config(os.environ)
        if known.fault is not None:
            say(str(known.fault), ctx.obj)
    if ctx.obj.format:
        from qplan.views import maintenance as views

        found = {key: shown(known[key]) for key in SETTINGS if key in known and name in (None, key)}
        emit(views.settings(path, found, today_or_default(ctx.obj).isoformat()), ctx.obj)
    elif action == "path":
        print_line(path)
    elif action == "list":
        for key in SETTINGS:
            if key in known:
                print_line(f"{key} = {_text(shown(known[key]))}")
    elif action == "get":
        print_line(known[str(name)])


def _text(value: str) -> str:
    """A text in TOML: JSON's form is one of them, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: str, name: str, value: str | None) -> None:
    """Set or take out one line and leave the others, comments included, as they are."""
    if value is not None:
        check(name, value)
        value = _absolute(name, value)
    lines: list[str] = []
    if os.path.exists(path):
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    own = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
    places = [place for place, line in enumerate(lines) if own.match(line)]
    kept = [line for place, line in enumerate(lines) if place not in places]
    if value is not None:
        tables = (number for number, line in enumerate(kept) if line.lstrip().startswith("["))
        end = next(tables, len(kept))  # what follows the name of a table belongs to it
        kept.insert(places[0] if places else end, f"{name} = {_text(value)}")
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    try:
        files.write(path, ["".join(f"{line}\n" for line in kept).encode("utf-8", "surrogateescape")])
    except OSError as error:
        raise of_file(error, path) from error


def _absolute(name: str, value: str) -> str:
    """Return a path as it is meant where it is typed; a relative one would be read from the config file's folder."""
    if name not in ("ledger", "templates") or "://" in value:
        return value
    ending = os.sep if value.endswith(("/", os.sep)) else ""
    return os.path.abspath(os.path.expanduser(value)) + ending


def _check_department(text: str) -> None:
    """Raise BadInput for a department that the plan of the usual ledger does not have; a missing ledger has none."""
    from qplan.core.names import find_department
    from qplan.errors import QplanError
    from qplan.ledger.store import Ledger

    try:
        with Ledger.open(settings.ledger_place(None, os.environ, settings.read_config(os.environ))) as ledger:
            departments = ledger.departments()
    except QplanError:
        return
    find_department(text, departments)


def check(name: str, value: str) -> None:
    """Refuse a value that a later command would stumble over."""
    if name == "lang":
        settings.language_of(value, {}, {})
    elif name == "actor":
        if dept := settings.actor_named(value, {}, {}).dept:
            _check_department(dept)
    elif not value.strip() or not value.isprintable():
        raise BadInput(_("“{value}” is no place for a ledger.").format(value=shown(value)))
    elif name == "ledger":
        engines.check_place(settings.normalized(value))
