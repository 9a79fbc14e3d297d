"""What is measured on, and with: ledgers, plans and the other programs' files, made once a day.

They are kept in ``build/bench`` in a folder of the day, because lateness depends on it.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import cache, partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from measuring import Call, Missing, Run, call, on_terminal
from synthetic import ATTRIBUTES

HERE = Path(__file__).parent
FOLDER = HERE.parent / "build" / "bench"
SCHEMA = HERE.parent / "src" / "qplan" / "ledger" / "migrations"
#: A ledger made by another program text may have other tables.
MADE_BY = (HERE / "synthetic.py", *sorted(SCHEMA.rglob("*.py")), *sorted(SCHEMA.glob("*.sql")))
DAY = FOLDER / f"{date.today()}-{sha256(b''.join(path.read_bytes() for path in MADE_BY)).hexdigest()[:8]}"
YEAR_JOURNAL = HERE.parent / "examples" / "fictitious-year" / "journal.jsonl"
#: Tasks of a ledger -> reports of its history.
REPORTS = {1000: 19_500, 1_000_000: 100_000}
#: The number of tasks of the bundled plan: its ledger has the fictitious year.
BUNDLED = 83
COPIES = count()

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

#: The program, and the program that neither remembers nor compares a head nor asks whether to sign.
PROGRAM = """
import sys
from qplan.cli import program, session
sys.exit(program())
"""
WITHOUT_HEADS = PROGRAM.replace(
    "sys.exit",
    """
from contextlib import contextmanager
@contextmanager
def opened(given, *, write=False):
    from qplan.ledger.store import Ledger
    with Ledger.open(given.ledger, write=write) as ledger:
        yield ledger
session.opened = opened
sys.exit""",
)


def say(text: str) -> None:
    """A notice on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def remove(path: Path) -> None:
    """Remove a file or a folder, if there is one."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def tidy() -> None:
    """Remove what earlier days have left, and compile the program."""
    for old in FOLDER.glob("20??-??-??*"):
        if old != DAY:
            remove(old)
    DAY.mkdir(parents=True, exist_ok=True)
    call(python("-m", "compileall", "-q", str(HERE.parent / "src")))


def made(name: str, *words: str) -> Path:
    """The file of that name, written by a command unless it exists; the command gets its path last."""
    path = DAY / name
    if not path.exists():
        say(f"making {name}")
        part = path.with_name(f"part-{name}")
        remove(part)
        call([*words, str(part)])
        part.rename(path)
    return path


def ledger(tasks: int) -> Path:
    """A ledger of so many tasks that nothing writes to."""
    if tasks == BUNDLED:
        return made("year.db", *program(), "import", str(YEAR_JOURNAL), "--ledger")
    sizes = ("--tasks", str(tasks), "--reports", str(REPORTS[tasks]))
    return made(f"ledger-{tasks}.db", *python(str(HERE / "synthetic.py"), "ledger", *sizes))


def scratch(tasks: int) -> Path:
    """A copy of it, to be written to."""
    return made(f"scratch-{tasks}.db", "cp", str(ledger(tasks)))


def plan(kind: str, tasks: int) -> Path:
    """A plan of so many tasks, as ``yaml`` or as ``taskwarrior`` imports it."""
    return made(f"{kind}-{tasks}", *python(str(HERE / "synthetic.py"), kind, "--tasks", str(tasks)))


def ask(path: Path, statement: str) -> list[tuple[str, ...]]:
    """Rows of a ledger, read without the program."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


@cache
def active(tasks: int) -> str:
    """The id of a task at work."""
    return ask(ledger(tasks), "SELECT id FROM task WHERE status = 'active' LIMIT 1")[0][0]


def python(*words: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *words]


def program() -> list[str]:
    """How qplan is started."""
    return python("-m", "qplan")


def script(text: str, screen: bool = False) -> Call:
    """A text run by the bare interpreter; ``screen``: on a terminal."""
    return partial(on_terminal if screen else call, python("-c", text))


#: Replaced by the id of a task at work.
LEAF = "LEAF"
#: Replaced by a text that was never written before: a report that changes nothing writes nothing.
NEW = "NEW"
#: Replaced by an empty folder or a file that does not exist.
PLACE = "PLACE"
_new = map("第{}次测量".format, count())


