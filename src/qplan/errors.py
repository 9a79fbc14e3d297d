"""One error tree. An error owns its code, its sentence and the exit number of the process.

The sentence says what is wrong and how to mend it; it is already in the user's language.
"""

from typing import NamedTuple


class QplanError(Exception):
    """Something the user is told in one sentence. Exit 1: refused by a rule, or failed."""

    code = "failed"
    exit = 1


class Refused(QplanError):
    """A rule of the ledger says no: an illegal step, a missing requirement, a wrong role."""

    code = "refused"


class BadInput(QplanError):
    """The command or a file cannot be understood. Exit 2, nothing written."""

    code = "bad-input"
    exit = 2


class NoLedger(BadInput):
    """There is no usable ledger at the place named: missing, foreign, newer."""

    code = "no-ledger"


class NotVerified(QplanError):
    """The ledger does not agree with itself or with a seal. Exit 3."""

    code = "not-verified"
    exit = 3


class ChangedMeanwhile(QplanError):
    """Somebody else wrote first. Exit 4: look again, try again."""

    code = "changed-meanwhile"
    exit = 4


class Problem(NamedTuple):
    """One fault of a file: where it is, what is wrong, how to mend it."""

    file: str
    line: int
    column: int
    what: str
    mend: str
    remark: bool = False  #: a remark informs and hinders nothing

    def __str__(self) -> str:
        from qplan.i18n import joined

        told = joined(filter(None, (self.what, self.mend)), ";")
        return f"{self.file}:{self.line}:{self.column}: {told}"


class BadFile(BadInput):
    """A file has problems; it carries all of them."""

    code = "bad-file"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
