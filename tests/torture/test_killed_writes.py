"""Every command that writes, killed at its moments: the ledger is whole, files are the old or the new ones.

The command table is the list of what is tried. A command that writes to the ledger, and one that has an option
or argument for a file, needs a line of :data:`CASES`; a list with ``--out`` gets its case by itself. An ordinary
run kills at a few moments of each, ``QPLAN_TORTURE=long`` at all of them (see ``moments.points``).
"""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from attempts import attempt
from cli.conftest import NOW, loaded, qplan  # noqa: F401 - fixtures
from cli.test_every_option import WORDS
from ledger import server
from qplan import files
from qplan.cli.app import COMMANDS
from qplan.cli.options import READ, WRITE
from torture.harness import LONG
from torture.moments import call, points

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


class Case(NamedTuple):
    """A call of the program, and what is done before it."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    again: tuple[int, ...] = (0,)  #: exit numbers of the call repeated when it was carried out
    same: bool = True  #: whether it writes the same bytes each time


ACCEPT, LEAD = ("accept", "T1.1"), ("--actor", "lead@xzsp")
SUBMIT = ("submit", "T1.1", "--evidence", "文1号", *LEAD)
TABLE = "序号,重点任务,责任单位,完成时限\n1,建设示范点,区财政局,2026-06-30\n2,开展检查,区水利局,2026-09-30\n"
TEXT = "某区质量发展规划\n\n一、主要任务\n\n（一）建设质量强区\n\n1.到2027年，建成示范点20个。\n"

#: Name -> case. The name begins with the command.
CASES: dict[str, Case] = {
    **{name: Case((name, *WORDS[name])) for name in ("accept", "update", "report", "assign", "confirm", "urge", "terminate", "measure", "extend")},
    "dispute": Case(("dispute", *WORDS["dispute"], "--actor", "lead@jxkj")),
    "target": Case(("target", "I9", "--value", "300", "--unit", "天", "--document", "x")),
    "block": Case(("block", *WORDS["block"]), (ACCEPT,)),
    "resume": Case(("resume", "T1.1"), (ACCEPT, ("block", *WORDS["block"]))),
    "submit": Case(("submit", "T1.1", "--evidence", "paper.txt"), (ACCEPT,)),
    "approve": Case(("approve", "T1.1"), (ACCEPT, SUBMIT)),
    "return": Case(("return", *WORDS["return"]), (ACCEPT, SUBMIT)),
    "reopen": Case(("reopen", *WORDS["reopen"]), (("terminate", *WORDS["terminate"]),)),
    "milestone done": Case(("milestone", "done", "T1.1/m1")),
    "milestone add": Case(("milestone", "add", "T1.1", "--title", "x", "--due", "2025-12-01")),
    "undo": Case(("undo",), (ACCEPT,)),
    "load": Case(("load", "plan", "--yes"), again=(0,)),
    "load new": Case(("load", "--ledger", "new.db")),
    "update file": Case(("update", "--from", "reports.csv")),
    "urge papers": Case(("urge", "T1.1", "--out", "papers")),
    "notice papers": Case(("notice", "T1.1", "--out", "papers")),
    "weekly folder": Case(("weekly", "--out", "lists")),
    "weekly departments": Case(("weekly", "--per-dept", "lists", "--dept", "wjj")),
    "evidence copies": Case(("evidence", "--out", "copies"), (ACCEPT, ("submit", "T1.1", "--evidence", "paper.txt"))),
    "dashboard": Case(("dashboard", "--out", "page.html")),
    "export journal": Case(("export", "--journal", "--out", "j.jsonl")),
    "forms": Case(("forms", "--out", "forms", "--dept", "wjj"), again=(0, 1, 2)),
    "seal": Case(("seal", "week.seal"), again=(2,)),
    "backup": Case(("backup", "copy.db")),
    "backup with evidence": Case(("backup", "copy.db"), (ACCEPT, ("submit", "T1.1", "--evidence", "paper.txt"))),
    "restore with evidence": Case(
        ("restore", "copy.db"),
        (ACCEPT, ("submit", "T1.1", "--evidence", "paper.txt"), ("backup", "copy.db"), ("return", "T1.1", "--note", "x")),
    ),
    "restore": Case(("restore", "copy.db"), (("backup", "copy.db"), ACCEPT)),
    "import": Case(("import", "j.jsonl", "--ledger", "new.db"), (("export", "--journal", "--out", "j.jsonl"),), again=(1,)),
    "move": Case(("move", "--to", "moved.db"), again=(1,)),
    "config": Case(("config", "set", "lang", "zh")),
    "plan from-table": Case(("plan", "from-table", "table.csv", "--out", "made"), again=(2,)),
    "plan from-table update": Case(("plan", "from-table", "more.csv", "--update", "made"), (("plan", "from-table", "table.csv", "--out", "made"),)),
    "plan from-document": Case(("plan", "from-document", "text.txt", "--out", "made", "--yes")),
    "plan template": Case(("plan", "template", "--out", "empty.xlsx"), same=False),
}  # fmt: skip
#: Lists: each is written over an older file of its own.
CASES |= {
    f"{name} list": Case(
        (name, *WORDS.get(name, ()), "--out", "list.json"),
        ((name, *WORDS.get(name, ()), "--out", "list.json"), ("accept", "T1.2.1")),
    )
    for name, entry in COMMANDS.items()
    if entry.kind == READ and entry.formats and name not in ("weekly", "dashboard", "calendar", "evidence", "notice", "reporting")
}  # fmt: skip


def test_every_command_that_writes_is_tried() -> None:
    tried = {name.split()[0] for name in CASES}
    writing = {name for name, entry in COMMANDS.items() if entry.kind == WRITE}
    lacking = writing - tried  # collect has a test of its own
    assert lacking == {"collect"}, f"tests/torture/test_killed_writes.py: CASES lacks one of {lacking}"
    assert {name for name in COMMANDS if name not in tried} <= {
        "overview", "check", "collect", "verify", "roles", "doctor", "calendar", "reporting",
    }  # fmt: skip


@pytest.fixture
def world(qplan, loaded, tmp_path, monkeypatch):  # noqa: F811
    """A folder with a ledger and input, its copies, and what a call leaves in it."""
    folder = tmp_path / "here"
    monkeypatch.setenv("QPLAN_LEDGER", str(folder / "ledger.db"))
    monkeypatch.setenv("QPLAN_CONFIG", str(folder / "config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder.mkdir()
    monkeypatch.chdir(folder)
    shutil.copy(loaded, folder / "ledger.db")
    (folder / "config.toml").write_text("")
    (folder / "paper.txt").write_text("evidence")
    (folder / "reports.csv").write_text("id,note\nT1.1,a\nT1.3,b\n")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    (folder / "more.csv").write_text(TABLE + "3,评价,区财政局,2026-12-31\n", encoding="utf-8")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    shutil.copytree(
        Path(__file__).parents[2] / "data", folder / "plan", ignore=shutil.ignore_patterns("schema")
    )
    amended = folder / "plan" / "departments.yaml"
    amended.write_text(amended.read_text("utf-8").replace("市监局", "市监局一", 1), encoding="utf-8")
    return World(folder, qplan)


class World:
    """The folder of a test; its copy is put back before each call."""

    def __init__(self, folder: Path, program: Any) -> None:
        self.folder, self.program = folder, program
        self.kept = folder.parent / "kept"

    def keep(self) -> None:
        shutil.copytree(self.folder, self.kept)

    def reset(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)
        # an older ledger is put back, which this machine must not have seen
        shutil.rmtree(self.folder.parent / "state", ignore_errors=True)
        os.chdir(self.folder)
        self.program.at(NOW)

    def seq(self, ledger: str = "ledger.db") -> int:
        """The number of the last entry of a ledger that verifies; 0 where there is none."""
        path = self.folder / ledger
        if not path.exists():
            return 0
        answer = self.program("verify", "--ledger", str(path), "--format", "json")
        assert answer.code == 0, answer.out
        return int(answer.json["ledger"]["seq"])

    def wait_for_leftovers(self) -> None:
        """Let everything be so old that no process can be at work on it."""
        old = time.time() - 2 * files.LEFT_AFTER
        for path in (*self.folder.rglob("*"), *self.folder.rglob(".*")):
            os.utime(path, (old, old))

    def ledgers(self) -> dict[str, int]:
        return {name: self.seq(name) for name in ("ledger.db", "new.db", "moved.db", "copy.db")}

    def files(self) -> dict[str, bytes]:
        """Every file but ledgers, whose bytes say nothing, and what SQLite keeps beside them."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith((".db", *files.BESIDE))
        }


