"""The last head of each ledger that this machine has seen: what shows a journal that was cut or written anew.

Each place of a ledger has a file of its own, so that an older copy elsewhere is no fault. Its first line is the
place; each further line is a ledger's id, the number of its last entry and that entry's hash.
"""

import os
from collections.abc import Callable

from qplan.core.model import Head
from qplan.errors import NotVerified, QplanError
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import Connection
from qplan.ledger.store import Ledger, head_file, head_line

#: Ledgers that are remembered for one place, the last one seen first.
MOST = 8
#: Characters of a hash that a sentence shows: as many as a receipt has.
SHOWN = 12


def check(ledger: Ledger, folder: str | None, place: str, notice: Callable[[str], None]) -> Head | None:
    """Return the head of an open ledger and remember it; None where it cannot be read, or there is no folder for it.

    Raises NotVerified where its journal does not continue the one seen last. ``notice`` is given a sentence
    where another ledger was there.
    """
    if folder is None:
        return None
    try:
        head = ledger.head()
    except (QplanError, LookupError):
        return None  # the command itself reports what is wrong with it
    address = ledger.connection.address
    known = _read(folder, address)
    last = next((one for one in known if one.ledger == head.ledger), None)
    if last == head:
        return head
    if last is not None and (fault := fault_of(ledger, last, place)):
        hint = _(
            "If a backup was restored on purpose, accept it with: qplan verify --accept-head. If not, write nothing and ask whoever keeps the ledger."
        )
        raise NotVerified(f"{fault} {hint}")
    if known and known[0].ledger != head.ledger:
        text = _("{place} is ledger {new} now; when this machine saw it last it was {old} (no. {seq}).")
        old = known[0]
        notice(text.format(place=ledger.connection.place, old=old.ledger, seq=old.seq, new=head.ledger))
    if last is None or last.seq < head.seq:
        remember(folder, address, head)
    return head


def seen(ledger: Ledger, folder: str | None) -> Head | None:
    """Return the head of an open ledger that was seen last; None where none was, or where none can be read."""
    try:
        known = [] if folder is None else _read(folder, ledger.connection.address)
        return next((one for one in known if one.ledger == ledger.head().ledger), None)
    except (QplanError, LookupError):
        return None


def fault_of(ledger: Ledger, last: Head, place: str) -> str | None:
    """Return in what a ledger does not continue the head that was seen last; None where it does.

    Another command may have written and kept entries since this one began to read: so it is read once more.
    """
    if _difference(ledger.connection, ledger.head(), last) is None:
        return None
    with Ledger.open(place) as fresh:
        return _difference(fresh.connection, fresh.head(), last)


def _difference(connection: Connection, head: Head, last: Head) -> str | None:
    if head.seq < last.seq:
        text = _(
            "This machine has seen no. {seen} ({hash}) of {place}; the journal there now ends at no. {seq} ({now}): entries are gone."
        )
        now = head.hash[:SHOWN]
        return text.format(
            seen=last.seq, hash=last.hash[:SHOWN], place=connection.place, seq=head.seq, now=now
        )
    rows = connection.rows(statements.HASH_AT, seq=last.seq) if head.seq > last.seq else [(head.hash,)]
    found = str(rows[0][0]) if rows else ""
    if found == last.hash or (last.seq == 0 and not rows):
        return None
    text = _(
        "This machine has seen no. {seen} of {place} as {hash}; there it is {now} now: the journal was rewritten."
    )
    return text.format(seen=last.seq, place=connection.place, hash=last.hash[:SHOWN], now=found[:SHOWN])


def remember(folder: str | None, address: str, head: Head) -> None:
    """Keep the head of a ledger at a place, for this user alone; what cannot be kept is seen anew the next time."""
    if folder is None:
        return
    known = [one for one in _read(folder, address) if one.ledger != head.ledger][: MOST - 1]
    lines = [address, *map(head_line, (head, *known))]
    path = head_file(folder, address)
    draft = os.path.join(
        folder, f".{os.path.basename(path)}.{os.getpid() % 2**32:08x}.new"
    )  # as files.leftovers knows drafts
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        os.replace(draft, path)
    except OSError:
        return


def _read(folder: str, address: str) -> list[Head]:
    """Return what is remembered of a place; nothing where the file is missing, damaged or of another place."""
    try:
        with open(head_file(folder, address), "rb") as file:
            place, *lines = file.read().decode("utf-8", "surrogateescape").split("\n")
        parts = [line.split(" ") for line in lines if line]
        return [Head(ledger, int(seq), digest) for ledger, seq, digest in parts] if place == address else []
    except (OSError, ValueError):
        return []
