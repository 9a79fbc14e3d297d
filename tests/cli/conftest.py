"""A ledger of the bundled plan, and the program run in this process with a clock that stands still."""

import json
import shutil
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from qplan import i18n
from qplan.cli import settings
from qplan.cli.run import run

#: Monday 2026-11-23, 09:30 in the plan's zone.
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class Answer(NamedTuple):
    """What a call printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def qplan(monkeypatch, capsys, tmp_path):
    """Call the program: ``qplan("tasks", "--dept", "scjg")``; ``qplan.at(moment)`` sets the clock."""
    monkeypatch.setenv("QPLAN_LEDGER", str(tmp_path / "ledger.db"))
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.setenv("QPLAN_LANG", "en")
    monkeypatch.setenv("QPLAN_ACTOR", "tester")
    monkeypatch.setenv("COLUMNS", "120")
    clock = {"now": NOW}
    monkeypatch.setattr(settings, "now", lambda: clock["now"])

    def call(*argv):
        capsys.readouterr()
        code = run([str(word) for word in argv])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    call.at = lambda moment: clock.update(now=moment)
    yield call
    i18n.use("en")


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """A ledger file with the bundled plan, made once."""
    path = tmp_path_factory.mktemp("plan") / "ledger.db"
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "now", lambda: NOW)
    patch.setenv("QPLAN_CONFIG", "")
    assert run(["load", "--ledger", str(path), "--actor", "tester", "--lang", "en"]) == 0
    patch.undo()
    return path


@pytest.fixture
def ledger(loaded, qplan, tmp_path):
    """The bundled plan in the ledger that ``qplan`` works on."""
    path = tmp_path / "ledger.db"
    shutil.copy(loaded, path)
    return path


@pytest.fixture
def in_march(qplan, loaded, tmp_path):
    """The program on a copy of the loaded plan, on Monday 2025-03-03, nothing accepted yet."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    return qplan
