"""A week's folder: every format of a list, all of them or none, never an older one over a newer."""

import io
import json
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from qplan import files
from qplan.cli import protection
from qplan.cli.output import say
from qplan.cli.session import Session
from qplan.errors import BadInput, NotVerified, Refused, of_file
from qplan.i18n import N_, _
from qplan.render import FORMATS, check_format, render
from qplan.render.package import STAMP, stamp
from qplan.views import View

#: What a folder gets unless ``--format`` names one.
CIRCULATED = ("docx", "xlsx", "html", "json", "ics")


#: The last line of a list as text: its day, ledger, entry and hash, in either language.
FOOT = re.compile(r"(\d{4}-\d\d-\d\d)\D[^\n]*?\b([0-9a-f]{16})\D+(\d+)\D+?[0-9a-f]{64}\s*\Z")


class Sheet(NamedTuple):
    """A file to be written: its path, its bytes, and the view that it shows."""

    path: str
    data: bytes
    view: View


def folder_of(out: str | None, session: Session) -> str | None:
    """Return the folder that ``--out`` names: one that is there, a path that ends like one, or has no suffix."""
    if not out or out == "-":
        return None
    path = os.path.expanduser(out)
    named = out.endswith(("/", os.sep)) or (session.format is None and not os.path.splitext(path)[1])
    return path if os.path.isdir(path) or (named and not os.path.exists(path)) else None


def checked_folder(out: str, session: Session) -> str:
    """Return the folder that an option names, there or not; BadInput where it can be none."""
    path = os.path.expanduser(out)
    protection.check_output(path, session)
    above = path
    while not os.path.lexists(above) and os.path.dirname(above) != above:
        above = os.path.dirname(above)
    if above and not os.path.isdir(above):
        raise BadInput(_("{path} is not a folder."), path=above)
    try:
        os.lstat(path)
    except FileNotFoundError:
        return path
    except OSError as error:  # a name that is too long, a folder that nobody may look into
        raise of_file(error, path) from error
    return path


def write(lists: Sequence[tuple[str, str, View]], session: Session) -> None:
    """Write ``(folder, name, view)`` in every format.

    Everything is made before anything is written, and every file is written beside its place and
    then renamed, so that no reader ever finds half of one. Refused where a file that is there is of
    a later entry of the ledger or of another ledger, or was not written by qplan.
    """
    if session.gathered is not None:

        def write_joint(where: tuple[str, str], joint: View) -> None:
            write([(*where, joint)], session._replace(gathered=None))

        for folder, name, view in lists:
            session.gathered.add((folder, f"{name}-plans"), view, write_joint)
        return
    formats = [check_format(session.format)] if session.format else list(CIRCULATED)
    sheets = []
    for folder, name, view in lists:
        if name in (".", "..") or re.search(r"[/\\\0]", name):
            raise NotVerified(
                _(
                    "“{name}” is no name of a file: the ledger holds an id that no plan can have (qplan verify)."
                ),
                name=name,
            )
        for format in formats:
            suffix = FORMATS[format].suffixes[0]
            sheets.append(
                Sheet(os.path.join(os.path.expanduser(folder), name + suffix), rendered(view, format), view)
            )
    write_sheets(sheets, session)


def write_sheets(sheets: Sequence[Sheet], session: Session) -> None:
    """Write files, all of them or none, as :func:`write` does."""
    for sheet in sheets:
        protection.check_output(sheet.path, session)
    states = [_compared(sheet) for sheet in sheets]
    folders = {os.path.dirname(sheet.path) for sheet in sheets}
    for folder in folders:
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise BadInput(_("{path} is not a folder."), path=folder)
    new = {_new_folder(folder) for folder in folders}
    if len(new) == 1 and (whole := new.pop()) is not None:
        write_whole(Path(whole), {Path(os.path.abspath(one.path)): one.data for one in sheets}, session)
    else:
        for folder in folders:
            os.makedirs(folder, exist_ok=True)
        _write_all([sheet for sheet, same in zip(sheets, states, strict=True) if same != "same"])
    for sheet, was in zip(sheets, states, strict=True):
        say(_(STATES[was]), session, path=sheet.path)


STATES = {
    "new": N_("Written: {path}"),
    "same": N_("Unchanged: {path}"),
    "replaced": N_("Replaced: {path}"),
    "newer": N_("Replaced an earlier list: {path}"),
    "reworded": N_("Replaced, of the same entry of the ledger: {path}"),
}


