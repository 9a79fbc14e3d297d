"""Signatures of texts by SSH keys: ``ssh-keygen -Y``, never through a shell."""

from __future__ import annotations

import os
import subprocess

from qplan.errors import BadInput, Refused
from qplan.i18n import _

#: What a signature begins with.
BEGINNING = "-----BEGIN SSH SIGNATURE-----"


def sign(text: str, key: str, purpose: str, *, ask: bool = False) -> str:
    """Return the signature of a text by a key; a signature for one purpose holds for no other.

    With ``ask`` a passphrase is asked for on the terminal. BadInput for a key file that is not there; Refused,
    with the reason, where it cannot sign.
    """
    if not os.path.isfile(key):
        raise BadInput(_("There is no key file {key}."), key=key)
    done = run("sign", "-f", os.path.abspath(key), "-n", purpose, text=text, ask=ask)
    if done.returncode != 0 or BEGINNING not in done.stdout:
        said = last_line(done.stderr)
        if "passphrase" in said:
            raise Refused(
                _("The key {key} needs its passphrase, and no agent holds the key; give it to one with: ssh-add {key}"),
                key=key,
            )  # fmt: skip
        raise Refused(_("The key {key} does not sign: {error}"), key=key, error=said or "?")
    return done.stdout


def fault(text: str, signature: str, purpose: str, who: str, allowed_signers: str) -> str | None:
    """Return why a signature, in a file, is none of a text by somebody; None where it is.

    ``who`` is matched with the principals of the file of allowed signers.
    """
    where = (
        "-f",
        os.path.abspath(allowed_signers),
        "-I",
        who,
        "-n",
        purpose,
        "-s",
        os.path.abspath(signature),
    )
    return reason(run("verify", *where, text=text))


def reason(done: subprocess.CompletedProcess[str]) -> str | None:
    """Return why ssh-keygen did not accept a signature; None where it did."""
    return None if done.returncode == 0 else last_line(done.stderr) or last_line(done.stdout) or "?"


def check_file(allowed_signers: str) -> None:
    """Raise BadInput where there is no file of allowed signers."""
    if not os.path.isfile(allowed_signers):
        raise BadInput(_("There is no file of allowed signers {file}."), file=allowed_signers)


def run(action: str, *words: str, text: str, ask: bool = False) -> subprocess.CompletedProcess[str]:
    """Run ssh-keygen with a text on its input; unless ``ask``, without a terminal on which it could ask."""
    from shutil import which

    program = which("ssh-keygen")
    if program is None:
        raise Refused(_("Signatures need ssh-keygen (OpenSSH 8.2 or later), which is not installed."))
    return subprocess.run(  # noqa: S603 - no shell reads the words
        [program, "-Y", action, *words],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        start_new_session=not ask,
        env=None if ask else {**os.environ, "SSH_ASKPASS_REQUIRE": "never"},
    )


def last_line(text: str) -> str:
    """Return the last line of what a program said."""
    return text.strip().splitlines()[-1] if text.strip() else ""
