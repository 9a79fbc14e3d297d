"""Every goal of docs/performance.md as a ratio, in one run: ``make bench``.

A and B of a ratio run in turn, A B A B …, each in a process of its own; what counts is the median
of the ratios of the pairs, so that a machine that slows down slows both. ``cpu`` ratios are of user
and system time, which a busy machine disturbs least. Peers that are not installed are skipped with
a notice. Ledgers are made once (``build/bench``) and used again on the same day.

    python benchmarks/run.py [--large] [--runs 7] [--json FILE]

``--large`` adds the ledger of a million tasks, which takes minutes and 1.5 GB to make.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from synthetic import ATTRIBUTES

HERE = Path(__file__).parent
FOLDER = HERE.parent / "build" / "bench"
TODAY = date.today()
BARE = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "x"):
    print("hello", name)
app()
"""
#: The yardstick for tables on a terminal.
BARE_RICH = BARE.replace("import typer", "import typer, rich.table")
SHELL = (
    "SELECT id, title, lead, owner, deadline, julianday('now') - julianday(deadline), status, progress, note,"
    " difficulty, urge_level, urged_on, answer_by FROM task WHERE status IN ('assigned', 'active', 'blocked',"
    " 'submitted') AND retired = 0 AND kind <> 'group' AND deadline < '{today}' ORDER BY deadline, position"
)
#: Both read the journal from the file and hash every text of it; the chain also holds each entry
#: against its place, the one before it and its own hash.
READING = """
import gc, sqlite3, sys
gc.disable()
from hashlib import sha256
from qplan.core.events import event_hash
db = sqlite3.connect(sys.argv[1])
(ledger, prev), = db.execute("SELECT id, genesis FROM ledger")
rows = db.execute("SELECT seq, recorded_at, effective_on, actor, kind, subject, body, prev, hash FROM event ORDER BY seq")
"""
PLAIN_HASHING = (
    READING
    + """
for seq, *texts, prev, _hash in rows:
    sha256("".join((prev, ledger, str(seq), *texts)).encode()).hexdigest()
"""
)
CHAIN_HASHING = (
    READING
    + """
for number, (seq, *texts, before, said) in enumerate(rows, 1):
    assert number == seq and before == prev and event_hash(prev, ledger, seq, *texts) == said
    prev = said
"""
)


class Run(NamedTuple):
    """What one process cost."""

    wall: float
    cpu: float
    peak: float  #: MiB


class Goal(NamedTuple):
    """One line of the table."""

    goal: int
    name: str
    ratio: float | None
    limit: float
    unit: str
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.ratio is None else self.ratio <= self.limit


