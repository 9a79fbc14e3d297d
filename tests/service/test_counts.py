"""What the counts of departments and sections hold: the numbers of headings, titles, the week before, places."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import TaskFilter
from qplan.core.own import NUMBER, TEXT, OwnColumn, columns_text
from qplan.ledger import create
from qplan.service import counts, queries
from qplan.service.queries import TaskQuery

DAY = date(2025, 3, 3)


@pytest.fixture
def make():
    """A ledger of the small plan with a column of one's own, and fields of some of its records."""
    opened = []

    def build(column_type=NUMBER, **fields):
        whole = plans.plan()
        head = whole.head._replace(fields=columns_text([OwnColumn("money", "投资", column_type)]))
        tasks = tuple(task._replace(**fields.get(task.id.replace(".", "_"), {})) for task in whole.tasks)
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(ledger, whole._replace(head=head, tasks=tasks))
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


def summary(ledger, by: str = "section", query: TaskQuery | None = None, day: date = DAY):
    snapshot = queries.open_snapshot(ledger, day)
    return counts.summary(snapshot, by, counts.counted_tasks(snapshot, query))


def test_numbers_of_headings_are_added_up_and_headings_are_no_tasks(make) -> None:
    """Of all tasks: of a selection only its own numbers are, for a heading's are those of all below it."""
    ledger = make(T1={"fields": '{"money":"100"}'}, T1_1={"fields": '{"money":"5.5"}'})
    (section,) = summary(ledger)
    assert (section.title, section.total, section.sums) == ("提升质量", 5, {"money": "105.5"})
    (selected,) = summary(ledger, query=TaskQuery(TaskFilter(lead="scjg")))
    assert (selected.total, selected.sums) == (4, {"money": "5.5"})


@pytest.mark.parametrize(("column_type", "fields"), [(TEXT, '{"money":"百万"}'), (NUMBER, "{}")])
def test_headings_without_numbers_make_no_group_of_their_own(make, column_type, fields) -> None:
    """A heading has no lead: it would be a department without a name and without tasks."""
    found = summary(make(column_type, T1={"fields": fields}), "dept")
    assert [(one.key, one.total, one.sums) for one in found] == [("scjg", 4, {}), ("fgj", 1, {})]


@pytest.mark.parametrize(
    ("numbers", "kind", "section", "title"),
    [
        ((1,), "task", "五", "任务 1"),
        ((1, 2), "task", "五", "五"),
        ((1,), "task", None, ""),
        ((1, 2), "safeguard", "五", "safeguards"),
        ((1,), "task", "专栏1", "任务 1"),
    ],
)
def test_a_section_without_a_heading_of_its_own_is_called_by_its_only_task(
    make, numbers, kind, section, title
) -> None:
    """Several are called by the section, safeguards as such; the heading of a column is none of a section."""
    column = {"kind": "group", "clause": "专栏1", "column_no": 1, "title": "重点工程"}
    alone = {f"T1_{n}": {"section": section, "kind": kind} for n in numbers}
    titles = {one.key: one.title for one in summary(make(C1_1=column, **alone))}
    assert titles[section or ""] == title
    assert titles["三(一)"] == "提升质量"


def test_a_column_has_the_title_of_its_heading(make) -> None:
    ledger = make(T1_1={"kind": "group", "column_no": 1, "title": "重点工程"})
    assert [(one.key, one.title, one.total) for one in summary(ledger, "column")] == [
        ("", "", 3),
        ("1", "重点工程", 1),
    ]


def test_the_overdue_of_the_week_before_are_counted_by_department(make) -> None:
    """Each joint lead has the task; the deadline itself is no delay; a week before the plan has none."""
    ledger = make(
        T1_1={"deadline": "2025-02-23"}, T1_2={"deadline": "2025-02-24"}, T1_3={"deadline": "2025-02-23", "joint": "fgj"},
        T1_4={"deadline": "2021-07-31"},
    )  # fmt: skip
    for day, expected in (
        (DAY, {"scjg": 3, "fgj": 1}),
        (date(2021, 8, 8), {"scjg": 1}),
        (date(2021, 8, 7), {}),
    ):
        assert counts.overdue_a_week_ago(queries.open_snapshot(ledger, day)) == expected


def test_departments_come_in_the_order_of_the_plan_and_sections_in_that_of_their_tasks(make) -> None:
    ledger = make(T1_1={"lead": "fgj", "section": "九"}, T1_2={"section": "二"})
    assert [one.key for one in summary(ledger, "dept")] == ["scjg", "fgj"]
    assert [one.key for one in summary(ledger, "section")] == ["九", "二", "三(一)"]
