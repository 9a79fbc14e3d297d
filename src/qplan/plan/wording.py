"""The wording of official documents: text templates that an office may edit."""

from __future__ import annotations

import os
from typing import NamedTuple

from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan.bundled import folder as bundled


class Wording(NamedTuple):
    """The text of a template, and where it was read."""

    path: str
    text: str


def read(name: str, folder: str | None = None, language: str = "zh") -> Wording:
    """A template (notice, order, letter, message): from the district's folder, or the bundled one it does not replace.

    The file of an English plan is ``NAME.en.txt``.

    BadInput for a folder that is not there, or a file that is no UTF-8.
    """
    if folder is not None and not os.path.isdir(folder):
        raise BadInput(_("There is no folder of templates {path}."), path=folder)
    file_name = f"{name}.txt" if language == "zh" else f"{name}.{language}.txt"
    own = os.path.join(folder, file_name) if folder else ""
    path = own if own and os.path.exists(own) else str(bundled() / "templates" / file_name)
    with open(path, "rb") as file:
        raw = file.read()
    try:
        return Wording(path, raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(_("{path} is not UTF-8; save it as UTF-8."), path=path) from None
