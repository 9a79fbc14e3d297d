"""Evidence that is given with an action: files recognised by their content, copies kept, both checked again."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from qplan.core.model import Task
from qplan.errors import BadInput
from qplan.i18n import _

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

#: Evidence -> its digest (:func:`_digest`), or why it has none.
Digests = Mapping[str, str | BadInput | None]

#: Bytes of a file of evidence; what is larger belongs into an archive, whose address can be given.
MOST_BYTES = 200 << 20
#: Folders of the system, whose files are no evidence unless an office names them.
SYSTEM_FOLDERS = (
    "/etc", "/proc", "/sys", "/dev", "/boot", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/run", "/var/lib", "/var/log",
    "/private/etc", "/System", "/Library", "C:\\Windows",
)  # fmt: skip

#: States of a piece: a number or an address; the name of a file that could not be read when it was given; the copy or
#: the file is as it was given; it is not.
CITED, NAMED, KEPT, UNCHANGED, CHANGED, MISSING = "cited", "named", "kept", "unchanged", "changed", "missing"
#: States in which nobody can look at what was given.
LOST = (CHANGED, MISSING)


class Piece(NamedTuple):
    """One piece of a task's evidence, as it is found now."""

    task: str
    text: str  #: as it was given
    digest: str | None  #: SHA-256 of the file that it was
    state: str
    path: str | None = None  #: where what was given can be read


def digests_of(given: Iterable[Mapping[str, Any]], folders: Sequence[str] = ()) -> Digests:
    """Read the evidence of a command before its transaction: a large file must not stop other writers.

    ``folders`` are those that an office names: then files are taken from nowhere else.
    """
    found: dict[str, str | BadInput | None] = {}
    for text in {one["evidence"] for one in given if one.get("evidence")}:
        try:
            found[text] = _digest(text, folders)
        except BadInput as error:
            found[text] = error
    return found


def _digest(evidence: str, folders: Sequence[str]) -> str | None:
    """The SHA-256 of evidence that is a readable file; None for addresses and document numbers alone.

    Of several pieces, one a line, each has its line: ``-`` stands for what is no file.
    """
    found = [_digest_of(one.strip(), folders) for one in evidence.split("\n") if one.strip()]
    return "\n".join(one or "-" for one in found) if any(found) else None


def _digest_of(evidence: str, folders: Sequence[str]) -> str | None:
    from hashlib import file_digest
    from pathlib import Path

    path = Path(evidence)
    try:
        if path.is_dir():
            raise BadInput(_("--evidence: {path} is a folder; give the files in it."), path=evidence)
        if not path.exists():
            return None
        _check_place(path, folders)
        with opened(path) as file:
            return file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def _check_place(path: Path, folders: Sequence[str]) -> None:
    """Raise BadInput for a file outside the folders that an office names; where it names none, for one of the system."""
    from pathlib import Path

    real = Path(os.path.realpath(path))
    named = [Path(os.path.realpath(os.path.expanduser(folder))) for folder in folders]
    if any(real.is_relative_to(folder) for folder in named):
        return
    if named:
        raise BadInput(
            _("--evidence: {path} is outside the folders for evidence (evidence_folders in the config file)."),
            path=path,
        )  # fmt: skip
    if any(real.is_relative_to(folder) for folder in SYSTEM_FOLDERS):
        raise BadInput(
            _("--evidence: {path} is a file of the system; name its folder as evidence_folders in the config file to allow it."),
            path=path,
        )  # fmt: skip


def opened(path: Path) -> BufferedReader:
    """Open a regular file of a bounded size for reading; BadInput for a pipe, a device or a larger file."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadInput(_("--evidence: {path} is no regular file; save what it holds to one."), path=path)
    file = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")  # noqa: SIM115
    held = os.fstat(file.fileno())
    if stat.S_ISREG(held.st_mode) and held.st_size <= MOST_BYTES:
        return file
    file.close()
    raise BadInput(
        _("--evidence: {path} has {n} MB, {most} are allowed; keep it in an archive and give its address."),
        path=path,
        n=held.st_size >> 20,
        most=MOST_BYTES >> 20,
    )


def unread(evidence: str, digests: str | None) -> list[str]:
    """Return the pieces of evidence that look like paths of files, and are none that could be read.

    ``digests`` are those that were stored with it.
    """
    import re

    def path(text: str) -> bool:
        named = re.search(r"[/\\]|\.[A-Za-z0-9]{2,5}$", text) is not None
        return named and "://" not in text and not re.search(r"[〔\[［(（]\d{4}[〕\]］)）].*号", text)

    return [one for one, digest in _pieces(evidence, digests) if path(one) and digest is None]


def _pieces(evidence: str | None, digests: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield each piece of evidence with its digest; None for what was no file."""
    texts = [one.strip() for one in (evidence or "").split("\n") if one.strip()]
    known = digests.split("\n") if digests else []
    for number, text in enumerate(texts):
        digest = known[number] if number < len(known) else "-"
        yield text, None if digest == "-" else digest


