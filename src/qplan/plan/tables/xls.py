"""The process that reads a workbook which may end it: the file on stdin, its sheets as JSON on stdout.

Its memory is limited where the system can do that; what a damaged file does to it, it does to no other.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from qplan import i18n
from qplan.errors import BadInput
from qplan.plan.tables.workbook import load

_MEMORY = 1 << 30


def main() -> None:
    """Write ``[[name, rows, merged areas], …]``, or a sentence about what is wrong in the language that is named."""
    i18n.use(sys.argv[1])
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # Windows has no such limit
    try:
        grids = load(sys.stdin.buffer.read(), [], hidden="hidden" in sys.argv)
        answer: object = [[one.sheet, one.rows, sorted(set(one.merges.values()))] for one in grids]
    except BadInput as error:
        answer = str(error)
    json.dump(answer, sys.stdout, default=_day)


def _day(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    raise TypeError(value)


if __name__ == "__main__":
    main()
