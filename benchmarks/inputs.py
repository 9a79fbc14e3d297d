"""What is measured on, and with: ledgers, plans and the other programs' files, made once a day.

They stand in ``build/bench`` in a folder of the day, because lateness depends on it, and of the text
that the tables and the tasks are made from; those of other days and texts are thrown away.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from measuring import Call, Missing, Run, call, on_terminal
from synthetic import ATTRIBUTES

HERE = Path(__file__).parent
FOLDER = HERE.parent / "build" / "bench"
TODAY = date.today()
#: Histories end on the last Sunday, so that a week is measured as it is listed on a Monday.
SUNDAY = TODAY - timedelta(TODAY.weekday() + 1)
#: A ledger made with other tables would not verify.
MADE_BY = (HERE / "synthetic.py", HERE.parent / "src" / "qplan" / "ledger" / "migrations" / "schema.sql")
DAY = FOLDER / f"{TODAY}-{sha256(b''.join(path.read_bytes() for path in MADE_BY)).hexdigest()[:8]}"
#: Tasks of a ledger -> steps of its history.
EVENTS = {100: 500, 1000: 5000, 10_000: 50_000, 100_000: 500_000, 1_000_000: 300_000}
SUFFIX = {"ledger": "db", "yaml": "yaml", "taskwarrior": "json", "taskwarrior-lived": "json"}

#: The smallest application of the Typer that qplan runs on, and the yardstick for tables on a terminal.
BARE = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "x"):
    print("hello", name)
app()
"""
BARE_RICH = BARE.replace("import typer", "import typer, rich.table")


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def tidy() -> None:
    """Throw away what earlier runs have left that cannot be used again, and compile the program."""
    for old in FOLDER.glob("20??-??-??*"):
        if old != DAY:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    DAY.mkdir(parents=True, exist_ok=True)
    call(python("-m", "compileall", "-q", str(HERE.parent / "src")))


def made(kind: str, tasks: int) -> Path:
    """A ledger, plan or Taskwarrior file of so many tasks, made unless it is there."""
    path = DAY / f"{kind}-{tasks}.{SUFFIX[kind]}"
    if not path.exists():
        say(f"making {path.name}")
        what, _dash, lived = kind.partition("-")
        part = path.with_name(f"part-{path.name}")
        part.unlink(missing_ok=True)
        sizes = ["--tasks", str(tasks), "--events", str(EVENTS[tasks]), "--today", SUNDAY.isoformat()]
        more = [f"--{lived}"] if lived else []
        call(python(str(HERE / "synthetic.py"), what, *sizes, *more, str(part)))
        part.rename(path)
    return path


def ledger(tasks: int) -> Path:
    """A ledger that nothing writes to."""
    return made("ledger", tasks)


def scratch(tasks: int) -> Path:
    """A copy of it, to be written to."""
    path = DAY / f"scratch-{tasks}.db"
    if not path.exists():
        part = path.with_name(f"part-{path.name}")
        shutil.copyfile(ledger(tasks), part)
        part.rename(path)
    return path


@cache
def active(tasks: int, most: int) -> list[str]:
    """Ids of tasks at work."""
    text = "SELECT id FROM task WHERE status = 'active' LIMIT ?"
    return [row[0] for row in ask(ledger(tasks), text, most)]


