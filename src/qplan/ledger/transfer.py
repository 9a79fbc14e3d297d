"""The journal as JSON lines: out of a ledger, and into a new one that is the same to the last hash.

The first line names the ledger and the head; each further line is one event. ``body`` is a text
that holds JSON, because the very text was hashed (``docs/audit.md``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from qplan.core import entries, events
from qplan.core.model import RECORDS, Event, Head
from qplan.errors import BadFile, NotVerified, Problem, Refused
from qplan.i18n import _
from qplan.ledger import create, journal, schema, statements
from qplan.ledger.connection import Connection, shown
from qplan.ledger.engines import connect, exists
from qplan.ledger.verify import VALUES, Progress, Replay, verify

FORMAT = "qplan journal 1"

#: What the line of an entry has beside its fields where a signature of entries ends with it.
SIGNED = ("signed_from", "signature")

#: Characters of the longest line that is read.
LONGEST = 16_000_000

#: Events written at a time.
BATCH = 1000


def lines(connection: Connection) -> Iterator[str]:
    """A ledger's journal, line by line."""
    ((ledger, genesis, created),) = connection.rows(statements.LEDGER)
    head = journal.head(connection)
    first = {"format": FORMAT, "ledger": ledger, "created_at": created, "genesis": genesis}
    yield _line({**first, "seq": head.seq, "hash": head.hash})
    signed = {seq: (first, text) for seq, first, text in connection.rows(statements.SIGNATURES)}
    for row in connection.each(statements.EVENTS, after=0):
        signature = dict(zip(SIGNED, signed.get(row[0], ()), strict=False))
        yield _line({**dict(zip(Event._fields, row, strict=True)), **signature})


def _line(value: dict[str, Any]) -> str:
    return events.inert(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) + "\n"


def read_in(source: Iterable[str], name: str, place: str) -> Head:
    """Make a new ledger from an exported journal: the same identity, entries and hashes, verified.

    BadFile when the lines are not a journal; NotVerified when they do not agree with each other, or
    were cut; Refused when there is something at the place already.
    """
    if exists(place):
        raise Refused(
            _("There is something at {path} already; a journal is read into a new ledger (--ledger)."),
            path=shown(place),
        )
    numbered = enumerate(source, 1)
    first = _object(next(numbered, (1, "")), name)
    expected = _head(first, name)
    with create.new_ledger(place, first["created_at"], expected.ledger) as ledger:
        connection = ledger.connection
        replay = Replay(expected.ledger, events.genesis(expected.ledger), first["created_at"], None)
        with schema.bulk_load(connection):
            _fill(connection, replay, numbered, name)
        found = Head(replay.ledger, replay.seq, replay.hash)
        if found != expected:
            raise NotVerified(
                _("{file} ends at no. {seq}; its first line promises no. {promised}: lines are missing."),
                file=name, seq=found.seq, promised=expected.seq,
            )  # fmt: skip
        if verdict := verify(connection).damage:
            raise NotVerified(f"{name}: {verdict[0].what}")
    return expected


def move(place: str, target: str, progress: Progress | None = None) -> Head:
    """Make the same ledger at another place, on another engine: every entry, the same head, verified.

    The ledger that was there stays as it is. NotVerified when it does not verify; Refused when
    there is something at the target already.
    """
    source = connect(place)
    try:
        source.detach()
        verdict = verify(source, progress)
        if verdict.damage or verdict.head is None:
            raise NotVerified(
                _("{place} does not verify, so it is not moved; look at it with: qplan verify"),
                place=shown(place),
            )
        if exists(target):
            raise Refused(
                _("There is something at {path} already; a ledger is moved to an empty place."),
                path=shown(target),
            )
        head = read_in(lines(source), shown(place), target)
    finally:
        source.close()
    source = connect(place)  # what was moved was read from a copy of one moment
    try:
        last = journal.head(source)
    finally:
        source.close()
    if head != last:
        raise NotVerified(
            _("The ledger was written to while it was moved: {path} ends at no. {seq}."),
            path=shown(target),
            seq=head.seq,
        )
    return head


def _fill(connection: Connection, replay: Replay, numbered: Iterator[tuple[int, str]], name: str) -> None:
    """Take the journal in, line by line, then the rows that it makes."""
    signatures: list[tuple[int, int, str]] = []
    while batch := list(islice(numbered, BATCH)):
        new = [_event(line, name, signatures) for line in batch]
        for (number, _text), event in zip(batch, new, strict=True):
            faults = replay.take(event)
            if values := [fault for fault in faults if fault.check == VALUES]:
                raise _bad(name, number, *(fault.what for fault in values))
            if faults:
                raise NotVerified(
                    f"{name}:{number}: " + _("no. {seq}").format(seq=event.seq) + f": {faults[0].what}"
                )
        connection.many(statements.EVENT_NEW, new)
    connection.many(statements.SIGNATURE_NEW, signatures)
    _project(connection, replay)


def _project(connection: Connection, replay: Replay) -> None:
    """Write the rows and the request ids that the journal makes."""
    for entity in RECORDS:
        rows = (tuple(fields.values()) for (kind, _id), fields in replay.state.items() if kind == entity)
        connection.many(statements.insert(entity), rows)
    requests = ((ident, first, last) for ident, (first, last, _number) in replay.requests.items())
    connection.many(statements.REQUEST_NEW, requests)


def _object(line: tuple[int, str], name: str) -> dict[str, Any]:
    number, text = line
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _bad(name, number, _("this is no line of a journal"))
    return found


def _bad(name: str, line: int, *faults: str, column: int = 1) -> BadFile:
    """The error for a line that is not as an export writes it."""
    hint = _("export it anew: qplan export --journal")
    return BadFile([Problem(name, line, column, fault, hint) for fault in faults])


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _head(first: dict[str, Any], name: str) -> Head:
    texts = [first.get(key) for key in ("ledger", "created_at", "hash")]
    seq = first.get("seq")
    named = all(isinstance(text, str) for text in texts)
    if first.get("format") != FORMAT or not named or type(seq) is not int or not entries.is_head(*texts[:2]):
        raise _bad(name, 1, _("the first line is not that of a journal"))
    return Head(str(first["ledger"]), int(str(seq)), str(first["hash"]))


def _event(line: tuple[int, str], name: str, signatures: list[tuple[int, int, str]]) -> Event:
    """Return the entry of a line; a signature that ends with it is added to ``signatures``. BadFile for any other line."""
    found = _object(line, name)
    first, text = (found.pop(key, None) for key in SIGNED)
    seq = found.get("seq")
    if isinstance(first, int) and isinstance(seq, int) and 1 <= first <= seq and isinstance(text, str):
        signatures.append((seq, first, text))
    elif (first, text) != (None, None):
        found = {}
    if found.keys() == set(Event._fields) and all(
        type(value) is (int if key == "seq" else str) for key, value in found.items()
    ):
        return Event(**found)
    raise _bad(name, line[0], _("this is no entry of a journal"))


def file_lines(path: str) -> Iterator[str]:
    """The lines of a text file, none longer than a journal's can be; BadFile when it is not UTF-8."""
    with Path(path).open("rb") as file:
        number = 0
        while line := file.readline(LONGEST):
            number += 1
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise _bad(path, number, _("this is not UTF-8"), column=error.start + 1) from error
