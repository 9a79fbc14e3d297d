"""Several ledgers read by one command: it runs on each, and its answers are set side by side.

A command hands what it would write to :class:`Gathered` instead; afterwards the views of all ledgers are joined
(:func:`qplan.views.joint.together`) and written once. No ledger is ever opened for writing here.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from qplan.cli.settings import is_folder, is_pattern, normalized
from qplan.errors import BadInput, QplanError, Refused
from qplan.i18n import _, joined
from qplan.ledger.connection import APPLICATION_ID
from qplan.views import View
from qplan.views.joint import Source, frozen, together

#: Where a file of SQLite has the mark of the program that made it.
MARK = slice(68, 72)
#: The copy that an upgrade keeps beside a ledger.
UPGRADED = re.compile(r"\.schema-\d+$")


def places(texts: Iterable[str]) -> list[str]:
    """The ledgers that ``--ledger`` names, in the order given, those of a folder or pattern by name.

    Raises BadInput for a folder or pattern without any.
    """
    found: dict[str, None] = {}
    for text in texts:
        path = normalized(text)
        if is_folder(text):
            inside = [os.path.join(path, name) for name in sorted(os.listdir(path))]
        elif is_pattern(text):
            inside = sorted(glob.glob(path))
        else:
            found[path] = None
            continue
        ledgers = [one for one in inside if _is_ledger(one)]
        if not ledgers:
            if is_folder(text):
                raise BadInput(_("{path} is a folder, not a ledger; name a file in it."), path=text)
            raise BadInput(_("--ledger {path}: there is no ledger of that name."), path=text)
        found.update(dict.fromkeys(ledgers))
    return list(found)


def _is_ledger(path: str) -> bool:
    if UPGRADED.search(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return int.from_bytes(file.read(100)[MARK], "big") == APPLICATION_ID


class Gathered:
    """What a command would have written of each ledger, by where it would have gone."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.answers: dict[Any, tuple[list[tuple[Source, View]], Callable[..., None]]] = {}

    def add(self, where: Any, view: View, finish: Callable[..., None]) -> None:
        """Keep a view; ``finish(where, joint view)`` is called once, when every ledger was read."""
        self.answers.setdefault(where, ([], finish))[0].append((self.source, frozen(view)))


def run(session: Any, found: Sequence[str], call: Callable[[Any], Any]) -> Any:
    """Call a command for each ledger and write its answers side by side; return its largest exit number.

    A ledger that the command refuses, such as one without the department asked for, is named in a notice; BadInput
    of the first where it refuses all of them.
    """
    from qplan.cli.output import say

    gathered = Gathered()
    codes: list[int] = []
    refused: list[tuple[str, QplanError]] = []
    for place in found:
        gathered.source = _source(place)
        try:
            code = call(session._replace(ledger=place, gathered=gathered))
        except (BadInput, Refused) as error:
            refused.append((gathered.source.title, error))
            continue
        codes.append(code if isinstance(code, int) else 0)
    if not codes:
        raise refused[0][1]
    for title, reason in refused:
        say(_("Left out: {plan}. {why}"), session, plan=title, why=reason)
    for where, (views, finish) in gathered.answers.items():
        finish(where, together(views))
    return max(codes)


def _source(place: str) -> Source:
    """The plan of a ledger; BadInput for a place that holds none."""
    from qplan.ledger.store import Ledger

    with Ledger.open(place) as ledger:
        plan = ledger.plan()
        return Source(plan.id, plan.title)


def refuse(command: str, texts: Sequence[str]) -> None:
    """Raise BadInput where a command that does not only read is given several ledgers."""
    if len(texts) > 1:
        raise BadInput(
            _("qplan {command} takes one ledger; --ledger names {n}: {places}. Only lists read several."),
            command=command,
            n=len(texts),
            places=joined(texts),
        )
