"""Seals of a ledger: made, written to a file, and delivered where the office keeps them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from qplan import files
from qplan.errors import BadInput, NotVerified, Refused, system_words
from qplan.i18n import _
from qplan.ledger import seal
from qplan.ledger.seal import Seal
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

#: Seconds that a command may take to keep a seal.
PATIENCE = 60


def made_of(ledger: Ledger, now: str) -> Seal:
    """Return the seal of a ledger that verifies; NotVerified for any other."""
    ledger.connection.detach()
    result = verify(ledger.connection)
    if result.damage or result.head is None:
        raise NotVerified(_("The ledger does not verify, so it is not sealed; look at it with: qplan verify"))
    return Seal(result.head, now, seal.server_of(ledger.connection))


def seal_ledger(ledger: Ledger, now: str, path: str | None, key: str | None) -> tuple[Seal, list[str]]:
    """Seal a ledger that verifies; the seal, and the files written (none without a path).

    A seal is evidence: an existing file is never written over.
    """
    if key is not None and path is None:
        raise BadInput(_("A signed seal is two files: name the first, as in qplan seal week.seal --key KEY"))
    made = made_of(ledger, now)
    if path is None:
        return made, []
    texts = _texts(made, path, key, ask=True)
    for name in texts:
        if name.endswith(("/", os.sep)) or os.path.isdir(name):
            raise BadInput(_("{path} is a folder; name a file."), path=name)
        if os.path.lexists(name) and not _is_left_empty(name):
            raise BadInput(_("{path} is there already; a seal is kept, not written over."), path=name)
    for name, text in texts.items():
        files.write(name, [text.encode("ascii")])
    return made, list(reversed(texts))


def _texts(made: Seal, path: str, key: str | None, *, ask: bool = False) -> dict[str, str]:
    """Return the files of a seal; its signature, if there is a key, comes first: a seal that is there is signed."""
    text = made.text()
    signature = {} if key is None else {seal.signature_of(path): seal.sign(text, key, ask=ask)}
    return signature | {path: text}


def _is_left_empty(path: str) -> bool:
    """Whether a file is an empty one, which a command left that was killed before it wrote the seal."""
    return os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) == 0


def file_name(made: Seal) -> str:
    """Return the name of a seal in a folder: one for each entry that is the last of a journal."""
    return f"{made.head.ledger}-{made.head.seq:07}.seal"


def deliver(made: Seal, target: str | Sequence[str], key: str | None = None) -> str | None:
    """Put a seal into a folder, or hand it to a command on its standard input; return the file that was written.

    With a key its signature is delivered before it in the same way. ``{name}`` in a word of the command is
    the file's name; no shell reads the words. NotVerified where the
    folder has a seal of the same entry with another hash; Refused for a folder that is not there and for a
    command that fails; OSError where a file cannot be written.
    """
    if not isinstance(target, str):
        for name, text in _texts(made, file_name(made), key).items():
            _run([word.replace("{name}", name) for word in target], text)
        return None
    if not os.path.isdir(target):
        raise Refused(_("there is no folder {path}"), path=target)
    path = os.path.join(target, file_name(made))
    if os.path.lexists(path) and not _is_left_empty(path):
        if seal.read(path).head != made.head:
            raise NotVerified(
                _("{path} seals no. {seq} with another hash: the journal was rewritten."),
                path=path,
                seq=made.head.seq,
            )
        return None
    for name, text in _texts(made, path, key).items():
        files.write(name, [text.encode("ascii")])
    return path


def _run(words: Sequence[str], text: str) -> None:
    if not words:
        raise Refused(_("the command has no words"))
    try:
        done = subprocess.run(  # noqa: S603 - the office's own command, whose words no shell reads
            words,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        raise Refused(f"{words[0]}: {system_words(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise Refused(_("{command} did not end within {n} s"), command=words[0], n=PATIENCE) from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = said[-1][:200] if said else ""
        raise Refused(
            _("{command} ended with {code}: {error}"),
            command=words[0], code=done.returncode, error=why,
        )  # fmt: skip