def ask(path: Path, statement: str, *given: object) -> list[tuple[str, ...]]:
    """Rows from a ledger, asked past the program."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, given).fetchall()


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def script(text: str, screen: bool = False) -> Call:
    """A text run by the bare interpreter; ``screen``: on a terminal."""
    return partial(on_terminal if screen else call, python("-c", text))


def on_file(text: str, kind: str, tasks: int) -> Call:
    """A text run by the bare interpreter on a file that was made."""
    return lambda: call(python("-c", text, str(made(kind, tasks))))


def program(installed: bool = False) -> list[str]:
    """How the program is started: as a module, or by the script that was installed beside Python."""
    if not installed:
        return python("-m", "qplan")
    path = Path(sys.executable).with_name("qplan")
    if not path.exists():
        raise Missing("qplan is not installed beside this Python")
    return [str(path)]


#: Stands for the id of a task at work.
LEAF = "LEAF"
#: Stands for a text that was never written before: a report that says nothing new writes nothing.
NEW = "NEW"
_new = map("第{}次测量".format, count())


def qplan(
    tasks: int, *words: str, writes: bool = False, screen: bool = False, installed: bool = False
) -> Call:
    """A command on a ledger of so many tasks, or on its copy if it ``writes``."""

    def run() -> Run:
        given = {LEAF: active(tasks, 1)[0], NEW: next(_new)}
        said = [given.get(word, word) for word in words]
        path = scratch(tasks) if writes else ledger(tasks)
        return (on_terminal if screen else call)([*program(installed), *said, "--ledger", str(path)])

    return run


def completing(tasks: int, part: str, installed: bool = False) -> Call:
    """What bash asks at the tabulator key after ``qplan show`` and a part of an id."""
    given = {"_QPLAN_COMPLETE": "complete_bash", "COMP_WORDS": f"qplan show {part}", "COMP_CWORD": "2"}
    return lambda: call(program(installed), {**given, "QPLAN_LEDGER": str(ledger(tasks))})


def updating_many(tasks: int, number: int) -> Call:
    """So many updates from a file, in one command."""

    def run() -> Run:
        text = next(_new)
        rows = "".join(f"{ident},{text}\n" for ident in active(tasks, number))
        words = ["update", "--from", "-", "--yes", "--ledger", str(scratch(tasks))]
        return call([*program(), *words], stdin=f"id,note\n{rows}")

    return run


def loading(tasks: int) -> Call:
    """A load of a YAML plan into a new ledger."""

    def run() -> Run:
        plan, place = made("yaml", tasks), DAY / "loaded.db"
        place.unlink(missing_ok=True)
        return call([*program(), "load", str(plan), "--ledger", str(place), "--quiet"])

    return run


class Taskwarrior:
    """Taskwarrior as its users run it: with its own defaults (garbage collection and hooks on, none
    installed), told only not to ask and which attributes there are.

    ``tuned`` turns both off, as scripts do.
    """

    def __init__(self, tuned: bool = False) -> None:
        self.tuned = tuned

    def call(self, folder: Path, *words: str) -> Run:
        settings = [f"data.location={folder}", "confirmation=off"]
        settings += [f"uda.{name}.type=string" for name in (*ATTRIBUTES, "note")]
        settings += ["gc=off", "hooks=off"] if self.tuned else []
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rc").write_text("\n".join(settings) + "\n")
        return call(["task", *words], {"TASKRC": str(folder / "rc")}, wanted=(0, 1))

    def importing(self, tasks: int) -> Call:
        """A plan into an empty Taskwarrior."""

        def run() -> Run:
            needs("task")
            source, fresh = made("taskwarrior", tasks), DAY / "taskwarrior-fresh"
            shutil.rmtree(fresh, ignore_errors=True)
            return self.call(fresh, "import", str(source))

        return run

    def filled(self, tasks: int) -> Path:
        """The folder of one that holds a ledger's tasks, the finished ones in the file for those."""
        needs("task")
        folder = DAY / f"taskwarrior-{tasks}"
        if not folder.exists():
            source, part = made("taskwarrior-lived", tasks), folder.with_name(f"part-{folder.name}")
            say(f"filling {folder.name}")
            shutil.rmtree(part, ignore_errors=True)
            self.call(part, "import", str(source))
            part.rename(folder)
        return folder

    def listing(self, tasks: int) -> Call:
        """Fifty rows of a department."""
        return lambda: self.call(self.filled(tasks), "project:scjg", "limit:50", "list")

    def updating(self, tasks: int) -> Call:
        """A note on a task, named by the number that the list shows."""
        return lambda: self.call(self.filled(tasks), "1", "modify", f"note:{next(_new)}")


def needs(program: str) -> None:
    """Raises Missing where a program is not installed."""
    if not shutil.which(program):
        raise Missing(f"{program} is not installed")


def leaves(tasks: int) -> list[tuple[str, ...]]:
    """Id, title, lead and deadline of the tasks of a ledger."""
    text = "SELECT id, title, lead, deadline FROM task WHERE kind <> 'group' ORDER BY deadline"
    return ask(ledger(tasks), text)


def journal() -> Path:
    """10,000 tasks as hledger's transactions."""
    path = DAY / "tasks.journal"
    path.write_text(
        "".join(f"{day} {title}\n  {lead}  1\n  open\n\n" for _id, title, lead, day in leaves(10_000)),
        "utf-8",
    )
    return path


def todos() -> Path:
    """1,000 tasks as todoman's files; the path of its configuration."""
    folder = DAY / "todo" / "list"
    folder.mkdir(parents=True, exist_ok=True)
    for ident, title, _lead, day in leaves(1000):
        (folder / f"{ident}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n"
            f"UID:{ident}\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:{title}\r\nDUE;VALUE=DATE:{day.replace('-', '')}\r\n"
            "END:VTODO\r\nEND:VCALENDAR\r\n",
            "utf-8",
        )
    config = folder.parent / "config.py"
    config.write_text(f'path = "{folder.parent}/*"\ncache_path = "{folder.parent}/cache.sqlite3"\n', "utf-8")
    return config


#: Program -> its listing of tasks.
PEERS: dict[str, Callable[[], list[str]]] = {
    "sqlite-utils": lambda: [
        "query",
        str(ledger(100_000)),
        "SELECT id, title, status FROM task WHERE lead = 'scjg' LIMIT 50",
        "--table",
    ],
    "hledger": lambda: ["-f", str(journal()), "register", "scjg"],
    "todo": lambda: ["--config", str(todos()), "list"],
}


def peer(name: str) -> Call:
    """A listing by another program."""

    @cache
    def words() -> list[str]:
        needs(name)
        return [name, *PEERS[name]()]

    return lambda: call(words(), wanted=(0, 1))


def shell(tasks: int, statement: str) -> Call:
    """The SQLite shell, writing what a statement finds as CSV."""
    return lambda: call(["sqlite3", "-csv", "-header", "-readonly", str(ledger(tasks)), statement])
