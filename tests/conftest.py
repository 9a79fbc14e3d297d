"""What holds for every test."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from qplan import i18n

# A busy machine is no fault of the code: examples have no time limit of their own.
settings.register_profile("qplan", parent=settings(), deadline=None)
settings.load_profile("qplan")

# Who writes has to say who they are; whoever runs the tests need not.
os.environ["QPLAN_ACTOR"] = "tester"
#: What the program keeps for its user must not be that of whoever runs the tests.
_DATA = tempfile.TemporaryDirectory(prefix="qplan-tests-")
os.environ["XDG_DATA_HOME"] = _DATA.name
os.environ["XDG_STATE_HOME"] = os.path.join(_DATA.name, "state")


@pytest.fixture(autouse=True)
def _english():
    """The language is one for the process: a test must not hear the one before it."""
    i18n.use("en")


@pytest.fixture(autouse=True)
def same_folder():
    """A test that leaves the process in another folder breaks whichever comes next: it fails itself."""
    before = os.getcwd()
    yield
    after = os.getcwd()
    os.chdir(before)
    assert after == before, "use monkeypatch.chdir"


@pytest.fixture
def unmeasured(monkeypatch):
    """Processes that a test starts are not measured by coverage: it imports modules and takes time itself."""
    for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def plans_remembered():
    """Restore after each test from where ledgers were loaded: copies of one ledger have its id."""
    remembered = Path(_DATA.name) / "qplan" / "plans.json"
    before = remembered.read_bytes() if remembered.exists() else None
    yield
    if before is not None:
        remembered.write_bytes(before)
    else:
        remembered.unlink(missing_ok=True)
