"""The goals of docs/performance.md: for each what runs, against what, and what the ratio may be at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from inputs import (
    BARE,
    BARE_RICH,
    BUNDLED,
    LEAF,
    NEW,
    PEERS,
    PLACE,
    PROGRAM,
    WITHOUT_HEADS,
    collecting,
    completing,
    drafting,
    importing,
    loading,
    peer,
    qplan,
    script,
    with_tasks,
)
from measuring import Call

#: What a limit applies to: the ratio of processor time, or our own peak of memory in MiB.
CPU, MIB = "processor", "MiB"


class Goal(NamedTuple):
    """Ours against theirs; ``most`` None: it is measured and has no limit."""

    group: int
    name: str
    ours: Call
    against: str
    theirs: Call
    most: float | None
    of: str = CPU
    slow: bool = False  #: measured a third as often


GROUPS = {
    1: "A command of every day, at any size, against a bare Typer application.",
    2: "A large district after five years (1,000 tasks, 21,000 entries), against the same application.",
    3: "What people wait for, on the bundled plan's year, against the same application.",
    4: "A load of 100,000 tasks against Taskwarrior's import of them.",
    5: "The same list and update by other programs, with 1,000 tasks (no limit).",
    6: "What this machine remembers of a ledger, with signing and seals off, against the same command without.",
}
LARGE, DISTRICT = 1_000_000, 1000
BARE_NAME, RICH_NAME = "bare Typer", "bare Typer + rich.table"
LISTING = ("tasks", "--dept", "scjg", "--limit", "50")
UPDATE = ("update", LEAF, "--note", NEW)
#: The commands of every day -> whether they write.
DAILY = {LISTING: False, ("show", LEAF): False, ("overdue", "--limit", "50"): False, UPDATE: True}
HALF_A_YEAR_AGO = (date.today() - timedelta(182)).isoformat()


def title(words: tuple[str, ...]) -> str:
    """The words of a command as the table shows them."""
    names = {LEAF: "ID", NEW: "TEXT", HALF_A_YEAR_AGO: "DAY"}
    return " ".join(names.get(word, word.replace(PLACE, "OUT")) for word in words)


def daily(large: bool) -> Iterator[Goal]:
    """Group 1, plain and on a terminal; memory at 1,000 tasks."""
    for tasks in (BUNDLED, DISTRICT, *([LARGE] if large else [])):
        for words, writes in DAILY.items():
            name = f"{title(words)}, {tasks:,} tasks"
            ours = qplan(tasks, *words, writes=writes)
            yield Goal(1, name, ours, BARE_NAME, script(BARE), 1.35)
            if tasks == DISTRICT:
                yield Goal(1, f"{name}: memory", ours, BARE_NAME, script(BARE), 40, MIB, True)
            ours = qplan(tasks, *words, writes=writes, screen=True)
            yield Goal(1, f"{name}, terminal", ours, RICH_NAME, script(BARE_RICH, screen=True), 1.35)


def district(large: bool) -> Iterator[Goal]:
    """Group 2."""
    limits: dict[tuple[str, ...], float] = {
        ("weekly",): 2.2,
        ("tasks", "--dept", "scjg", "--as-of", HALF_A_YEAR_AGO): 2.4,
        ("summary",): 1.6,
    }
    for words, most in limits.items():
        yield Goal(2, title(words), qplan(DISTRICT, *words), BARE_NAME, script(BARE), most)
    yield Goal(2, "completion of an id", completing(DISTRICT), BARE_NAME, script(BARE), 1.35)


def waiting(large: bool) -> Iterator[Goal]:
    """Group 3."""
    limits: dict[tuple[str, ...], float] = {
        ("weekly", "--out", f"{PLACE}/"): 14,
        ("weekly", "--per-dept", f"{PLACE}/"): 60,
        ("dashboard", "--out", f"{PLACE}/page.html"): 4,
        ("verify",): 2,
        ("export", "--out", f"{PLACE}/ledger.xlsx"): 14,
    }
    for words, most in limits.items():
        yield Goal(3, title(words), qplan(BUNDLED, *words), BARE_NAME, script(BARE), most, slow=True)
    read_in: dict[str, tuple[Call, float]] = {
        "forms --out OUT/": (qplan(BUNDLED, "forms", "--out", f"{PLACE}/"), 60),
        "collect of all forms": (collecting(), 60),
        "plan from-table, 126 rows": (drafting("from-table"), 40),
        "plan from-document": (drafting("from-document"), 20),
    }
    for name, (ours, most) in read_in.items():
        yield Goal(3, name, ours, BARE_NAME, script(BARE), most, slow=True)


def loads(large: bool) -> Iterator[Goal]:
    """Group 4."""
    tasks = 100_000
    yield Goal(4, "load", loading(tasks), "Taskwarrior's import", importing(tasks), 1.25, slow=True)


def others(large: bool) -> Iterator[Goal]:
    """Group 5: ratios below 1 mean that qplan is faster."""
    ours = qplan(DISTRICT, *LISTING)
    listing = with_tasks(DISTRICT, "project:scjg", "limit:50", "list")
    yield Goal(5, title(LISTING), ours, "Taskwarrior", listing, None, slow=True)
    for name in PEERS:
        yield Goal(5, title(LISTING), ours, name, peer(name, DISTRICT), None, slow=True)
    ours = qplan(DISTRICT, *UPDATE, writes=True)
    modify = with_tasks(DISTRICT, "1", "modify", f"note:{NEW}")
    yield Goal(5, title(UPDATE), ours, "Taskwarrior", modify, None, slow=True)


def trust(large: bool) -> Iterator[Goal]:
    """Group 6."""
    for words, writes in DAILY.items():
        ours, theirs = (
            qplan(DISTRICT, *words, writes=writes, text=text) for text in (PROGRAM, WITHOUT_HEADS)
        )
        yield Goal(6, title(words), ours, "without heads", theirs, 1.05)


MADE = {1: daily, 2: district, 3: waiting, 4: loads, 5: others, 6: trust}
