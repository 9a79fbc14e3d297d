"""Start-up stays light: what a command does not use, it does not import."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import ForwardRef

import pytest

pytestmark = pytest.mark.usefixtures("unmeasured")

HERE = Path(__file__).parent
#: Nothing of this may be imported by a daily command on SQLite.
HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "yaml", "alembic", "psycopg", "openpyxl", "docx", "jinja2")
#: Nor this, unless its format is asked for.
WRITERS = ("rich", "tabulate", "html", "wcwidth")

#: What writes a pipe's table, and what it imports itself.
PIPE = {"tabulate", "wcwidth", "html", "dataclasses", "inspect", "textwrap"}

PROGRAM = """
import json, sys
sys.path.insert(0, {here!r})
{setup}
from qplan.cli import main
code = main({argv!r})
sys.stdout.flush()
print("\\n" + json.dumps([code, sorted(name for name in sys.modules)]), file=sys.stderr)
"""


def imported(
    *argv: str,
    setup: str = "import stubbed; stubbed.COMMANDS.update(stubbed.STUB)",
    env: dict[str, str] | None = None,
) -> set[str]:
    """The top-level modules that a command has imported in a process of its own (exit 0 is wanted)."""
    program = PROGRAM.format(here=str(HERE), argv=list(argv), setup=setup)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    code, modules = json.loads(done.stderr.strip().split("\n")[-1])
    assert code == 0, done.stderr
    whole = {name for name in modules if name.startswith(("qplan.", "rich."))}
    return {name.split(".")[0] for name in modules} | whole


@pytest.mark.parametrize("format", ["json", "csv", "table"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_daily_command_imports_nothing_heavy(format, lang):
    modules = imported("tasks", "--format", format, "--lang", lang)
    assert modules.isdisjoint(HEAVY)
    assert modules.isdisjoint(set(WRITERS) - (PIPE if format == "table" else set()))
    assert "tomllib" not in modules


def test_only_the_named_command_is_imported():
    # The table of the stub has a command whose module does not exist.
    assert "no" not in imported("update", "T1", "--yes", "--quiet")


def test_the_help_page_imports_no_command():
    modules = imported("--help")
    assert (
        "stub" not in modules
        and "qplan.cli.commands.queries" not in modules
        and "qplan.cli.commands.update" not in modules
    )


def test_the_console_script_begins_with_nothing():
    program = "import sys; import qplan.cli; print(sorted(m for m in sys.modules if m.startswith(('qplan', 'typer'))))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['qplan', 'qplan.cli']"


def test_completion_imports_no_command_but_the_one_that_is_completed(tmp_path):
    env = {
        "_QPLAN_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": "qplan update T",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "QPLAN_LEDGER": str(tmp_path / "no.db"),
    }
    modules = imported(env=env, setup="")
    assert {name for name in modules if name.startswith("qplan.cli.commands.")} == {
        "qplan.cli.commands.update"
    }
    assert modules.isdisjoint((*HEAVY, "rich", "qplan.ledger.store", "qplan.service"))


#: Libraries that take long to import and that a daily command does without.
COSTLY = ("decimal", "fractions", "tomllib", "chinese_calendar", "asyncio")
#: Modules of the program that a read command does without.
UNUSED = (
    "qplan.files",
    "qplan.ledger.heads",
    "qplan.cli.folder",
    "qplan.core.effects",
    "qplan.ledger.schema",
    "qplan.ledger.as_of",
    "qplan.ledger.verify",
    "qplan.ledger.postgres",
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A ledger that holds the bundled plan."""
    path = str(tmp_path_factory.mktemp("startup") / "ledger.db")
    modules = imported("load", "--quiet", "--ledger", path, setup="")
    assert "yaml" in modules
    assert modules.isdisjoint({"sqlmodel", "sqlalchemy", "alembic"}), "a new ledger is made from text"
    return path