def call(
    words: list[str], env: dict[str, str] | None = None, stdin: str = "", wanted: tuple[int, ...] = (0,)
) -> Run:
    """Run a command once, its output thrown away; an exit code that is not wanted stops the benchmark."""
    begun = time.perf_counter()
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "QPLAN_LANG": "en", **(env or {})}, cwd=HERE.parent,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(stdin.encode())
        process.stdin.close()
        said = process.stderr.read() if process.stderr else b""
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode not in wanted:
        raise SystemExit(f"{' '.join(words)}: exit {process.returncode}\n{said.decode(errors='replace')}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


Call = Callable[[], Run]


def paired(a: Call, b: Call, runs: int) -> tuple[float, float, Run, Run]:
    """The median ratio of processor and of wall time, and the medians of both."""
    a(), b()
    pairs = [(a(), b()) for _ in range(runs)]
    return (
        statistics.median(x.cpu / y.cpu for x, y in pairs),
        statistics.median(x.wall / y.wall for x, y in pairs),
        *(Run(*map(statistics.median, zip(*side, strict=True))) for side in zip(*pairs, strict=True)),
    )


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def qplan(ledger: Path, *words: str, **options: object) -> Call:
    return lambda: call(python("-m", "qplan", *words, "--ledger", str(ledger)), **options)  # type: ignore[arg-type]


def script(text: str) -> Call:
    return lambda: call(python("-c", text))


def made(kind: str, tasks: int, events: int = 0) -> Path:
    """A ledger, plan file or Taskwarrior file of so many tasks, made unless it is there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    suffix = {"ledger": "db", "yaml": "yaml", "taskwarrior": "json"}[kind]
    path = FOLDER / f"{TODAY}-{tasks}-{events}.{suffix}"
    if not path.exists():
        note(f"making {path.name}")
        call(
            python(
                str(HERE / "synthetic.py"),
                kind,
                "--tasks",
                str(tasks),
                "--events",
                str(events or 5 * tasks),
                str(path),
            )
        )
    return path


def note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def taskwarrior(tasks: int) -> tuple[Call, Callable[..., Call]]:
    """Importing into a fresh Taskwarrior, and calls of the one that is filled."""
    source = made("taskwarrior", tasks)

    def at(folder: Path, *words: str) -> list[str]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rc").write_text(
            f"data.location={folder}\nconfirmation=off\nverbose=nothing\nhooks=off\ngc=off\n"
            + "".join(f"uda.{name}.type=string\n" for name in ATTRIBUTES)
        )
        return ["task", f"rc:{folder / 'rc'}", *words]

    def bring() -> Run:
        fresh = FOLDER / "taskwarrior-fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        return call(at(fresh, "import", str(source)))

    filled = FOLDER / f"taskwarrior-{TODAY}-{tasks}"
    if not filled.exists():
        call(at(filled, "import", str(source)))
    return bring, lambda *words: lambda: call(at(filled, *words), wanted=(0, 1))


def benchmark(runs: int, large: bool) -> Iterator[Goal]:
    """All goals, one after the other."""
    small, thousand = made("ledger", 100, 500), made("ledger", 1000, 5000)
    hundred_k = made("ledger", 100_000, 500_000)
    big = made("ledger", 1_000_000, 300_000) if large else hundred_k
    leaf = "T2.7"
    bare, nothing = script(BARE), script("pass")
    daily = {
        "tasks --dept": ("tasks", "--dept", "scjg", "--limit", "50"),
        "tasks --dept, JSON": ("tasks", "--dept", "scjg", "--limit", "50", "--format", "json"),
        "show": ("show", leaf),
        "overdue --limit 50": ("overdue", "--limit", "50"),
        "update (dry run)": ("update", leaf, "--owner", "x", "--dry-run"),
    }
    for ledger in (small, big):
        open_leaf = (
            sqlite3.connect(ledger)
            .execute("SELECT id FROM task WHERE status = 'active' LIMIT 1")
            .fetchone()[0]
        )
        for name, words in daily.items():
            cpu, *_rest = paired(qplan(ledger, *(open_leaf if w == leaf else w for w in words)), bare, runs)
            yield Goal(1, f"{name}, {ledger.stem[11:].split('-')[0]} tasks", cpu, 1.35, "× bare Typer")
    cpu, *_rest = paired(
        qplan(big, "tasks", "--dept", "scjg", "--limit", "50"),
        qplan(thousand, "tasks", "--dept", "scjg", "--limit", "50"),
        runs,
    )
    yield Goal(3, "listing 50 rows, largest against 1,000 tasks", cpu, 1.3, "×")
    yield from peers(runs, hundred_k)
    yield from long_lists(runs, big)
    yield from loading(max(3, runs // 3))
    few = max(3, runs // 3)
    cpu, *_rest = paired(qplan(hundred_k, "weekly"), nothing, few)
    yield Goal(6, "weekly, 100,000 tasks", cpu, 20, "× pass")
    for back in (7, 30, 180):
        day = (TODAY - timedelta(back)).isoformat()
        cpu, *_rest = paired(
            qplan(hundred_k, "tasks", "--dept", "scjg", "--limit", "50", "--as-of", day), nothing, few
        )
        yield Goal(6, f"--as-of {back} days ago, 100,000 tasks", cpu, 60, "× pass")
    chain, plain = (
        lambda text=text: call(python("-c", text, str(big))) for text in (CHAIN_HASHING, PLAIN_HASHING)
    )
    cpu, *_rest = paired(chain, plain, few)
    yield Goal(7, "the chain against hashlib alone, both from the file", cpu, 1.5, "×")
    env = {
        "_QPLAN_COMPLETE": "complete_bash",
        "COMP_WORDS": "qplan show T17",
        "COMP_CWORD": "2",
        "QPLAN_LEDGER": str(hundred_k),
    }
    cpu, *_rest = paired(lambda: call(python("-m", "qplan"), env), nothing, runs)
    yield Goal(8, "completing an id, 100,000 tasks", cpu, 6, "× pass")
    yield from updating(runs, made("ledger", 10_000, 50_000))


def peers(runs: int, ledger: Path) -> Iterator[Goal]:
    """The same questions put to other programs."""
    list_it = qplan(ledger, "tasks", "--dept", "scjg", "--limit", "50")
    if shutil.which("task"):
        _bring, ask = taskwarrior(100_000)
        cpu, *_rest = paired(list_it, ask("project:scjg", "limit:50", "list"), max(3, runs // 2))
        yield Goal(2, "listing, against Taskwarrior, 100,000 tasks", cpu, 1 / 5, "×")
        ident = (
            sqlite3.connect(ledger)
            .execute("SELECT id FROM task WHERE status = 'active' LIMIT 1")
            .fetchone()[0]
        )
        cpu, *_rest = paired(
            qplan(ledger, "update", ident, "--owner", "x", "--dry-run"),
            ask("1", "modify", "priority:H"),
            max(3, runs // 2),
        )
        yield Goal(2, "updating, against Taskwarrior, 100,000 tasks", cpu, 1 / 1.7, "×", "ours as a dry run")
    else:
        note("task (Taskwarrior) is not installed: skipped")
    for program, words in {
        "sqlite-utils": lambda: ["query", str(ledger), "SELECT id, title, status FROM task WHERE lead = 'scjg' LIMIT 50", "--table"],
        "hledger": lambda: ["-f", str(journal()), "register", "scjg"],
        "todo": lambda: ["--config", str(todos()), "list"],
    }.items():  # fmt: skip
        if not shutil.which(program):
            note(f"{program} is not installed: skipped")
            continue
        given = [program, *words()]
        cpu, *_rest = paired(list_it, lambda given=given: call(given, wanted=(0, 1)), max(3, runs // 2))
        yield Goal(2, f"listing, against {program}", cpu, 1.0, "×", PEERS.get(program, ""))


#: How large a peer's list is where it is not ours.
PEERS = {"hledger": "it has 10,000 tasks", "todo": "it has 1,000 tasks"}


def rows(tasks: int, events: int) -> list[tuple[str, str, str, str]]:
    """Id, title, lead and deadline of the leaves of a ledger."""
    text = "SELECT id, title, lead, deadline FROM task WHERE kind <> 'group' ORDER BY deadline"
    return sqlite3.connect(made("ledger", tasks, events)).execute(text).fetchall()


def journal() -> Path:
    """The tasks as hledger's transactions."""
    path = FOLDER / f"{TODAY}.journal"
    path.write_text(
        "".join(f"{day} {title}\n  {lead}  1\n  open\n\n" for _id, title, lead, day in rows(10_000, 50_000)),
        "utf-8",
    )
    return path


def todos() -> Path:
    """The tasks as todoman's files; the path of its configuration."""
    folder = FOLDER / f"{TODAY}-todo" / "list"
    folder.mkdir(parents=True, exist_ok=True)
    for ident, title, _lead, day in rows(1000, 5000):
        (folder / f"{ident}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n"
            f"UID:{ident}\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:{title}\r\nDUE;VALUE=DATE:{day.replace('-', '')}\r\n"
            "END:VTODO\r\nEND:VCALENDAR\r\n",
            "utf-8",
        )
    config = folder.parent / "config.py"
    config.write_text(f'path = "{folder.parent}/*"\ncache_path = "{folder.parent}/cache.sqlite3"\n', "utf-8")
    return config


def long_lists(runs: int, ledger: Path) -> Iterator[Goal]:
    if not shutil.which("sqlite3"):
        note("sqlite3 (the shell) is not installed: skipped")
        return
    rows = (
        sqlite3.connect(ledger).execute(f"SELECT count(*) FROM ({SHELL.format(today=TODAY)})").fetchone()[0]
    )
    cpu, *_rest = paired(
        qplan(ledger, "overdue", "--format", "csv"),
        lambda: call(["sqlite3", "-csv", "-header", str(ledger), SHELL.format(today=TODAY)]), max(3, runs // 2),
    )  # fmt: skip
    yield Goal(4, f"overdue as CSV, {rows} rows, against the SQLite shell", cpu, 3, "×")


def loading(runs: int) -> Iterator[Goal]:
    def load(tasks: int) -> Run:
        place = FOLDER / "loaded.db"
        place.unlink(missing_ok=True)
        return call(
            python("-m", "qplan", "load", str(made("yaml", tasks)), "--ledger", str(place), "--quiet")
        )

    made("yaml", 100_000)
    if shutil.which("task"):
        bring, _ask = taskwarrior(100_000)
        cpu, _wall, ours, theirs = paired(lambda: load(100_000), bring, runs)
        yield Goal(5, "load, against Taskwarrior's import, 100,000 tasks", cpu, 1.0, "×")
        yield Goal(5, "memory of that load", ours.peak, 300, "MiB", f"Taskwarrior {theirs.peak:.0f} MiB")
    else:
        yield Goal(5, "memory of a load of 100,000 tasks", load(100_000).peak, 300, "MiB")
    plain = f"""
import yaml
import tempfile
from sqlmodel import Session, create_engine
from qplan.ledger.tables import Row, TaskRow
def leaves(tasks):
    for task in tasks:
        yield from leaves(task["tasks"]) if "tasks" in task else [task]
plan = yaml.safe_load(open({str(made("yaml", 10_000))!r}, encoding="utf-8"))
engine = create_engine("sqlite:///" + tempfile.mkdtemp() + "/plain.db")
Row.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(
        TaskRow(id=t["id"], kind="task", title=t["title"], clause=t["clause"], title_basis="plan", lead=t["lead"],
                support=" ".join(t["support"]), deadline=str(t["deadline"]), status="assigned", progress=0)
        for t in leaves(plan["tasks"])
    )
    session.commit()
"""
    cpu, *_rest = paired(lambda: load(10_000), script(plain), runs)
    yield Goal(5, "load, against safe_load and add_all, 10,000 tasks", cpu, 1 / 8, "×")


def updating(runs: int, ledger: Path) -> Iterator[Goal]:
    copy = FOLDER / "updated.db"
    shutil.copy(ledger, copy)
    ids = [
        row[0]
        for row in sqlite3.connect(copy).execute("SELECT id FROM task WHERE status = 'active' LIMIT 1000")
    ]
    number = iter(range(10**9))

    def many() -> Run:
        text = f"批{next(number)}"
        rows = "id,note\n" + "".join(f"{ident},{text}\n" for ident in ids)
        return call(
            python("-m", "qplan", "update", "--from", "-", "--yes", "--ledger", str(copy)), stdin=rows
        )

    def one() -> Run:
        return qplan(copy, "update", ids[0], "--note", f"单{next(number)}")()

    cpu, *_rest = paired(many, one, runs)
    yield Goal(9, f"{len(ids)} updates from a file, against one", cpu, 3, "×")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="with a million tasks")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", type=Path, default=FOLDER / "result.json")
    asked = parser.parse_args()
    found: list[Goal] = []
    for goal in benchmark(asked.runs, asked.large):
        found.append(goal)
        said = "met" if goal.met else "NOT MET"
        sys.stdout.write(
            f"{goal.goal}  {goal.name:58} {goal.ratio:9.3f} {goal.unit:13} limit {goal.limit:<7.3g} {said}  {goal.note}\n"
        )
        sys.stdout.flush()
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "day": TODAY.isoformat(), "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version,
        "goals": [{**goal._asdict(), "met": goal.met} for goal in found],
    }  # fmt: skip
    asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
