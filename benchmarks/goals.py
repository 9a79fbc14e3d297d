"""The goals of docs/performance.md: each a sentence, and the comparisons that it is judged by.

A comparison says what runs against what and what the ratio may be at most. Processor time decides,
which a busy machine disturbs least; writes wait for the disk on both sides, which the wall time
beside it shows. Nothing is made or run before a comparison is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from inputs import (
    BARE,
    BARE_RICH,
    LEAF,
    NEW,
    PEERS,
    SUNDAY,
    TODAY,
    Taskwarrior,
    completing,
    loading,
    on_file,
    peer,
    qplan,
    script,
    shell,
    updating_many,
)
from measuring import Call, Missing, Run
from synthetic import LIVED

from qplan.ledger.statements import OPEN

#: What a limit is about: the ratio of processor time or of peak memory, or our own peak.
CPU, MEMORY, MIB = "processor", "memory", "MiB"


class Limit(NamedTuple):
    """What a figure may be at most; ``most`` None: it is told and not judged."""

    of: str
    most: float | None


class Comparison(NamedTuple):
    """Ours against theirs."""

    name: str
    ours: Call
    against: str
    theirs: Call
    limits: tuple[Limit, ...]
    slow: bool = False  #: measured a third as often
    note: str = ""


TOLD = (Limit(CPU, None),)


def at_most(most: float) -> tuple[Limit, ...]:
    """The usual limit."""
    return (Limit(CPU, most),)


#: The commands of every day -> their words, and whether they write.
DAILY = {
    "tasks --dept": (("tasks", "--dept", "scjg", "--limit", "50"), False),
    "show": (("show", LEAF), False),
    "overdue --limit 50": (("overdue", "--limit", "50"), False),
    "update": (("update", LEAF, "--note", NEW), True),
}
LISTING, _reads = DAILY["tasks --dept"]
UPDATE, _writes = DAILY["update"]
JSON = ("--format", "json")
NOTHING = script("pass")


def daily(large: bool) -> Iterator[Comparison]:
    bare, bare_rich = script(BARE), script(BARE_RICH, screen=True)
    for tasks in (100, 1_000_000 if large else 100_000):
        size = f", {tasks:,} tasks"
        for name, (words, writes) in DAILY.items():
            for shape, more in ((", plain", ()), (", JSON", JSON)):
                ours = qplan(tasks, *words, *more, writes=writes)
                yield Comparison(f"{name}{shape}{size}", ours, "bare Typer", bare, at_most(1.35))
            ours = qplan(tasks, *words, writes=writes, screen=True)
            on_screen = f"{name}, on a terminal{size}"
            yield Comparison(on_screen, ours, "bare Typer + rich.table", bare_rich, at_most(1.35))
        dry = qplan(tasks, *UPDATE, "--dry-run")
        yield Comparison(f"update --dry-run, plain{size}", dry, "bare Typer", bare, at_most(1.35))
        script_beside = qplan(tasks, *LISTING, installed=True)
        name = f"tasks --dept, the installed script{size}"
        yield Comparison(name, script_beside, "bare Typer", bare, at_most(1.35))


def against_others(large: bool) -> Iterator[Comparison]:
    list_it, update = qplan(100_000, *LISTING), qplan(100_000, *UPDATE, writes=True)
    usual, tuned = Taskwarrior(), Taskwarrior(tuned=True)
    them = "Taskwarrior"
    yield Comparison("listing, 100,000 tasks", list_it, them, usual.listing(100_000), at_most(1 / 5), True)
    yield Comparison("updating, 100,000 tasks", update, them, usual.updating(100_000), at_most(1 / 1.7), True)
    them = "Taskwarrior, gc and hooks off"
    yield Comparison("listing, 100,000 tasks", list_it, them, tuned.listing(100_000), TOLD, True)
    yield Comparison("updating, 100,000 tasks", update, them, tuned.updating(100_000), TOLD, True)
    big, them, memory = 1_000_000, "Taskwarrior", Limit(MEMORY, 1 / 20)
    ours = only_if(large, qplan(big, *LISTING))
    limits = (Limit(CPU, 1 / 40), memory)
    yield Comparison("listing, 1,000,000 tasks", ours, them, usual.listing(big), limits, True)
    ours = only_if(large, qplan(big, *UPDATE, writes=True))
    limits = (Limit(CPU, 1 / 12), memory)
    yield Comparison("updating, 1,000,000 tasks", ours, them, usual.updating(big), limits, True)
    held = {"hledger": "it has 10,000 tasks", "todo": "it has 1,000 tasks"}
    for name in PEERS:
        yield Comparison("listing, 100,000 tasks", list_it, name, peer(name), TOLD, True, held.get(name, ""))


def only_if(large: bool, ours: Call) -> Call:
    """A call that needs the million tasks."""

    def refuse() -> Run:
        raise Missing("a million tasks only with --large")

    return ours if large else refuse


def by_size(large: bool) -> Iterator[Comparison]:
    tasks = 1_000_000 if large else 100_000
    name = f"listing 50 rows, {tasks:,} tasks"
    yield Comparison(name, qplan(tasks, *LISTING), "1,000 tasks", qplan(1000, *LISTING), at_most(1.3))


#: The overdue list as the shell is asked for it.
OVERDUE = (
    "SELECT id, title, lead, owner, deadline, julianday('now') - julianday(deadline), status, progress, note,"
    f" difficulty, urge_level, urged_on, answer_by FROM task WHERE {OPEN}"
    f" AND kind <> 'group' AND deadline < '{TODAY}' ORDER BY deadline, position"
)


def long_lists(large: bool) -> Iterator[Comparison]:
    def all_overdue(tasks: int, limits: tuple[Limit, ...], ours: Call) -> Comparison:
        name = f"all that is overdue as CSV, {tasks:,} tasks"
        return Comparison(name, ours, "the SQLite shell", shell(tasks, OVERDUE), limits)

    words = ("overdue", "--format", "csv")
    if not large:
        yield all_overdue(100_000, TOLD, qplan(100_000, *words))
    yield all_overdue(1_000_000, at_most(3), only_if(large, qplan(1_000_000, *words)))


#: What a program writes that takes a YAML library and an ORM as they come.
PLAIN_LOADING = """
import sys, tempfile, yaml
from sqlmodel import Session, create_engine
from qplan.ledger.tables import Row, TaskRow
def leaves(tasks):
    for task in tasks:
        yield from leaves(task["tasks"]) if "tasks" in task else [task]