def agreed(words: tuple[str, ...]) -> tuple[str, ...]:
    """A call with the answer to the question that it may ask, and with an id by which it can be repeated."""
    if COMMANDS[words[0]].kind == WRITE and words[0] not in ("load", "collect"):
        words = (*words, "--request-id", "-".join(words[:2]))
    return words if COMMANDS[words[0]].kind == READ or "--yes" in words else (*words, "--yes")


def killed(world: World, case: Case, number: int, name: str, done: Any) -> None:
    """Kill a call at a moment and look at what is left; then repeat the call."""
    ledgers, kept, made_ledgers, made = done
    words = agreed(case.words)
    outcome = call(words, world.folder, number)
    attempt()
    assert outcome.code is None, (name, outcome)
    there = world.ledgers()
    for ledger, seq in there.items():
        assert seq in (ledgers[ledger], made_ledgers[ledger]), (name, ledger, seq)
    left = {}
    for path, data in world.files().items():
        if path not in kept and path not in made:
            left[path] = data
        else:
            assert data in (kept.get(path), made.get(path)) or not case.same, (name, path)
    assert set(kept) <= set(world.files()), (name, "a file is gone")
    if left:
        world.wait_for_leftovers()
        doctor = world.program("doctor", "--format", "csv").out
        unnamed = [path for path in left if path.partition("/")[0] not in doctor]
        assert not unnamed, (name, "doctor does not name", unnamed)
    carried_out = there == made_ledgers and {p: d for p, d in world.files().items() if p not in left} == made
    world.program.at(NOW + timedelta(minutes=1))
    answer = call(words, world.folder)
    assert answer.code in (case.again if carried_out else (0,)), (name, answer)
    assert world.ledgers() == made_ledgers, (name, "again")
    if not carried_out:
        # a ledger that a restore keeps, killed or not, has a name of its own each time
        aside = {path for path in {**world.files(), **made} if path.endswith(".replaced")}
        assert sorted(world.files().keys() - aside) == sorted(made.keys() - aside), (
            name,
            "after the call repeated",
            answer,
        )


