"""What ``make generate`` writes is what the repository holds: one test for each kind of file."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "generate.py"
#: The year is played by tests/scenario, which compares its journal.
STEPS = ("catalogue", "new_ledger", "schemas", "plan_format", "workflow", "reference", "tours")


def generate(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(TOOL), *words], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("step", STEPS)
def test_generated_files_are_current(step):
    if step == "catalogue":
        pytest.importorskip("babel.messages", reason="Babel is needed to develop only")
    done = generate("--check", step)
    assert done.returncode == 0, f"run make generate: {done.stdout}{done.stderr}"


def test_every_step_is_checked():
    assert set(STEPS) | {"year"} == set(
        generate("--help").stdout.split("positional arguments:\n  STEP")[1].split("options:")[0].split()
    )


def test_a_step_that_does_not_exist_is_refused():
    done = generate("--check", "nosuch")
    assert done.returncode == 2 and "nosuch" in done.stderr
