"""Files replaced whole: through symbolic links, with the mode and owner that they had."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import qplan
from qplan.errors import Refused, system_words
from qplan.i18n import _

#: What SQLite may leave beside a file while it is in use.
BESIDE = ("-journal", "-wal", "-shm")

#: The name of a draft: it says whose it is to people, and to :func:`remove_leftovers`.
_DRAFT = r"\..+\.[0-9a-f]{8}\.new(-journal|-wal|-shm)?"
#: Seconds without a change after which a draft was left by a process that was killed.
LEFT_AFTER = 3600


#: Names of the drafts that this process has open: a clock that was set must not make them leftovers.
_open: set[str] = set()


def target_of(path: str | Path) -> Path:
    """Return the file that a path stands for: at the end of all links, whether it exists or not."""
    return Path(os.path.realpath(os.path.expanduser(path)))


def file_name(title: str) -> str:
    """Return a title as the name of a file: what some system does not take in a name becomes a blank."""
    return "".join(" " if mark in '<>:"/\\|?*' or not mark.isprintable() else mark for mark in title).strip(
        " ."
    )


@contextmanager
def draft_folder_of(path: Path) -> Iterator[Path]:
    """A context with an empty folder beside a path, for files that are checked before they take their places.

    It is gone when the block ends. Raises OSError where the folder above takes none.
    """
    path = Path(os.path.abspath(path))  # the current folder has its name there
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent)
    draft = _draft_name(path)
    with _noted(draft):
        draft.mkdir(0o777)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _draft_name(path: Path) -> Path:
    name = os.fsencode(path.name)[:200].decode("utf-8", "ignore")  # a name has 255 bytes at most
    return path.parent / f".{name}.{os.urandom(4).hex()}.new"


@contextmanager
def draft_of(path: Path, mode: int = 0o600) -> Iterator[Path]:
    """A context with an empty file beside a path, for its user alone by default; it is gone when the block ends.

    Drafts that killed processes left in the folder are removed. Raises Refused where the folder takes no file.
    """
    remove_leftovers(path.parent)
    draft = _draft_name(path)
    with _noted(draft):
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
        except OSError as error:
            raise Refused(
                _("No file can be made at {path}: {error}."), path=path, error=system_words(error)
            ) from error
        try:
            yield draft
        finally:
            for suffix in ("", *BESIDE):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


@contextmanager
def _noted(draft: Path) -> Iterator[None]:
    """A context in which a draft is noted for its user, so that ``doctor`` finds it wherever it was when its process is killed."""
    _open.add(draft.name)
    note = (
        None if qplan.state_folder is None else os.path.join(qplan.state_folder, "drafts", draft.name[-12:-4])
    )
    try:
        if note is not None:
            with suppress(OSError):
                os.makedirs(os.path.dirname(note), mode=0o700, exist_ok=True)
                with open(note, "wb") as file:
                    file.write(f"{os.getpid()} ".encode() + os.fsencode(os.path.abspath(draft)))
        yield
    finally:
        _open.discard(draft.name)
        if note is not None:
            with suppress(OSError):
                os.unlink(note)


def noted_leftovers() -> list[Path]:
    """Return the drafts of this user's killed processes, in whatever folder; notes of others are removed."""
    found: list[Path] = []
    folder = Path(qplan.state_folder or "", "drafts")
    for note in sorted(folder.iterdir()) if qplan.state_folder and folder.is_dir() else ():
        with suppress(OSError):
            number, _blank, name = note.read_bytes().partition(b" ")
            draft = Path(os.fsdecode(name))
            left = [
                draft.with_name(draft.name + suffix)
                for suffix in ("", *BESIDE)
                if re.fullmatch(_DRAFT, draft.name)
            ]
            left = [path for path in left if path.exists()]
            if _runs(number):
                continue
            found += left
            if not left:
                note.unlink()
    return found


def _runs(number: bytes) -> bool:
    """Whether a process runs, as far as it can be known."""
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except OSError:
        return True
    return True


def leftovers(folder: Path, depth: int = 0) -> list[Path]:
    """Return the drafts in a folder, and in folders below it, that nobody has written to for an hour."""
    found: list[Path] = []
    with suppress(OSError):
        for entry in os.scandir(folder):
            with suppress(OSError):  # finished meanwhile, or not ours to read
                if re.fullmatch(_DRAFT, entry.name):
                    age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                    if entry.name not in _open and age > LEFT_AFTER and not entry.is_symlink():
                        found.append(Path(entry.path))
                elif depth and entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    found += leftovers(Path(entry.path), depth - 1)
    return sorted(found)


def remove_leftovers(folder: Path) -> None:
    """Remove what :func:`leftovers` returns, as far as it is permitted."""
    for path in leftovers(folder):
        remove(path)


def remove(path: Path) -> bool:
    """Remove a file, or a folder with all that is in it; whether it is gone."""
    with suppress(OSError):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return not os.path.lexists(path)


def write_folder(
    folder: Path, contents: Mapping[Path, bytes], check: Callable[[Path], None] | None = None
) -> None:
    """Write files into a folder, by their names in it: a new folder appears whole, or not at all.

    In one that is there each file is replaced when all of them are made. ``check`` is called before, with the folder
    in which they were made. Raises OSError where it takes none, and what ``check`` raises.
    """
    with draft_folder_of(folder) as draft:
        for name, data in contents.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            with (draft / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        if check is not None:
            check(draft)
        if not os.path.lexists(folder):
            with suppress(OSError):  # made meanwhile
                os.rename(draft, folder)
                return
        for name in contents:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace(draft / name, target_of(folder / name))


def write(path: str | Path, pieces: Iterable[bytes], *, private: bool = False) -> None:
    """Write a file whole or not at all, flushed to the disk; a new one has the mode of the user's other files.

    A private one can be read by its owner only, whatever mode the file had that it replaces.
    """
    target = target_of(path)
    with draft_of(target, 0o600 if private else 0o666) as draft:
        with draft.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        if private and target.exists():
            os.chmod(target, 0o600)
        replace(draft, target)


def replace(draft: str | Path, path: str | Path) -> None:
    """Put a finished draft in the place of a file, with the mode and, where permitted, the owner of that file."""
    keep_rights(draft, path)
    os.replace(draft, path)


def keep_rights(draft: str | Path, path: str | Path) -> None:
    """Give a draft the mode and owner of the file that it replaces; the user's own mode where there is none."""
    try:
        old = os.stat(path)
    except OSError:
        return
    if hasattr(os, "chown"):
        made = os.stat(draft)
        if (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
            with suppress(OSError):  # only root may give a file away
                os.chown(draft, old.st_uid, old.st_gid)
    with suppress(OSError):
        os.chmod(draft, old.st_mode & 0o7777)
