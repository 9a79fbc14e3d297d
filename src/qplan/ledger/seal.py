"""Seals: the head of the journal in a small text file that is kept somewhere else.

Whoever owns a ledger's file can rewrite all of it and every hash in it. A seal that somebody else
keeps shows that: the journal must still have the entry that was sealed, with the same hash. It can
be signed with an SSH key, so that nobody can make it anew either.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from qplan.core.model import Head
from qplan.errors import BadInput, system_words
from qplan.i18n import _
from qplan.ledger import ssh, statements
from qplan.ledger.connection import Connection, is_server
from qplan.ledger.verify import SEAL, Finding

FIRST_LINE = "qplan seal 1"

#: What a signature is for; a signature made for anything else is refused.
NAMESPACE = "qplan-seal"

#: A seal has a few lines: what is longer is none.
LONGEST = 4096


class Seal(NamedTuple):
    """The head of a ledger's journal at a moment."""

    head: Head
    sealed_at: str  #: UTC
    server: str | None = None  #: of a ledger on a server, the fingerprint of its objects and rights

    def text(self) -> str:
        """The file: four or five facts, a line each, the same bytes everywhere."""
        ledger, seq, digest = self.head
        server = "" if self.server is None else f"server {self.server}\n"
        return f"{FIRST_LINE}\nledger {ledger}\nseq {seq}\nhash {digest}\nsealed {self.sealed_at}\n{server}"

    @classmethod
    def parse(cls, text: str, name: str) -> Seal:
        """The seal that a text is; BadInput when it is none."""
        lines = text.replace("\r\n", "\n").splitlines()
        facts = dict(line.partition(" ")[::2] for line in lines[1:])
        seal = None
        if lines[:1] == [FIRST_LINE] and facts.keys() - {"server"} == {"ledger", "seq", "hash", "sealed"}:
            number, digest = facts["seq"], facts["hash"]
            if number.isascii() and number.isdigit() and len(number) < 19 and len(digest) == 64:
                seal = cls(Head(facts["ledger"], int(number), digest), facts["sealed"], facts.get("server"))
        if seal is None or seal.text() != "".join(f"{line}\n" for line in lines):
            raise BadInput(_("{file} is not a seal of a ledger; make one with: qplan seal"), file=name)
        return seal


def signature_of(path: str) -> str:
    """Where the signature of a seal place, if it has one."""
    return f"{path}.sig"


def read(path: str) -> Seal:
    """The seal in a file; BadInput when there is none."""
    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST + 1)
        return Seal.parse(data.decode("ascii") if len(data) <= LONGEST else "", path)
    except OSError as error:
        raise BadInput(f"{path}: {system_words(error)}") from error
    except UnicodeDecodeError:
        return Seal.parse("", path)


def check(connection: Connection, seal: Seal) -> list[Finding]:
    """Hold a ledger against a seal: same ledger, not shorter, the sealed entry unchanged."""
    ledger, genesis, _created = connection.rows(statements.LEDGER)[0]
    sealed = seal.head
    if ledger != sealed.ledger:
        what = _("the seal is of ledger {theirs}; this is {ours}")
        return [Finding(SEAL, None, what.format(theirs=sealed.ledger, ours=ledger))]
    if sealed.seq == 0:
        found = genesis
    else:
        last = (connection.rows(statements.HEAD) or [(0,)])[0][0]
        if last < sealed.seq:
            what = _("the journal ends at no. {last}; the seal of {when} is on no. {seq}: entries are gone")
            return [Finding(SEAL, last + 1, what.format(last=last, when=seal.sealed_at, seq=sealed.seq))]
        rows = connection.rows(statements.EVENT_AT, seq=sealed.seq)
        found = rows[0][-1] if rows else ""
    if found != sealed.hash:
        what = _("no. {seq} is not the entry that was sealed on {when}: the journal up to it was rewritten")
        return [Finding(SEAL, sealed.seq, what.format(seq=sealed.seq, when=seal.sealed_at))]
    return []


def server_of(connection: Connection) -> str | None:
    """Return the fingerprint of a server's objects and rights; None for a ledger in a file."""
    if not is_server(connection.place):
        return None
    from qplan.ledger.postgres.connection import PostgresConnection
    from qplan.ledger.postgres.structure import fingerprint

    return fingerprint(connection) if isinstance(connection, PostgresConnection) else None


def sign(text: str, key: str, *, ask: bool = True) -> str:
    """The signature of a seal's text by an SSH key (see :func:`qplan.ledger.ssh.sign`)."""
    return ssh.sign(text, key, NAMESPACE, ask=ask)


def check_signature(path: str, allowed_signers: str | None) -> tuple[str | None, list[Finding]]:
    """Who signed a seal (None: it is not signed, or nobody was named as allowed), and the faults.

    Without a file of allowed signers a signature is only checked to be one of the seal's text; by
    whom it was made is then not known.
    """
    signature = signature_of(path)
    if not os.path.exists(signature):
        if allowed_signers is None:
            return None, []
        return None, [
            Finding(SEAL, None, _("the seal is not signed: there is no {file}").format(file=signature))
        ]
    text = Path(path).read_text("ascii")
    place = os.path.abspath(signature)
    if allowed_signers is None:
        fault = ssh.reason(ssh.run("check-novalidate", "-n", NAMESPACE, "-s", place, text=text))
        return None, _faults(fault)
    ssh.check_file(allowed_signers)
    done = ssh.run("find-principals", "-f", os.path.abspath(allowed_signers), "-s", place, text="")
    names = done.stdout.split("\n")[0].split(",")
    if done.returncode != 0 or not names[0]:
        return None, [
            Finding(SEAL, None, _("the seal is signed with a key that is not among the allowed ones"))
        ]
    fault = ssh.fault(text, signature, NAMESPACE, names[0], allowed_signers)
    return None if fault else names[0], _faults(fault)


def _faults(reason: str | None) -> list[Finding]:
    if reason is None:
        return []
    return [Finding(SEAL, None, _("the signature does not hold: {error}").format(error=reason))]
