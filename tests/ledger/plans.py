"""A small plan for the tests of the ledger, made from records, and ways to bring it in."""

from __future__ import annotations

from typing import Any

from qplan.core.events import canonical
from qplan.core.model import RECORDS, Change, Department, Indicator, Milestone, Plan, PlanHead, Task
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger

RECORDED = "2021-08-02T01:00:00Z"
BEGINS = "2021-08-01"
CALENDAR = {"2025": {"off": ["0101"], "work": ["0126"]}}


def leaf(ident: str, position: int, **fields: Any) -> Task:
    defaults: dict[str, Any] = {
        "kind": "task", "title": f"任务 {ident}", "clause": "三(一)1", "section": "三(一)", "parent": "T1",
        "lead": "scjg", "support": "fgj", "basis": "proposed", "deadline": "2025-12-31",
        "original_deadline": "2025-12-31", "deadline_basis": "plan", "status": "assigned", "progress": 0,
        "position": position,
    }  # fmt: skip
    return Task(id=ident, **{**defaults, **fields})


def plan(leaves: int = 4, **titles: str) -> Plan:
    """A heading with a few leaves, one column item, two milestones, one indicator."""
    tasks = [
        Task("T1", "group", "提升质量", "三(一)", section="三(一)", position=1),
        *(leaf(f"T1.{n}", n + 1, title=titles.get(f"t{n}", f"任务 {n}")) for n in range(1, leaves + 1)),
        leaf("C1.1", leaves + 2, kind="column_item", column_no=1, parent=None, lead="fgj", support=""),
    ]
    return Plan(
        PlanHead(
            "test-plan", "质量强区试验规划", region="试验区", issued="2021-08-15", begins=BEGINS,
            ends="2025-12-31", office="zlb", calendar=canonical(CALENDAR),
        ),
        (
            Department("zlb", "领导小组办公室", role="office", position=1),
            Department("scjg", "市场监管局", aliases="市监局", position=2),
            Department("fgj", "发展改革局", position=3),
        ),
        tuple(tasks),
        (
            Milestone("T1.1/m1", "T1.1", "方案印发", "2022-06-30", "2022-06-30", position=1),
            Milestone("T1.1/m2", "T1.1", "中期评估", "2024-06-30", "2024-06-30", position=2),
        ),
        (Indicator("I1", "合格率", core=1, unit="%", target="98.5", nature="expected", lead="scjg"),),
    )  # fmt: skip


def definitions(whole: Plan) -> list[Change]:
    """The changes that bring a plan into a ledger that holds nothing."""
    changes = []
    for entity, record in RECORDS.items():
        defaults = record._field_defaults  # type: ignore[attr-defined]
        for one in whole.records(entity):
            after = {
                name: value
                for name, value in one._asdict().items()
                if name not in ("id", "version") and (name not in defaults or value != defaults[name])
            }
            changes.append(Change(f"{entity}.define", one.id, {}, after))
    return changes


def fill(ledger: Ledger, whole: Plan | None = None, request: str | None = None) -> None:
    """Bring a plan into a new ledger, inside the caller's transaction."""
    ledger.append(definitions(whole or plan()), Entry("测试@zlb", RECORDED, BEGINS, request))


ENTRY = Entry("李@scjg", "2024-03-01T02:00:00Z", "2024-03-01")
FIGURE = Change(
    "actual.measure",
    "I1/2023",
    {},
    {"indicator": "I1", "year": 2023, "value": "97.1", "source": "年报", "measured_on": ENTRY.effective_on},
)


#: The rows of entities that no plan gives: a change for each.
MADE = (FIGURE,)


def check_rows(ledger: Ledger) -> None:
    """Fail where a filled ledger with :data:`MADE` has no row of a record: triggers of rows are not run then."""
    for entity in RECORDS:
        held = ledger.connection.rows(f"SELECT 1 FROM {entity} LIMIT 1")
        assert held, f"tests/ledger/plans.py: neither plan() nor a change of MADE makes a row of {entity}"


def report(ledger: Ledger, **said: object) -> Change:
    """A report on the first task by its lead on the day of :data:`ENTRY`, the first of which accepts it."""
    row = ledger.task("T1.1")
    first = {"status": "active", "accepted_on": ENTRY.effective_on} if row.status == "assigned" else {}
    after = {**first, "last_update": ENTRY.effective_on, **said}
    after = {name: value for name, value in after.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in after}
    kind = "task.accept" if first else "task.report"
    return Change(kind, row.id, before | {"version": row.version}, after)