def copy_path(store: Path, text: str, digest: str) -> Path:
    """Return where the copy of a file is kept: named by its SHA-256, with the ending that shows its kind."""
    ending = os.path.splitext(text)[1].lower()
    return store / f"{digest}{ending if ending[1:].isalnum() and len(ending) <= 8 else ''}"


def keep(evidence: str, digests: str | None, store: Path, mode: int = 0o600) -> list[str]:
    """Copy the files of evidence into a folder, and return those that had changed meanwhile or cannot be read.

    Raises OSError where the folder takes no file.
    """
    from pathlib import Path

    failed = []
    for text, digest in _pieces(evidence, digests):
        if digest is None or _found(store, text, digest) is not None:
            continue
        if not _copied(Path(text), copy_path(store, text, digest), digest, mode):
            failed.append(text)
    return failed


def _copied(source: Path, target: Path, digest: str, mode: int) -> bool:
    """Copy a file into a folder, which is made; False, and no copy, where it is not the file of that digest."""
    from hashlib import sha256

    from qplan import files

    target.parent.mkdir(mode=0o700 | (mode & 0o070) | (mode & 0o040) >> 2, parents=True, exist_ok=True)
    with files.draft_of(target) as draft:
        hashed = sha256()
        with suppress(OSError, BadInput), opened(source) as original, draft.open("wb") as copy:
            while piece := original.read(1 << 20):
                hashed.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        if hashed.hexdigest() != digest:
            return False
        os.chmod(draft, mode)
        os.replace(draft, target)
    return True


def copy_store(store: Path, target: Path) -> tuple[int, list[Path]]:
    """Copy the whole copies of one folder into another: how many there are then, and those that are damaged.

    Raises OSError where the folder takes no file.
    """
    failed = []
    copies = _copies(store)
    for path in copies:
        digest = path.name.partition(".")[0]
        known = target / path.name
        if _sha256(known) != digest and not _copied(path, known, digest, path.stat().st_mode & 0o777):
            failed.append(path)
    return len(copies) - len(failed), failed


def pieces_of(task: Task, store: Path | None) -> list[Piece]:
    """Return the evidence of a task, each piece compared with what was given."""
    return [
        _checked(task.id, text, digest, store)
        for text, digest in _pieces(task.evidence, task.evidence_sha256)
    ]


def _checked(task: str, text: str, digest: str | None, store: Path | None) -> Piece:
    if digest is None:
        return Piece(task, text, None, NAMED if unread(text, None) else CITED)
    from pathlib import Path

    original = _sha256(Path(text))
    copy = None if store is None else _found(store, text, digest)
    if original not in (None, digest):
        return Piece(task, text, digest, CHANGED, str(copy) if copy else None)
    if copy is not None:
        return Piece(task, text, digest, KEPT, str(copy))
    if original == digest:
        return Piece(task, text, digest, UNCHANGED, text)
    return Piece(task, text, digest, MISSING)


def _found(store: Path, text: str, digest: str) -> Path | None:
    """Return the copy of a file, whatever ending it was given; None where there is none that is whole."""
    likely = copy_path(store, text, digest)
    others = store.glob(f"{digest}*") if store.is_dir() else ()
    return next((path for path in (likely, *others) if _sha256(path) == digest), None)


def _sha256(path: Path) -> str | None:
    """The SHA-256 of a file; None for what cannot be read."""
    from hashlib import file_digest

    try:
        with opened(path) as file:
            return file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, BadInput):
        return None


def damaged(store: Path | None) -> list[Path]:
    """Return the copies in a folder whose content is not the one that they are named by."""
    return [path for path in _copies(store) if _sha256(path) != path.name.partition(".")[0]]


def _copies(store: Path | None) -> list[Path]:
    """Return the files of a folder that are named by a digest."""
    if store is None or not store.is_dir():
        return []
    return sorted(path for path in store.iterdir() if len(path.name.partition(".")[0]) == 64)
