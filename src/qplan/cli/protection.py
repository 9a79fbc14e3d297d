"""Files that no output may replace: the ledger and what belongs to it, and files of other kinds than lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from qplan import files
from qplan.cli import settings
from qplan.cli.session import Session
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.connection import is_server, path_of

#: What files begin with that are no lists: databases (ledgers and backups) and seals.
_KEPT = (b"SQLite format 3\0", b"qplan seal 1\n")
#: How the names of a plan's files and of config files end; no format of a list has such a name.
_WRITTEN_BY_HAND = (".yaml", ".yml", ".toml")


def check_output(path: str, session: Session) -> None:
    """Raise BadInput where a list would replace a file of the ledger, another ledger, a seal, or a plan's file."""
    check_apart(path, session)
    if os.path.isfile(path):
        with open(path, "rb") as file:
            head = file.read(16)
        if head.startswith(_KEPT) or path.lower().endswith(_WRITTEN_BY_HAND) or _belongs_to_plan(path):
            raise BadInput(
                _("{path} is a ledger, a seal, or a file of a plan; it is not replaced. Name another file."),
                path=path,
            )  # fmt: skip


def _belongs_to_plan(path: str) -> bool:
    """Whether a file is a text of a plan: one of its templates, or the text that it names."""
    file = files.target_of(path)
    for folder in (file.parent, file.parent.parent):
        plan = folder / "plan_tasks.yaml"
        if plan.is_file():
            return file.parent.name == "templates" or file.name.encode() in plan.read_bytes()
    return False


def check_not_read(path: str | Path | None, source: str | Path) -> None:
    """Raise BadInput where an output would replace the file that the command reads."""
    if path is not None and same(path, source):
        raise BadInput(_("{path} is read by this very command; write to another file."), path=source)


def check_apart(path: str, session: Session) -> None:
    """Raise BadInput where a path is that of the ledger in use, of what SQLite keeps beside it, or of the config file."""
    if any(same(path, own) for own in _own_files(session)):
        raise BadInput(
            _("{path} belongs to the ledger in use, or is the config file; name another file."), path=path
        )


def _own_files(session: Session) -> Iterator[str]:
    if config := settings.config_file():
        yield config
    if not is_server(session.ledger):
        ledger = str(files.target_of(path_of(session.ledger)))
        yield from (ledger + suffix for suffix in ("", *files.BESIDE))


def same(one: str | Path, other: str | Path) -> bool:
    """Whether two paths name one file: by links, or by spellings of a path at which there is nothing yet."""
    paths = files.target_of(one), files.target_of(other)
    try:
        return paths[0].samefile(paths[1])
    except OSError:
        return os.path.normcase(paths[0]) == os.path.normcase(paths[1])
