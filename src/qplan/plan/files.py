"""Bytes of a plan file, the problems found on the way, and where its records are written.

A file is looked at once before anything parses it: what is too large, not UTF-8 or carries control
characters is refused here, with its place and how to mend it.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from qplan.core.names import nearest, shown
from qplan.errors import Problem, system_words
from qplan.i18n import _

#: All files of one plan together may be so large.
MOST_BYTES = 64 * 1024 * 1024
#: At most so many problems are listed; of the rest, the number.
MOST_PROBLEMS = 200
#: With so many more the rest of the file is not read: it is no plan.
MOST_COUNTED = 10_000

#: What a text cannot contain: C0 and C1 controls, separators that only some programs count as
#: line breaks, halves of surrogate pairs, noncharacters.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: A quick test that a file has none of them: the bytes of which each is one, and those with
#: which all others begin that UTF-8 can hold.
_C0 = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_OTHERS = (b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbf")
#: The beginning of a UTF-16 file without a mark: every second byte is zero.
_UTF16 = re.compile(rb"[^\0]\0[^\0]\0|\0[^\0]\0[^\0]")
#: Blanks that look like an indent and are none.
FALSE_INDENT = {
    "\t": "TAB",
    "\u00a0": "NBSP, U+00A0",
    "\u3000": "全角空格, U+3000",
    "\u2003": "EM SPACE, U+2003",
    "\u2002": "EN SPACE, U+2002",
    "\u2009": "THIN SPACE, U+2009",
    "\u200b": "ZERO WIDTH SPACE, U+200B",
    "\ufeff": "BOM, U+FEFF",
}


class Problems(list[Problem]):
    """The problems of one reading. Beyond :data:`MOST_PROBLEMS` they are only counted."""

    unlisted = 0

    def add(
        self, file: str, line: int, column: int, what: str, hint: str = "", warning: bool = False
    ) -> None:
        """Add one problem; ``line`` and ``column`` count from 1."""
        if len(self) < MOST_PROBLEMS:
            self.append(Problem(file, line, column, what, hint, warning))
        else:
            self.unlisted += 1

    def unknown_key(self, key: str, known: Iterable[str]) -> tuple[str, str]:
        """What is wrong and how to fix it where a key is none of those known."""
        near = nearest(key, known, 1, 0.7) if not self.unlisted else []
        every = _("the keys are: {}").format(" ".join(known))
        hint = _("did you mean `{}`?").format(near[0]) if near else every
        return _("`{}` is no key here").format(shown(key)), hint

    def sorted(self, files: list[str]) -> list[Problem]:
        """All of them by file (in the order of reading) and place, the number of the rest last."""
        order = {file: n for n, file in enumerate(files)}
        found = sorted(self, key=lambda p: (order.get(p.file, len(order)), p.line, p.column))
        if self.unlisted:
            many = _("{} more problems are not listed; the file was not read further")
            what = (many if self.unlisted >= MOST_COUNTED else _("{} more problems are not listed")).format(
                self.unlisted
            )
            found.append(Problem(files[0], 1, 1, what, _("mend those above first")))
        return found


def inside(folder: Path, name: str) -> Path | None:
    """The file of that name within the folder; None where the name leads out of it.

    Absolute names, ``..``, backslashes, drive letters and symbolic links that lead out are refused:
    a plan from somebody else must not read files of this machine.
    """
    parts = name.split("/")
    if not name or name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
        return None
    path = folder / name
    try:
        whole = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return path if whole.is_relative_to(folder.resolve()) else None


def read_bytes(path: Path, most: int, problems: Problems) -> bytes | None:
    """The file's bytes; None, with a problem reported, where it cannot be read."""
    try:
        with path.open("rb", buffering=0) as file:
            info = os.fstat(file.fileno())
            regular = stat.S_ISREG(info.st_mode)
            data = file.read(info.st_size + 1) if regular and info.st_size <= most else b""
        if not regular:
            what, hint = _("this is not an ordinary file"), _("name a YAML file")
        elif max(info.st_size, len(data)) > most:
            limit = MOST_BYTES // 1024 // 1024
            what, hint = (
                _("the plan's files are larger than {} MiB together").format(limit),
                _("split the plan"),
            )
        else:
            return data
    except FileNotFoundError:
        what, hint = _("there is no such file"), _("check the name; it is relative to the plan's folder")
    except (OSError, ValueError) as error:
        reason = system_words(error) if isinstance(error, OSError) else str(error)
        what, hint = _("the file cannot be read: {}").format(reason), _("check the name and its rights")
    problems.add(str(path), 1, 1, what, hint)
    return None


def check_encoding(name: str, data: bytes, problems: Problems) -> int | None:
    """How many characters the file has; None where its bytes are no text to go on with."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or _UTF16.match(data):
        what = _("the file is UTF-16 or UTF-32, not UTF-8")
        problems.add(name, 1, 1, what, _("convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"))
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = 3 if data.startswith(codecs.BOM_UTF8) else 0
    step, line, column, chars, sound = 1 << 20, 1, 1, 0, True
    others = any(begin in data for begin in _OTHERS)
    for at in range(start, len(data), step):
        chunk = data[at : at + step]
        try:
            text = decoder.decode(chunk, at + step >= len(data))
        except UnicodeDecodeError as error:  # its bytes are what was left over, then the chunk
            _not_utf8(name, data, at + len(chunk) - len(error.object) + error.start, problems)
            return None
        if (others or len(chunk.translate(None, _C0)) < len(chunk)) and CONTROL.search(text):
            sound = False
            for found in CONTROL.finditer(text):
                head = text[: found.start()] if problems.unlisted == 0 else ""
                breaks = head.count("\n")
                place = len(head) - head.rfind("\n") if breaks else column + len(head)
                what = _("control character U+{:04X}").format(ord(found.group()))
                problems.add(name, line + breaks, place, what, _("delete it"))
        chars += len(text)
        breaks = text.count("\n")
        column = len(text) - text.rfind("\n") if breaks else column + len(text)
        line += breaks
    return chars if sound else None


def _not_utf8(name: str, data: bytes, at: int, problems: Problems) -> None:
    """Tell where the first byte is that is no UTF-8, and which encoding it may be."""
    begin = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    whole = data[begin : end if end >= 0 else len(data)]
    column = len(data[begin:at].decode("utf-8", "replace")) + 1
    try:
        read = whole[:4096].decode("gb18030", "strict" if len(whole) <= 4096 else "ignore")
        what = _("this is not UTF-8; read as GBK the line is “{}”").format(shown(read.strip()))
        hint = _("convert it: iconv -f GB18030 -t UTF-8 FILE > NEW")
    except UnicodeDecodeError:
        what, hint = _("this byte is not UTF-8"), _("save the file as UTF-8")
    problems.add(name, data.count(b"\n", 0, at) + 1, column, what, hint)


def false_indent(data: bytes, line: int) -> tuple[int, str] | None:
    """The column and name of the first blank in the line's indent that is no ordinary space."""
    at = 0
    for _line in range(line - 1):
        at = data.find(b"\n", at) + 1
        if not at:
            return None
    text = data[at : at + 400].decode("utf-8", "ignore")
    for column, char in enumerate(text.lstrip("\ufeff") if line == 1 else text, 1):
        if char in FALSE_INDENT:
            return column, FALSE_INDENT[char]
        if char != " ":
            return None
    return None
