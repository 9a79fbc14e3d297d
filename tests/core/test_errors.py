"""What the operating system says of a file, in words of ours."""

import errno
import sys

import pytest

from qplan.errors import of_file, system_words


def test_each_error_has_words_of_ours():
    assert "read-only" in system_words(OSError(errno.EROFS, "x", "f"))
    assert system_words(OSError(9999, "unheard of")) == "unheard of"


@pytest.mark.parametrize("make", [lambda e: e, lambda e: of_file(e, e.filename)])
def test_windows_has_one_number_for_folders_and_for_files_that_are_open(monkeypatch, tmp_path, make):
    monkeypatch.setattr(sys, "platform", "win32")
    assert system_words(make(OSError(errno.EACCES, "denied", str(tmp_path)))) == "it is a folder"
    opened = system_words(make(OSError(errno.EACCES, "denied", str(tmp_path / "台账.xlsx"))))
    assert "Excel" in opened and "close it" in opened
