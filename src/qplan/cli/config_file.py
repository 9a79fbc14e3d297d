"""Settings of the config file as commands change them: checked, one line written, the others left as they are."""

from __future__ import annotations

import json
import os
import re

from qplan import files
from qplan.cli import settings
from qplan.errors import BadInput, of_file
from qplan.i18n import _
from qplan.ledger import engines
from qplan.ledger.connection import shown


def toml_text(value: str) -> str:
    """A text in TOML: JSON's form is one of them, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_setting(path: str, name: str, value: str | None) -> None:
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
        kept.insert(places[0] if places else end, f"{name} = {toml_text(value)}")
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    try:
        data = "".join(f"{line}\n" for line in kept).encode("utf-8", "surrogateescape")
        files.write(path, [data], private=True)  # an address in it may hold a password
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
