"""Receipts of entries: the number and the beginning of the hash, by which a department finds its entry again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qplan.core.model import Event
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import Connection
from qplan.ledger.verify import RECEIPT, Finding

#: Fewer digits of a hash would be found by trying.
FEWEST = 8

_WRITTEN = re.compile(
    rf"\s*([1-9][0-9]{{0,17}})\s*[:：]\s*([0-9A-Fa-f]{{{FEWEST},64}})(…|\.\.\.)?\s*", re.ASCII
)


class Receipt(NamedTuple):
    """What a receipt says of an entry."""

    seq: int
    digits: str  #: with which the entry's hash begins


def parse(text: str) -> Receipt:
    """Return the receipt that ``436:9c1f2ab04d1e`` is; BadInput for any other text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise BadInput(
            _("--receipt: “{text}” is no receipt; write number and hash as they were printed, such as 436:9c1f2ab04d1e.").format(text=text)
        )  # fmt: skip
    return Receipt(int(found[1]), found[2].lower())


def check(connection: Connection, receipts: Iterable[Receipt]) -> Iterator[Finding | Event]:
    """Yield for each receipt the entry that it is of, or what is not so."""
    last = (connection.rows(statements.HEAD) or [(0,)])[0][0]
    for seq, digits in receipts:
        rows = connection.rows(statements.EVENT_AT, seq=seq)
        if not rows:
            what = _("the journal ends at no. {last}; the receipt is of no. {seq}: entries are gone")
            yield Finding(RECEIPT, min(seq, last + 1), what.format(last=last, seq=seq))
        elif not (event := Event(*rows[0])).hash.startswith(digits):
            what = _("no. {seq} is not the entry of the receipt {receipt}: the journal was rewritten")
            yield Finding(RECEIPT, seq, what.format(seq=seq, receipt=f"{seq}:{digits}"))
        else:
            yield event