plan = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
with tempfile.TemporaryDirectory() as folder:
    engine = create_engine(f"sqlite:///{folder}/plain.db")
    Row.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            TaskRow(id=t["id"], kind="task", title=t["title"], clause=t["clause"], title_basis="plan", lead=t["lead"],
                    support=" ".join(t["support"]), deadline=str(t["deadline"]), status="assigned", progress=0)
            for t in leaves(plan["tasks"])
        )
        session.commit()
"""


def loads(large: bool) -> Iterator[Comparison]:
    name, ours = "load, 100,000 tasks", loading(100_000)
    theirs = Taskwarrior().importing(100_000)
    yield Comparison(name, ours, "Taskwarrior's import", theirs, at_most(1.0), True)
    yield Comparison(name, ours, "pass", NOTHING, (Limit(MIB, 300),), True)
    plain = on_file(PLAIN_LOADING, "yaml", 10_000)
    yield Comparison(
        "load, 10,000 tasks", loading(10_000), "safe_load + add_all", plain, at_most(1 / 8), True
    )


FIFTY = ("--limit", "50")
#: Lists that go by what reports set, most of a journal, or by a state; the whole list of the largest
#: department, of 13,500 tasks; counts of the plan.
REPORTED = (
    ("tasks", "--dept", "scjg", "--sort", "update", *FIFTY),
    ("tasks", "--dept", "scjg", "--status", "blocked", *FIFTY),
    ("tasks", "--search", "计量", *FIFTY),
    ("tasks", "--sort", "update", *FIFTY),
    ("tasks", "--sort", "progress", *FIFTY),
    ("tasks", "--status", "blocked", *FIFTY),
    ("tasks", "--status", "closed", *FIFTY),
    ("tasks", "--stale", *FIFTY),
    ("tasks", "--dept", "scjg"),
    ("summary",),
)


def weeks_and_past_days(large: bool) -> Iterator[Comparison]:
    tasks = 100_000
    weekly = qplan(tasks, "weekly")
    yield Comparison("weekly, 100,000 tasks, 500,000 events", weekly, "pass", NOTHING, at_most(20), True)
    before = "{}-W{:02}".format(*(SUNDAY - timedelta(7)).isocalendar())
    late = qplan(tasks, "weekly", "--week", before)
    yield Comparison("weekly, of a week before", late, "pass", NOTHING, TOLD, True)
    days = {f"{back} days ago": back for back in (7, 30, 90, 180, 365, 548, 670)} | {"the first day": LIVED}
    for said, back in days.items():
        day = ("--as-of", (SUNDAY - timedelta(back)).isoformat())
        for name in ("tasks --dept", "overdue --limit 50"):
            ours = qplan(tasks, *DAILY[name][0], *day)
            yield Comparison(f"{name} --as-of {said}", ours, "pass", NOTHING, at_most(60), True)
    for back in (7, 180, 365, 670):
        day = ("--as-of", (SUNDAY - timedelta(back)).isoformat())
        for asked in REPORTED:
            ours = qplan(tasks, *asked, *day)
            name = f"{' '.join(filter(str.isascii, asked))} --as-of {back} days ago"
            yield Comparison(name, ours, "pass", NOTHING, at_most(60), True)


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


def verifying(large: bool) -> Iterator[Comparison]:
    tasks = 1_000_000 if large else 100_000
    plain, said = on_file(PLAIN_HASHING, "ledger", tasks), f", the ledger of {tasks:,} tasks"
    yield Comparison(
        f"the chain{said}", on_file(CHAIN_HASHING, "ledger", tasks), "hashlib", plain, at_most(1.5), True
    )
    whole = qplan(tasks, "verify")
    yield Comparison(f"verify whole{said}", whole, "hashlib", plain, TOLD, True, "also history, rows, file")


def completion(large: bool) -> Iterator[Comparison]:
    for how, installed in (("", False), (", the installed script", True)):
        ours = completing(100_000, "T17", installed)
        yield Comparison(f"an id, 100,000 tasks{how}", ours, "pass", NOTHING, at_most(6))


def many_updates(large: bool) -> Iterator[Comparison]:
    one = qplan(10_000, *UPDATE, writes=True)
    yield Comparison("1,000 updates from a file", updating_many(10_000, 1000), "one", one, at_most(3))


class Goal(NamedTuple):
    """One of the goals: ``comparisons(large)``, measured in their order."""

    says: str
    comparisons: Callable[[bool], Iterator[Comparison]]


GOALS: dict[int, Goal] = {
    1: Goal("A daily command costs at most 1.35 times a bare Typer application, at any size.", daily),
    2: Goal(
        "At 100,000 tasks 5 times faster than Taskwarrior in listing and 1.7 in updating; at a million"
        " 40 and 12 times, in a twentieth of its memory.",
        against_others,
    ),
    3: Goal("Fifty rows cost at a million tasks at most 1.3 times what they cost at a thousand.", by_size),
    4: Goal("All overdue rows of a million tasks as CSV: at most 3 times the SQLite shell.", long_lists),
    5: Goal(
        "A load of 100,000 tasks is not slower than Taskwarrior's import and takes at most 300 MiB; one of"
        " 10,000 is 8 times faster than safe_load + add_all.",
        loads,
    ),
    6: Goal(
        "The week at 100,000 tasks and 500,000 events below 20 times python -c pass, any past day below 60.",
        weeks_and_past_days,
    ),
    7: Goal("Verifying the chain costs at most 1.5 times hashing the same texts.", verifying),
    8: Goal("Completing an id among 100,000 costs at most 6 times python -c pass.", completion),
    9: Goal("A thousand updates from a file cost at most 3 times one update.", many_updates),
}
