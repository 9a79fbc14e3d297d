"""Evidence that is given with an action: what a file's content is recognised by."""

from collections.abc import Iterable, Mapping
from typing import Any

from qplan.errors import BadInput
from qplan.i18n import _

#: Evidence -> its digest (:func:`_digest`), or why it has none.
Digests = Mapping[str, str | BadInput | None]


def digests_of(given: Iterable[Mapping[str, Any]]) -> Digests:
    """Read the evidence of a command before its transaction: a pipe or a large file must not stop other writers."""
    found: dict[str, str | BadInput | None] = {}
    for text in {one["evidence"] for one in given if one.get("evidence")}:
        try:
            found[text] = _digest(text)
        except BadInput as error:
            found[text] = error
    return found


def _digest(evidence: str) -> str | None:
    """The SHA-256 of evidence that is a readable file; None for addresses and document numbers alone.

    Of several pieces, one a line, each has its line: ``-`` stands for what is no file.
    """
    found = [_digest_of(one.strip()) for one in evidence.split("\n") if one.strip()]
    return "\n".join(one or "-" for one in found) if any(found) else None


def _digest_of(evidence: str) -> str | None:
    from hashlib import file_digest
    from pathlib import Path

    path = Path(evidence)
    try:
        if path.is_dir():
            raise BadInput(_("--evidence: {path} is a folder; give the files in it.").format(path=evidence))
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def unread(evidence: str, digests: str | None) -> list[str]:
    """Return the pieces of evidence that look like paths of files, and are none that could be read.

    ``digests`` are those that were stored with it: a pipe cannot be read a second time.
    """
    import re

    def path(text: str) -> bool:
        named = re.search(r"[/\\]|\.[A-Za-z0-9]{2,5}$", text) is not None
        return named and "://" not in text and not re.search(r"[〔\[［(（]\d{4}[〕\]］)）].*号", text)

    pieces = evidence.split("\n")
    read = digests.split("\n") if digests else ["-"] * len(pieces)
    return [one for one, digest in zip(pieces, read, strict=False) if path(one) and digest == "-"]
