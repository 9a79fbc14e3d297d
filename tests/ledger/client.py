"""One client of a busy ledger: ``python client.py URL NAME UPDATES FIRST``; says each entry that was acknowledged.

Every update has a request id (``NAME-number``), so that one whose answer was lost can be repeated.
A failure is said as a sentence and ends the client with the error's own exit number.
"""

from __future__ import annotations

import sys
from datetime import date

from qplan.core.model import Actor
from qplan.errors import QplanError
from qplan.ledger.store import Ledger
from qplan.service import actions
from qplan.service.actions import WriteContext


def main(url: str, name: str, updates: str, first: str) -> int:
    try:
        with Ledger.open(url, write=True) as ledger:
            actor = ledger.own_actor() or Actor(name, "zlb")
            print("open", flush=True)
            for number in range(int(first), int(updates)):
                request = f"{name}-{number}"
                order = WriteContext(
                    actor, "2024-05-01T00:00:00Z", date(2024, 6, 1), date(2024, 5, 1), request=request
                )
                task = f"T1.{number % 4 + 1}"
                written = actions.take(ledger, [task], "report", {"note": f"{name} {number}"}, order)
                print(written[0].seq, request, "again" if written[0].repeated else "", flush=True)
    except QplanError as error:
        print(error, file=sys.stderr, flush=True)
        return error.exit
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