def at_each_moment(world: World, name: str, case: Case) -> None:
    """Carry a call out once, then kill it at its moments."""
    world.keep()
    ledgers, kept = world.ledgers(), world.files()
    whole = call(agreed(case.words), world.folder)
    assert whole.code == 0, whole
    done = (ledgers, kept, world.ledgers(), world.files())
    chosen = points(whole.moments)
    if not LONG:
        chosen = [chosen[len(chosen) // 2], chosen[-2]]
    for number in sorted(set(chosen)):
        world.reset()
        killed(world, case, number, f"{name} killed at {number}: {whole.moments[number]}", done)


@pytest.mark.parametrize("name", CASES)
def test_a_killed_command_is_carried_out_or_not(world, name):
    for words in CASES[name].before:
        answer = world.program(*agreed(words))
        assert answer.code == 0, answer
    at_each_moment(world, name, CASES[name])


def test_a_killed_collect_takes_the_forms_or_none(world):
    pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")
    from cli.test_forms import Filler, form

    assert world.program("forms", "--out", "forms", "-d", "scjg", "--lang", "zh").code == 0
    filler = Filler(form(world.folder / "forms", "市场监管"))
    filler.write("T1.3", 本次进展情况="完成招标").write("T4.1", 本次进展情况="已部署").save()
    at_each_moment(world, "collect", Case(("collect", "forms")))


ON_A_SERVER = {
    "load": (),
    "import": ("j.jsonl", "--ledger", "{url}"),
    "move": ("--to", "{url}"),
    "update": ("T1.1", "T1.3", "--note", "x", "--request-id", "k{n}", "--yes"),
    "milestone": ("done", "T1.1/m1", "T1.1/m2", "--request-id", "k{n}", "--yes"),
    "undo": ("--request-id", "k{n}", "--yes"),
}


@pytest.mark.parametrize("command", ON_A_SERVER)
def test_a_killed_command_on_a_server_is_carried_out_or_not(world, monkeypatch, command):
    """The server rolls back what a client that is gone had not committed."""
    assert world.program("export", "--journal", "--out", "j.jsonl").code == 0
    makes = command in ("load", "import", "move")

    def words(n: int, url: str) -> tuple[str, ...]:
        return command, *(word.format(n=n, url=url) for word in ON_A_SERVER[command])

    def seq(url: str) -> int:
        answer = world.program("verify", "--ledger", url, "--format", "json")
        return int(answer.json["ledger"]["seq"]) if answer.code == 0 else {2: 0, 3: -1}[answer.code]

    def at(url: str) -> None:
        if command in ("load", "update", "milestone", "undo"):
            monkeypatch.setenv("QPLAN_LEDGER", url)

    def fresh() -> tuple[Any, str]:
        base = server.Database()
        at(base.url())
        if not makes:
            assert world.program("load").code == 0
            assert world.program("update", "T1.1", "--note", "first").code == 0
        return base, base.url()

    base, url = fresh()
    before = seq(url)
    whole = call(words(0, url), world.folder)
    after = seq(url)
    assert whole.code == 0 and after > before, whole
    chosen = points(whole.moments)
    chosen = chosen if LONG else [chosen[len(chosen) // 2], chosen[-2]]
    for n in chosen:
        base.drop()
        base, url = fresh()
        assert call(words(n, url), world.folder, n).code is None
        attempt()
        left = seq(url)
        assert left in (before, after), (whole.moments[n], left)
        answer = call(words(n, url), world.folder)
        assert answer.code == 0 or (command in ("import", "move") and left == after), (
            whole.moments[n],
            answer,
        )
        assert seq(url) == after
    base.drop()
