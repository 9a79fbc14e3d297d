"""Signatures of entries by the SSH keys of those who wrote them, kept beside the journal.

One signature is of all entries that a command wrote: its text names the first and the last of them, with the
hash before the first and that of the last, between which the chain allows no other entry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from qplan.core.model import Event
from qplan.errors import NotVerified
from qplan.i18n import _
from qplan.ledger import ssh, statements
from qplan.ledger.connection import Connection
from qplan.ledger.verify import SIGNATURE, Finding

#: What a signature is for; one made for anything else is refused.
PURPOSE = "qplan"

#: The entries of one command: their first and their last.
Entries = tuple[Event, Event]


class Signed(NamedTuple):
    """Which entries of a journal are signed; ``unsigned`` are the numbers from and to of those that are not."""

    entries: int
    signers: tuple[str, ...]  #: the actors whose signatures hold
    unsigned: tuple[tuple[int, int], ...]


def text_of(ledger: str, first: Event, last: Event) -> str:
    """Return what is signed of the entries that a command wrote."""
    return (
        f"qplan entries 1\nledger {ledger}\nfrom {first.seq}\nprev {first.prev}\n"
        f"to {last.seq}\nhash {last.hash}\nactor {last.actor}\n"
    )


def add(connection: Connection, first: int, last: int, signature: str) -> None:
    """Keep the signature of entries, in a transaction of its own; NotVerified where it is not kept."""
    with connection.transaction():
        if connection.guarded:
            connection.rows(
                "SELECT qplan.sign(:first, :last, :given)", first=first, last=last, given=signature
            )
        else:
            connection.run(statements.SIGNATURE_NEW, seq=last, first_seq=first, signature=signature)
        if (last, first, signature) not in connection.rows(statements.SIGNATURES_FROM, seq=last):
            raise NotVerified(_("{place} did not keep the signature of no. {seq}.").format(place=connection.place, seq=last))  # fmt: skip


def check(
    connection: Connection, ledger: str, last: int, allowed_signers: str,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Signed, list[Finding]]:  # fmt: skip
    """Check the signatures of a ledger, whose journal ends at ``last``, against a file of allowed signers."""
    from tempfile import TemporaryDirectory

    ssh.check_file(allowed_signers)
    rows = connection.rows(statements.SIGNATURES)
    found: list[Finding] = []
    spans: list[tuple[int, int]] = []
    signers: dict[str, None] = {}
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "signature")
        for number, (seq, first_seq, signature) in enumerate(rows):
            if progress is not None and number % 100 == 0:
                progress(number, len(rows))
            entries = _entries(connection, first_seq, seq)
            if entries is None:
                found.append(Finding(SIGNATURE, seq, _("the signature of no. {seq} is of no such entries").format(seq=seq)))  # fmt: skip
                continue
            with open(path, "w", encoding="utf-8") as file:
                file.write(signature)
            who = entries[1].actor
            if fault := ssh.fault(text_of(ledger, *entries), path, PURPOSE, who, allowed_signers):
                what = _("the signature of no. {first} to {seq} is none of {who}: {error}")
                found.append(
                    Finding(SIGNATURE, seq, what.format(first=first_seq, seq=seq, who=who, error=fault))
                )
                continue
            spans.append((first_seq, seq))
            signers[who] = None
    unsigned = tuple(_gaps(spans, last))
    count = last - sum(to - begin + 1 for begin, to in unsigned)
    return Signed(count, tuple(signers), unsigned), found


def _entries(connection: Connection, first_seq: int, seq: int) -> Entries | None:
    """Return the first and the last entry that a signature is of; None where they are not of one actor."""
    rows = [connection.rows(statements.EVENT_AT, seq=one) for one in (first_seq, seq)]
    others = connection.rows(statements.ACTORS_BETWEEN, first=first_seq, last=seq)
    if not all(rows) or len(others) != 1:
        return None
    return Event(*rows[0][0]), Event(*rows[1][0])


def _gaps(spans: Sequence[tuple[int, int]], last: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers from 1 to ``last`` that no span holds, as spans."""
    begin = 1
    for first, to in sorted(spans):
        if first > begin:
            yield begin, first - 1
        begin = max(begin, to + 1)
    if begin <= last:
        yield begin, last
