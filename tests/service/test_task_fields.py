"""A field of a task: what a plan gives is kept in the ledger, and what the ledger holds is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qplan.core.model import Actor, Task
from qplan.ledger.store import Ledger
from qplan.plan import expansion, models
from qplan.plan.shapes import shapes
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan
from qplan.service import queries
from qplan.service.actions import WriteContext
from qplan.service.load import load
from qplan.views import columns, detail, items

TODAY = date(2024, 3, 20)

#: Key of a task in a plan file -> its value there, and the field and value of the ledger's row.
KEPT: dict[str, tuple[Any, str, str]] = {
    "id": ("T1", "id", "T1"),
    "title": ("栽树", "title", "栽树"),
    "title_basis": ("ours", "title_basis", "ours"),
    "clause": ("一(一)", "clause", "一(一)"),
    "summary": ("栽树千棵", "summary", "栽树千棵"),
    "lead": (["scjg", "yb"], "joint", "yb"),
    "support": (["nync"], "support", "nync"),
    "assignment_basis": ("plan", "basis", "plan"),
    "support_basis": ("proposed", "support_basis", "proposed"),
    "verifier": ("bg", "verifier", "bg"),
    "leader": ("甲", "plan_leader", "甲"),
    "owner": ("乙", "plan_owner", "乙"),
    "contact": ("丙 123", "plan_contact", "丙 123"),
    "deadline": ("2024-06-30", "deadline", "2024-06-30"),
    "deadline_text": ("6月底前", "deadline_text", "6月底前"),
    "deadline_basis": ("plan", "deadline_basis", "plan"),
    "begins": ("2024-02-02", "begins", "2024-02-02"),
    "quantity": ("1000", "quantity", "1000"),
    "unit": ("棵", "unit", "棵"),
    "weight": ("2", "weight", "2"),
    "note": ("备注", "remark", "备注"),
    "see": (["T2"], "see", "T2"),
}
#: Keys that give no field of the task's own row.
OTHERS = {
    "no": "gives id and clause",
    "repeats": "makes subtasks",
    "due_day": "of those that repeat",
    "each": "makes subtasks",
    "tasks": "are rows of their own",
    "milestones": "are rows of their own",
}


@pytest.fixture
def place(tmp_path: Path) -> str:
    bodies = ("scjg", "nync", "yb", "bg")
    head = {"id": "p", "title": "计划", "issued": "2024-02-01", "begins": "2024-01-01", "ends": "2024-12-31"}
    second = {"id": "T2", "title": "浇水", "clause": "一(二)", "lead": "nync", "deadline": "2024-06-30"}
    plan = {
        "plan": head | {"office": "zlb"},
        "departments": [
            {"id": "zlb", "name": "统筹办", "role": "office"},
            *({"id": one, "name": f"{one}局"} for one in bodies),
        ],
        "fields": [{"id": "place", "title": "地点"}],
        "tasks": [{key: given for key, (given, _field, _value) in KEPT.items()} | {"place": "城东"}, second],
    }
    write_plan(tmp_path / "plan", plan)
    source = read_plan(tmp_path / "plan")
    assert source.problems == [] and source.plan is not None
    ledger = str(tmp_path / "ledger.db")
    load(ledger, source.plan, WriteContext(Actor("张", "zlb"), f"{TODAY}T02:00:00Z", TODAY, TODAY))
    return ledger


def test_each_key_of_a_task_is_kept(place: str):
    """Where the row lacks a value: plan/records.py, and DEFINED in core/model.py (a plan's fields come before ``leader``)."""
    missing = set(shapes(models.Task)) - KEPT.keys() - OTHERS.keys()
    assert missing == set(), "plan/models.py has more keys of a task: add them to KEPT or OTHERS here"
    with Ledger.open(place) as ledger:
        row = ledger.task("T1")
    lost = {key for key, (_given, field, value) in KEPT.items() if getattr(row, field) != value}
    assert lost == set(), (
        "the ledger's row lacks what the plan gives: plan/records.py sets it; a load writes DEFINED of core/model.py,"
        " the fields of Task before `leader`"
    )


#: Field -> another value than that of the row, where a text will not do.
OTHER: dict[str, Any] = {
    "position": 9, "column_no": 9, "retired": 1, "progress": 9, "extensions": 9, "version": 99,
    "status": "blocked", "kind": "safeguard", "lead": "nync", "joint": "bg", "support": "bg", "verifier": "yb",
    "basis": "confirmed", "deadline_basis": "proposed", "support_basis": "plan", "title_basis": "plan", "term": "ongoing", "repeats": "quarter",
    "urge_level": "notice", "support_note": "nync 2024-03-01 已报", "fields": '{"place":"城西"}', "see": "T1",
    "quantity": "9", "weight": "3", "submitted_by": "甲@scjg", "closed_by": "甲@scjg",
    **dict.fromkeys(
        ("deadline", "original_deadline", "begins", "last_update", "accepted_on", "submitted_on", "returned_on",
         "closed_on", "extension_to", "extension_on", "disputed_on", "urged_on", "answer_by", "answered_on"),
        "2024-03-03",
    ),
}  # fmt: skip
#: Persons of the plan: they are shown as leader, owner and contact until people report others.
PLANNED = {"plan_leader", "plan_owner", "plan_contact"}
#: Who and when, which the events of the JSON have.
NOT_IN_JSON = PLANNED | {
    "position", "accepted_on", "returned_on", "submitted_by", "closed_by", "disputed_on", "extension_on", "extension_reason",
}  # fmt: skip
#: What the title, the place, the history and the other tables of the page have, and what a heading shows only.
NOT_SHOWN = PLANNED | {
    "id", "title", "summary", "title_basis", "kind", "position", "column_no", "parent", "section", "version",
    "original_deadline", "term", "repeats", "submitted_by", "returned_on",
}  # fmt: skip


def test_each_field_of_a_task_is_in_json_and_on_its_page(place: str):
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, TODAY)
        found = queries.task(snapshot, "T1")

        def shown(row: Task) -> tuple[Any, Any]:
            item = found.item._replace(task=row)
            return items.task_item(snapshot, item), detail.facts(snapshot, found._replace(item=item))

        row = found.item.task._replace(
            urge_level="reminder", urged_on="2024-03-01", answer_by="2024-03-08", dispute="x", disputed_on="2024-03-01",
            extension_to="2024-09-30", extension_on="2024-03-01", closed_on="2024-03-01", submitted_on="2024-03-01",
        )  # fmt: skip
        not_in_json, not_shown = {*Task._fields}, {*Task._fields}
        for base in (row._replace(status=status) for status in ("active", "submitted", "closed")):
            json, page = shown(base)
            for name in Task._fields:
                other_json, other_page = shown(base._replace(**{name: OTHER.get(name, "另一项")}))
                not_in_json -= {name} if other_json != json else set()
                not_shown -= {name} if other_page != page else set()
    assert not_in_json - NOT_IN_JSON == set(), (
        "a field of a task: views/items.py, task_item; or NOT_IN_JSON here"
    )
    assert not_shown - NOT_SHOWN == set(), "a field of a task: views/detail.py, facts; or NOT_SHOWN here"


