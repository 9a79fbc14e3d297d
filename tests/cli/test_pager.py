"""What is longer than the terminal is shown by a pager: only on a terminal, and never in the way of an answer."""

import os
import subprocess
import sys

import pytest

from qplan.cli.pager import command

pytest.importorskip("pty", reason="terminals of POSIX")

from cli.terminal import Terminal

#: A pager that leaves what it is given in a file.
KEEPING = "cat > {file}"


@pytest.fixture
def terminal(ledger, tmp_path):
    """Run the program on a terminal of so many lines; return its exit number and what the screen shows."""

    def call(*words, lines=10, keys="", **environ):
        opened = Terminal(words, {"QPLAN_LEDGER": str(ledger), **environ}, lines)
        if keys:
            opened.until("T1.2.1")
            opened.type(keys)
        return opened.end()

    return call


def test_a_long_answer_goes_through_the_pager(terminal, tmp_path):
    code, shown = terminal("tasks", QPLAN_PAGER=KEEPING.format(file=tmp_path / "seen"))
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert code == 0 and "T1.1" in seen and "S4" in seen
    assert "T1.1" not in shown


def test_a_short_one_does_not(terminal, tmp_path):
    code, shown = terminal(
        "tasks", "--limit", "3", lines=40, QPLAN_PAGER=KEEPING.format(file=tmp_path / "seen")
    )
    assert code == 0 and "T1.1" in shown and not (tmp_path / "seen").exists()


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("tasks", "--no-pager"), {}),
        (("--no-pager", "tasks"), {}),
        (("tasks",), {"QPLAN_PAGER": ""}),
        (("tasks",), {"QPLAN_PAGER": "cat"}),
        (("tasks",), {"PAGER": "cat"}),
        (("tasks",), {"TERM": "dumb"}),
        (("tasks",), {"QPLAN_PAGER": "no-such-pager"}),
        (("tasks",), {"QPLAN_PAGER": "no-such-pager --with options"}),
        (("tasks",), {"PATH": ""}),
    ],
    ids=str,
)
def test_without_a_pager_the_answer_is_on_the_screen(terminal, words, environ):
    environ = {"PAGER": "false", **environ} if "QPLAN_PAGER" in environ else environ
    code, shown = terminal(*words, **environ)
    assert code == 0 and "T1.1" in shown and "S4" in shown


def test_the_exit_number_is_that_of_the_command_although_the_pager_is_closed(terminal):
    """``overdue --exit-code`` has 5, whatever the reader does with the list."""
    for pager in ("head -1 > /dev/null", "false", "true"):
        code, _shown = terminal("overdue", "--as-of", "2026-06-30", "--exit-code", QPLAN_PAGER=pager)
        assert code == 5, pager
    code, shown = terminal("tasks", keys="q")
    assert code == 0 and "Traceback" not in shown and "S4" not in shown


def test_a_file_and_a_pipe_have_no_pager(ledger, tmp_path):
    environ = {
        **os.environ,
        "QPLAN_LEDGER": str(ledger),
        "QPLAN_PAGER": KEEPING.format(file=tmp_path / "seen"),
    }
    program = [sys.executable, "-m", "qplan", "tasks"]
    subprocess.run([*program, "--out", tmp_path / "t.csv"], env=environ, check=True)
    assert "S4" in subprocess.run(program, env=environ, check=True, capture_output=True, text=True).stdout
    assert not (tmp_path / "seen").exists()


def test_which_pager_it_is():
    assert command({}) == "less"
    assert command({"PAGER": "more"}) == "more"
    assert command({"PAGER": "more", "QPLAN_PAGER": "most -s"}) == "most -s"
    assert command({"PAGER": "more", "QPLAN_PAGER": " "}) == ""
    assert command({"TERM": "dumb"}) == "" and command({"TERM": "dumb", "PAGER": "more"}) == "more"