def qplan(
    tasks: int, *words: str, writes: bool = False, screen: bool = False, text: str | None = None
) -> Call:
    """A command on a ledger of so many tasks, or on its copy if it ``writes``; ``text``: by a script that starts it."""
    start = program() if text is None else python("-c", text)

    def run() -> Run:
        place = DAY / "out"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        given = {LEAF: active(tasks), NEW: next(_new)}
        command = [given.get(word, word.replace(PLACE, str(place))) for word in words]
        path = scratch(tasks) if writes else ledger(tasks)
        return (on_terminal if screen else call)([*start, *command, "--ledger", str(path)])

    return run


def fresh_ledger(*words: str) -> Call:
    """A command on a copy of the bundled plan's ledger that was not written to before."""

    def run() -> Run:
        # a new name each time: a machine refuses a ledger whose journal has become shorter
        fresh = DAY / f"fresh-{next(COPIES)}.db"
        shutil.copy(ledger(BUNDLED), fresh)
        try:
            return call([*program(), *words, "--ledger", str(fresh)])
        finally:
            fresh.unlink()

    return run


def collecting() -> Call:
    """The forms of all departments, each with a sentence on every task, read back."""

    def run() -> Run:
        return fresh_ledger("collect", str(made("forms", *python(__file__, "forms"))), "--yes")()

    return run


def drafting(command: str, *words: str) -> Call:
    """A plan made of the table or of the document of :func:`write_sources`."""
    name = {"from-table": "table.xlsx", "from-document": "document.txt"}[command]

    def run() -> Run:
        place = DAY / "draft"
        shutil.rmtree(place, ignore_errors=True)
        source = made(name, *python(__file__, name))
        return call([*program(), "plan", command, str(source), "--out", str(place), *words])

    return run


def completing(tasks: int) -> Call:
    """What bash asks at the tabulator key after ``qplan show`` and a part of an id."""
    given = {"_QPLAN_COMPLETE": "complete_bash", "COMP_WORDS": "qplan show T1", "COMP_CWORD": "2"}
    return lambda: call(program(), {**given, "QPLAN_LEDGER": str(ledger(tasks))})


def loading(tasks: int) -> Call:
    """A load of a YAML plan into a new ledger."""

    def run() -> Run:
        place = DAY / "loaded.db"
        source = DAY / "load.yaml"
        if not source.exists():
            source.symlink_to(plan("yaml", tasks))
        place.unlink(missing_ok=True)
        return call([*program(), "load", str(source), "--ledger", str(place), "--quiet"])

    return run


def needs(name: str) -> None:
    """Raises Missing where a program is not installed."""
    if not shutil.which(name):
        raise Missing(f"{name} is not installed")


def taskwarrior(folder: Path, *words: str) -> Run:
    """Taskwarrior with its own defaults, told only not to ask and which attributes there are."""
    needs("task")
    settings = [f"data.location={folder}", "confirmation=off"]
    settings += [f"uda.{name}.type=string" for name in (*ATTRIBUTES, "note")]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rc").write_text("\n".join(settings) + "\n")
    return call(["task", *words], {"TASKRC": str(folder / "rc")}, wanted=(0, 1))


def importing(tasks: int) -> Call:
    """Taskwarrior's import of a plan into an empty folder."""

    def run() -> Run:
        fresh = DAY / "taskwarrior-fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        return taskwarrior(fresh, "import", str(plan("taskwarrior", tasks)))

    return run


def with_tasks(tasks: int, *words: str) -> Call:
    """A command of Taskwarrior that holds so many tasks."""

    def run() -> Run:
        folder = DAY / f"taskwarrior-data-{tasks}"
        if not folder.exists():
            taskwarrior(folder, "import", str(plan("taskwarrior", tasks)))
        return taskwarrior(folder, *(word.replace(NEW, next(_new)) for word in words))

    return run


def leaves(tasks: int) -> list[tuple[str, ...]]:
    """Id, title, lead and deadline of the tasks of a ledger."""
    text = "SELECT id, title, lead, deadline FROM task WHERE kind <> 'group' ORDER BY deadline"
    return ask(ledger(tasks), text)


