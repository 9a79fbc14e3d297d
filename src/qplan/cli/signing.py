"""Entries and seals signed with the SSH key of whoever makes them, where the config file says ``sign = true``."""

from __future__ import annotations

import os
from collections.abc import Sequence

from qplan.cli import settings
from qplan.cli.output import say
from qplan.cli.session import Session
from qplan.errors import QplanError, Refused
from qplan.i18n import _
from qplan.ledger import signatures, ssh
from qplan.ledger.signatures import Entries
from qplan.ledger.store import Ledger

#: The keys that are looked for where the config file names none, as ssh does.
KEYS = ("id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk")


def check(session: Session) -> None:
    """Raise Refused or BadInput where the key cannot sign: before anything is written."""
    ssh.sign("qplan\n", key_of(session), signatures.PURPOSE)


def sign(session: Session, ledger: Ledger, written: Sequence[Entries]) -> None:
    """Sign the entries that a command has written; what hinders that is a warning, for the ledger has taken them."""
    ident = ledger.head().ledger
    for first, last in written:
        try:
            signature = ssh.sign(signatures.text_of(ident, first, last), key_of(session), signatures.PURPOSE)
            signatures.add(ledger.connection, first.seq, last.seq, signature)
        except (QplanError, OSError) as error:
            text = _("No. {seq} is written, but not signed: {error}")
            say(text, session._replace(quiet=False), seq=last.seq, error=error)


def key_of(session: Session) -> str:
    """Return the file of the key: the one of the config file, else the first that ssh would take."""
    if session.sign_key is not None:
        return session.sign_key
    folder = os.path.join(settings.home() or "", ".ssh")
    for name in KEYS:
        for path in (os.path.join(folder, name), os.path.join(folder, f"{name}.pub")):
            if os.path.isfile(path):
                return path
    raise Refused(
        _("Entries are to be signed (sign in the config file), but there is no SSH key in {folder}; make one with ssh-keygen, or name one: qplan config set sign_key FILE"),
        folder=folder,
    )  # fmt: skip