@pytest.mark.parametrize(
    "words",
    ["tasks --dept scjg", "show S2", "overdue --limit 50", "tasks --format json", "overdue --format csv"],
)
def test_looking_at_a_real_ledger_imports_only_what_it_needs(words, loaded):
    modules = imported(*words.split(), "--ledger", loaded, "--lang", "en", setup="")
    unwanted = {*HEAVY, *WRITERS, *COSTLY, *UNUSED} - (set() if "--format" in words else PIPE)
    assert modules.isdisjoint(unwanted), modules & unwanted


#: A terminal, as far as the program asks.
SCREEN = "import sys; sys.stdout.isatty = lambda: True"


@pytest.mark.parametrize("words", ["tasks --dept scjg", "show S2", "overdue --limit 50", "weekly", ""])
def test_a_page_on_a_terminal_takes_of_rich_its_styles_alone(words, loaded):
    """Its console and its tables take as long to import as the rest of a list takes to run."""
    env = {"QPLAN_LEDGER": loaded, "TERM": "xterm", "COLUMNS": "160", "NO_COLOR": ""}
    modules = imported(*words.split(), setup=SCREEN, env=env)
    assert "rich.style" in modules
    assert modules.isdisjoint({"rich.console", "rich.table", "rich.text", "rich.segment"})
    assert modules.isdisjoint({"tabulate", "sqlalchemy", "yaml"})


def test_an_update_imports_no_writer_and_no_schema(loaded):
    modules = imported("update", "T1.1", "--status", "active", "--note", "x", "--ledger", loaded, setup="")
    unwanted = {*HEAVY, *WRITERS, *COSTLY, "qplan.ledger.schema", "qplan.views.week"}
    assert modules.isdisjoint(unwanted), modules & unwanted


def test_records_of_daily_modules_have_no_annotations_as_text(loaded):
    """A field annotated by text (``from __future__ import annotations``) is compiled at every start."""
    modules = imported("overdue", "--ledger", loaded, setup="")
    import importlib

    for name in sorted(module for module in modules if module.startswith("qplan.")):
        for record in vars(importlib.import_module(name)).values():
            if isinstance(record, type) and hasattr(record, "_fields"):
                told = [
                    note
                    for note in record.__annotations__.values()
                    if not isinstance(note, (str, ForwardRef))
                ]
                assert len(told) == len(record.__annotations__), f"{name}.{record.__name__}"


def test_options_of_every_command_have_no_annotations_as_text():
    """Typer evaluates the text of an annotation four times."""
    from qplan.cli import app, completion, options

    functions = [options.shared_options, app.qplan, completion.departments, completion.formats]
    assert not [one for f in functions for one in f.__annotations__.values() if isinstance(one, str)]


def ended(*words: str, watched: bool = False) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which leaves a word where the interpreter is taken down."""
    code = (
        "import atexit, sys\natexit.register(print, 'taken down', file=sys.stderr)\n"
        + ("sys.setprofile(lambda *_seen: None)\n" if watched else "")
        + "from qplan.cli import program\nsys.exit(program())"
    )
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)


def test_a_process_ends_with_its_answer_whole(loaded):
    done = ended("tasks", "--format", "json", "--ledger", loaded)
    assert done.returncode == 0 and "taken down" not in done.stderr
    assert len(json.loads(done.stdout)["items"]) > 80
    assert ended("overdue", "--exit-code", "--ledger", loaded).returncode == 5
    refused = ended("show", "T9.9", "--ledger", loaded, "--lang", "en")
    assert refused.returncode == 2 and "There is no task T9.9" in refused.stderr


def test_who_watches_a_process_sees_it_taken_down(loaded):
    done = ended("depts", "--ledger", loaded, watched=True)
    assert done.returncode == 0 and "taken down" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_one_that_nobody_reads(loaded, closed):
    line = f"{sys.executable} -m qplan tasks --ledger '{loaded}' {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is (closed == "2>&-")