def journal(tasks: int) -> Path:
    """The tasks as hledger's transactions."""
    path = DAY / "tasks.journal"
    entries = (f"{day} {title}\n  {lead}  1\n  open\n\n" for _id, title, lead, day in leaves(tasks))
    path.write_text("".join(entries), "utf-8")
    return path


def todos(tasks: int) -> Path:
    """The tasks as todoman's files; the path of its configuration."""
    folder = DAY / "todo" / "list"
    folder.mkdir(parents=True, exist_ok=True)
    for ident, title, _lead, day in leaves(tasks):
        (folder / f"{ident}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n"
            f"UID:{ident}\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:{title}\r\nDUE;VALUE=DATE:{day.replace('-', '')}\r\n"
            "END:VTODO\r\nEND:VCALENDAR\r\n",
            "utf-8",
        )
    config = folder.parent / "config.py"
    config.write_text(f'path = "{folder.parent}/*"\ncache_path = "{folder.parent}/cache.sqlite3"\n', "utf-8")
    return config


SELECT = "SELECT id, title, status FROM task WHERE lead = 'scjg' LIMIT 50"
#: Program -> its listing of so many tasks.
PEERS: dict[str, Callable[[int], list[str]]] = {
    "sqlite-utils": lambda tasks: ["query", str(ledger(tasks)), SELECT, "--table"],
    "hledger": lambda tasks: ["-f", str(journal(tasks)), "register", "scjg"],
    "todo": lambda tasks: ["--config", str(todos(tasks)), "list"],
}


def peer(name: str, tasks: int) -> Call:
    """A listing by another program."""

    @cache
    def words() -> list[str]:
        needs(name)
        return [name, *PEERS[name](tasks)]

    return lambda: call(words(), wanted=(0, 1))


# -- what is read in: forms, a table, a document


def write_forms(place: Path) -> None:
    """Write the forms of all departments into a folder and fill a sentence into each row of tasks."""
    from openpyxl import load_workbook

    call([*program(), "forms", "--out", f"{place}/", "--ledger", str(ledger(BUNDLED)), "--lang", "en"])
    for path in sorted(place.glob("*.xlsx")):
        book = load_workbook(path)
        if "Tasks" not in book.sheetnames:  # a department that has indicators alone
            continue
        sheet = book["Tasks"]
        column = next(cell.column for cell in sheet[4] if cell.value == "progress in words")
        for row in range(5, sheet.max_row + 1):
            if sheet.cell(row, 2).value:
                sheet.cell(row, column, "按计划推进，完成年度任务的一半。")
        book.save(path)


def write_table(place: Path) -> None:
    """Write a table of 126 tasks as an office draws one: a title row, joint leads, deadlines in words."""
    from openpyxl import Workbook

    leads = ("区发展改革局", "区农业农村局、区水利局", "区市场监管局牵头，区商务局配合")
    deadlines = ("2026年6月底前", "年底前", "长期坚持", "二季度", "2026/9/30")
    book = Workbook()
    sheet = book.active
    sheet.append(["2026年重点工作任务分工表"])
    sheet.append(["序号", "类别", "重点任务", "责任单位", "完成时限", "备注"])
    for number in range(1, 127):
        lead, deadline = leads[number % len(leads)], deadlines[number % len(deadlines)]
        sheet.append([number, f"领域{number // 20 + 1}", f"推进第{number}项重点任务", lead, deadline, None])
    book.save(place)


def write_document(place: Path) -> None:
    """Write a plan of six tasks with six subtasks each, all of which promise a figure."""
    numbers = "一二三四五六"
    lines = ["某区质量发展三年行动方案（虚构）", ""]
    for first in numbers:
        lines.append(f"{first}、推进第{first}类重点工作")
        for second in numbers:
            lines.append(f"（{second}）开展第{second}项提升行动")
            lines.append(
                f"推动各项措施落实。到2028年，第{second}项合格率达到98.{numbers.index(second)}%以上。" * 3
            )
    place.write_text("\n".join(lines), "utf-8")


WRITERS = {"forms": write_forms, "table.xlsx": write_table, "document.txt": write_document}

if __name__ == "__main__":
    WRITERS[sys.argv[1]](Path(sys.argv[2]))
