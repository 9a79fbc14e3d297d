"""Which folder each ledger's plan was read from on this machine: what ``load`` without a path reads again."""

from __future__ import annotations

import json
import os
from contextlib import suppress

from qplan import files
from qplan.cli import settings


def place_of(ledger: str) -> str | None:
    """Return the folder or file from which the plan of a ledger, named by its id, was loaded here last."""
    return _read().get(ledger)


def remember(ledger: str, path: str) -> None:
    """Keep where the plan of a ledger was loaded from; plans that are gone are left out.

    It is no part of the ledger: another machine has the plan elsewhere. What cannot be kept is asked for.
    """
    place = _file()
    if place is None:
        return
    known = {key: old for key, old in _read().items() if os.path.exists(old)}
    known[ledger] = os.path.abspath(path)
    text = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True)
    with suppress(OSError):
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        files.write(place, [f"{text}\n".encode("utf-8", "surrogateescape")])


def _file() -> str | None:
    folder = settings.own_folder("data")
    return None if folder is None else os.path.join(folder, "plans.json")


def _read() -> dict[str, str]:
    """Ledger's id -> path; nothing where the file is missing or damaged."""
    place = _file()
    if place is None:
        return {}
    try:
        with open(place, "rb") as file:
            found = json.loads(file.read().decode("utf-8", "surrogateescape"))
    except (OSError, ValueError, RecursionError):
        return {}
    named = found.items() if isinstance(found, dict) else ()
    return {key: path for key, path in named if isinstance(path, str)}