#: Keys that subtasks do not take from their heading: they are of the one task.
NOT_INHERITED = {
    "place", "own", "id", "no", "title", "title_basis", "clause", "summary", "repeats", "due_day", "each", "quantity", "unit",
    "note", "see", "milestones",
}  # fmt: skip
#: Key that subtasks take from their heading -> what the pages about the format call it.
INHERITED = {
    "lead": ("lead", "牵头"), "support": ("support", "配合"), "verifier": ("verifier", "验收单位"),
    "leader": ("leader", "分管领导"), "deadline": ("deadline", "时限"), "begins": ("begin", "起始日"),
    "weight": ("weight", "权重"), "owner": ("owner", "责任人"), "contact": ("contact", "联系人"),
}  # fmt: skip


def test_it_is_decided_of_each_key_whether_subtasks_take_it():
    inherited = {name for group in expansion.INHERITED for name in group}
    undecided = set(models.Leaf.model_fields) - inherited - NOT_INHERITED
    assert not undecided, f"plan/expansion.py: INHERITED, or NOT_INHERITED here: {undecided}"
    assert not inherited & NOT_INHERITED


def test_the_pages_name_what_subtasks_take_from_their_heading():
    first = {group[0] for group in expansion.INHERITED}
    assert first == INHERITED.keys(), (
        "plan/expansion.py: INHERITED differs from INHERITED here, which has what the pages call each key"
    )
    for place, (page, begins) in enumerate(
        (("plan-format.md", "**Headings.**"), ("plan-format.zh-CN.md", "**上级条目。**"))
    ):
        text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
        section = text[text.index(begins) :].split("\n\n")[0]
        lacking = {words[place] for words in INHERITED.values() if words[place] not in section}
        assert not lacking, f"docs/{page}: {begins} lacks {lacking}"


#: Fields without a column in lists: others have what they hold, or only the page of a task has it.
NOT_IN_LISTS = PLANNED | {
    "accepted_on", "closed_by", "column_no", "deadline_basis", "dispute", "disputed_on", "document", "evidence_sha256",
    "extension_on", "extension_reason", "extension_to", "fields", "kind", "parent", "position", "repeats", "returned_on",
    "section", "see", "submitted_by", "term", "title_basis",
}  # fmt: skip


def test_each_field_of_a_task_is_in_a_column_of_lists(place: str):
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, TODAY)
        item = queries.task(snapshot, "T1").item
        base = item.task._replace(urge_level="reminder", urged_on="2024-03-01", answer_by="2024-03-08")

        def shown(row: Task) -> list[Any]:
            return [one.value(snapshot, item._replace(task=row)) for one in columns.TASK_COLUMNS.values()]

        same = {
            name
            for name in Task._fields
            if shown(base) == shown(base._replace(**{name: OTHER.get(name, "另一项")}))
        }
    assert same - NOT_IN_LISTS == set(), (
        "views/columns.py: TASK_COLUMNS shows it in no column; or NOT_IN_LISTS here"
    )
