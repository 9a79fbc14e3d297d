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
    text = value if value is None or name in settings.FLAGS else toml_text(value)
    kept = _with_line(lines, name, text)
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    try:
        data = "".join(f"{line}\n" for line in kept).encode("utf-8", "surrogateescape")
        files.write(path, [data], private=True)  # an address in it may hold a password
    except OSError as error:
        raise of_file(error, path) from error


def _with_line(lines: list[str], name: str, text: str | None) -> list[str]:
    """Return the lines of a file with the line of a setting set or taken out: in its table where there is one."""
    table, _dot, key = name.rpartition(".")
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    begin, end = 0, next(iter(heads), len(lines))  # what follows the name of a table belongs to it
    inside = [number for number in heads if table and lines[number].split("#")[0].strip() == f"[{table}]"]
    if inside:
        name, begin = key, inside[0] + 1
        end = next((number for number in heads if number >= begin), len(lines))
    own = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
    places = [number for number in range(begin, end) if own.match(lines[number])]
    kept = [line for number, line in enumerate(lines) if number not in places]
    if text is not None:
        kept.insert(places[0] if places else end, f"{name} = {text}")
    return kept


def _absolute(name: str, value: str) -> str:
    """Return a path as it is meant where it is typed; a relative one would be read from the config file's folder."""
    if name not in ("ledger", *settings.PLACES) or "://" in value:
        return value
    ending = os.sep if value.endswith(("/", os.sep)) else ""
    return os.path.abspath(os.path.expanduser(value)) + ending


def _check_department(text: str) -> None:
    """Raise BadInput for a department that the plan of the usual ledger does not have; a missing ledger has none."""
    from qplan.core.names import find_department
    from qplan.errors import QplanError
    from qplan.ledger.store import Ledger

    try:
        with Ledger.open(settings.ledger_place(None, settings.read_config())) as ledger:
            departments = ledger.departments()
    except QplanError:
        return
    find_department(text, departments)


def check(name: str, value: str) -> None:
    """Refuse a value that a later command would stumble over."""
    if name == "lang":
        settings.language_of(value, {})
    elif name == "actor":
        if dept := settings.actor_named(value, {}).dept:
            _check_department(dept)
    elif name in settings.FLAGS:
        if value not in ("true", "false"):
            raise BadInput(_("{name} is true or false."), name=name)
    elif name in settings.names_of_sending():
        from qplan.service import webhooks

        if not value.strip() or not value.isprintable():
            raise BadInput(_("{name}: the value is empty, or holds what cannot be printed."), name=name)
        if not name.endswith(webhooks.SECRET):
            webhooks.check_address(value, name)
    elif not value.strip() or not value.isprintable():
        raise BadInput(_("“{value}” is no place for a ledger."), value=shown(value))
    elif name == "ledger":
        engines.check_place(settings.normalized(value))
