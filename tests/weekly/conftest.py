"""The fictitious year in a ledger, its weekly lists, and the programs that show them."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qplan import i18n
from qplan.cli import settings
from qplan.cli.run import run

JOURNAL = Path(__file__).parents[2] / "examples" / "fictitious-year" / "journal.jsonl"
NOW = datetime(2026, 2, 16, 1, 30, tzinfo=UTC)
WEEK = "2026-W06"


def missing(reason: str) -> None:
    """Skip a test for what is not there, or fail it where that must not be."""
    (pytest.fail if os.environ.get("QPLAN_REQUIRE_OFFICE") else pytest.skip)(reason)


def program(name: str) -> str:
    """The path of a program."""
    path = shutil.which(name)
    if path is None:
        missing(f"{name} is not installed")
    return str(path)


@pytest.fixture(scope="session")
def year(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("year") / "ledger.db"
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "now", lambda: NOW)
    patch.setenv("QPLAN_CONFIG", "")
    assert run(["import", str(JOURNAL), "--ledger", str(path), "--lang", "zh"]) == 0
    patch.undo()
    i18n.use("en")
    return path


@pytest.fixture
def qplan(year, monkeypatch, capsys, tmp_path):
    """Call the program on the year's ledger, in Chinese; the answer is (code, stdout, stderr)."""
    monkeypatch.setenv("QPLAN_LEDGER", str(year))
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.delenv("QPLAN_TEMPLATES", raising=False)
    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.setattr(settings, "now", lambda: NOW)
    monkeypatch.chdir(tmp_path)

    def call(*argv):
        capsys.readouterr()
        code = run([str(word) for word in argv])
        told = capsys.readouterr()
        return code, told.out, told.err

    yield call
    i18n.use("en")


@pytest.fixture
def folder(qplan, tmp_path) -> Path:
    """A week's folder."""
    code, _out, err = qplan("weekly", "--week", WEEK, "--out", f"{tmp_path}/week/")
    assert code == 0, err
    return tmp_path / "week"


def pdf_of(path: Path, profile: Path) -> Path:
    """The file as LibreOffice prints it."""
    office = program("soffice")
    done = subprocess.run(
        [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    made = path.with_suffix(".pdf")
    assert made.exists(), done.stderr
    return made


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, laid out."""
    text = subprocess.run(
        [program("pdftotext"), "-layout", str(pdf), "-"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout
    return text.split("\f")[:-1]


@pytest.fixture(scope="session")
def profile(tmp_path_factory) -> Path:
    """An empty profile; the pages are counted with letters as wide as those that offices have."""
    said = subprocess.run(
        [program("fc-match"), "Times New Roman"], capture_output=True, text=True, check=True
    )
    if "Times" not in said.stdout and "Liberation" not in said.stdout:
        missing("no font as wide as Times New Roman is installed (fonts-liberation)")
    return tmp_path_factory.mktemp("office")
