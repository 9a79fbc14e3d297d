"""One error tree. An error owns its code, its sentence and the exit number of the process.

The sentence says what is wrong and how to mend it; it is already in the user's language.
"""

import errno
import os.path
import sys
from typing import NamedTuple

from qplan.i18n import N_, _

#: What the operating system says, in words of ours: its own are English, or of another language still.
SYSTEM = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.EEXIST: N_("it is there already"),
    errno.EACCES: N_("it is not permitted; check the rights on it and on its folder"),
    errno.EPERM: N_("it is not permitted; check the rights on it and on its folder"),
    errno.EROFS: N_("the disk takes nothing: it is read-only"),
    errno.ENOSPC: N_("there is no room left"),
    errno.EDQUOT: N_("there is no room left"),
    errno.EFBIG: N_("the file would be too large"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.EIO: N_("the disk or device failed"),
    errno.EMFILE: N_("too many files are open"),
    errno.EBUSY: N_("another program has it open"),
}


def system_words(error: OSError) -> str:
    """What went wrong with a file, in the language in use."""
    known = SYSTEM.get(error.errno or 0)
    if sys.platform == "win32" and error.errno == errno.EACCES:  # which is all that Windows says of these
        if error.filename and os.path.isdir(error.filename):
            known = SYSTEM[errno.EISDIR]
        else:
            known = N_("another program (Excel, Word) has it open, or it is not permitted; close it there")
    return _(known) if known else error.strerror or str(error)


def of_file(error: OSError, path: str) -> OSError:
    """The same error about the file that was asked for, where the one beside it failed."""
    return OSError(error.errno, error.strerror, path) if error.errno else error


class QplanError(Exception):
    """An error that the user sees as one sentence, given with its values. Exit 1: refused by a rule, or failed."""

    code = "failed"
    exit = 1

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)


class Refused(QplanError):
    """A rule of the ledger says no: an illegal step, a missing requirement, a wrong role."""

    code = "refused"


class BadInput(QplanError):
    """The command or a file cannot be understood. Exit 2, nothing written."""

    code = "bad-input"
    exit = 2


class UnknownTask(BadInput):
    """A text names no task; ``text`` is what was given."""

    def __init__(self, message: str, text: str) -> None:
        self.text = text
        super().__init__(message)


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
    hint: str
    warning: bool = False  #: a warning informs and hinders nothing
    cell: str = ""  #: in a workbook, sheet and cell

    def __str__(self) -> str:
        from qplan.i18n import joined

        sentence = joined(filter(None, (self.what, self.hint)), ";")
        return f"{self.file}:{self.cell or f'{self.line}:{self.column}'}: {sentence}"


class BadFile(BadInput):
    """A file has problems; it carries all of them. ``writes``: it was to be written from."""

    code = "bad-file"

    def __init__(self, problems: list[Problem], *, writes: bool = True) -> None:
        self.problems = problems
        self.writes = writes
        super().__init__("\n".join(map(str, problems)))