def rendered(view: View, format: str) -> bytes:
    """Return a view as the bytes of a file of a format."""
    made = render(view, format)
    if isinstance(made, bytes):
        return made
    return made.encode("utf-8-sig" if FORMATS[format].mark else "utf-8", "replace")


def _compared(sheet: Sheet) -> str:
    """Return how the file that is there relates to the one to be written: a key of :data:`STATES`."""
    try:
        with open(sheet.path, "rb") as file:
            there = file.read()
    except FileNotFoundError:
        return "new"
    if there == sheet.data:
        return "same"
    # CSV and TSV have no place for where they come from: a file with the same first headings is one of ours
    if sheet.path.endswith((".csv", ".tsv")) and there.split(b"\n")[1:2] == sheet.data.split(b"\n")[1:2]:
        return "replaced"
    found, ours = recorded(there), recorded(stamp(sheet.view).encode())
    if found is None or ours is None:
        raise Refused(
            _("{path} was not written by qplan; name another folder, or move it away."), path=sheet.path
        )
    if found[0] != ours[0]:
        raise Refused(
            _("{path} is of another ledger ({id}); name another folder."), path=sheet.path, id=found[0]
        )
    if found[1:] > ours[1:]:
        raise Refused(
            _("{path} is newer (entry {theirs} of {day}) than what would be written (entry {ours}); nothing was written."),
            path=sheet.path, theirs=found[1], day=found[2], ours=ours[1],
        )  # fmt: skip
    return "newer" if found[1:] < ours[1:] else "reworded"


def check_own(path: str, ledger: str) -> None:
    """Raise Refused where a file that nobody named is there and is none that qplan wrote of a ledger, by its id."""
    try:
        with open(path, "rb") as file:
            found = recorded(file.read())
    except FileNotFoundError:
        return
    if found is None:
        text = _("{path} was not written by qplan; name another file (--out), or move it away.")
        raise Refused(text, path=path)
    if found[0] != ledger:
        text = _("{path} is of another ledger ({id}); name another file (--out).")
        raise Refused(text, path=path, id=found[0])


def recorded(data: bytes) -> tuple[str, int, str] | None:
    """Return (ledger, entry, day) that a file of qplan carries; None for any other file."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read("docProps/core.xml")
        except (zipfile.BadZipFile, KeyError, OSError):
            return None
    elif data.startswith(b"{"):
        try:
            document = json.loads(data)
            return document["ledger"]["id"], document["ledger"]["seq"], document["as_of"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
    text = data.decode("utf-8", "replace")
    if found := STAMP.search(re.sub(r"\r?\n[ \t]", "", text)):
        return found[1], int(found[2]), found[4]
    found = FOOT.search(text[-1000:])
    return (found[2], int(found[3]), found[1]) if found else None


def write_whole(folder: Path, contents: Mapping[Path, bytes], session: Session) -> None:
    """Write files, by their paths in a folder: a new one appears with all of them."""
    for path in contents:
        protection.check_output(str(path), session)
    try:
        files.write_folder(folder, {path.relative_to(folder): data for path, data in contents.items()})
    except OSError as error:
        raise of_file(error, str(folder)) from error


def write_once(folder: Path, contents: Mapping[Path, bytes], session: Session, refusal: str) -> None:
    """Write files into a folder and name them; Refused, with a sentence, where one is there that holds something else."""
    for path, data in contents.items():
        if path.exists() and path.read_bytes() != data:
            raise Refused(refusal, path=path)
    write_whole(folder, contents, session)
    for path in contents:
        say(_("Written: {path}"), session, path=path)


def _new_folder(folder: str) -> str | None:
    """Return the uppermost folder of a path that is still to be made; None where all of them are there."""
    found, path = None, os.path.abspath(folder)
    while not os.path.lexists(path):
        found, path = path, os.path.dirname(path)
    return found


def _write_all(sheets: Sequence[Sheet]) -> None:
    with ExitStack() as drafts:
        made = []
        for sheet in sheets:
            target = files.target_of(sheet.path)
            draft = drafts.enter_context(files.draft_of(target, 0o666))
            made.append((draft, target))
            try:
                with draft.open("wb") as file:
                    file.write(sheet.data)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise of_file(error, sheet.path) from error
        for draft, target in made:
            files.replace(draft, target)
