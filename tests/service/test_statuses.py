"""Every status counts in every list, page, notice and workbook: the parts add up to the total."""

from __future__ import annotations

import io
import re
import sqlite3
from datetime import date

import openpyxl
import pytest

from core.cycle import task
from ledger import plans
from qplan.core import workflow
from qplan.core.calendar import LIGHTS, Week
from qplan.core.model import ACTIVE, ASSIGNED, AT_WORK, ENDED, OPEN, STATUSES, WITH_LEAD, Change, TaskFilter
from qplan.i18n import chinese
from qplan.ledger import create, statements
from qplan.ledger.journal import Entry
from qplan.render import render
from qplan.service import collection, counts, queries, weekly
from qplan.service.form_layout import CHOICES
from qplan.service.queries import TaskQuery
from qplan.views import detail, lists, words
from qplan.views import weekly as views

TODAY = date(2024, 3, 20)
#: So many tasks have the first status, one more the second, and so on.
NUMBERS = {status: number for number, status in enumerate(STATUSES, 2)}
TOTAL = sum(NUMBERS.values())


@pytest.fixture
def ledger():
    """A ledger with tasks in every status."""
    with create.in_memory(plans.RECORDED) as made:
        plans.fill(made, plans.plan(TOTAL - 1))
        entry = Entry("试@zlb", "2024-03-18T00:00:00Z", "2024-03-18")
        statuses = [status for status, number in NUMBERS.items() for _one in range(number)]
        for task, status in zip(made.tasks(), statuses, strict=True):
            after = {"status": status, "closed_on": "2024-03-18" if status in ENDED else None}
            before = {name: getattr(task, name) for name in after} | {"version": task.version}
            made.append([Change("task.amend", task.id, before, after)], entry)
        yield made


@pytest.fixture
def week(ledger):
    with weekly.weekly(ledger, TODAY, Week.of(TODAY)) as found:
        yield found


def test_each_status_has_its_words():
    """A status without them would be left out, or shown by its code."""
    assert tuple(workflow.STATUS) == STATUSES, "core/workflow.py: STATUS lacks a label, or has another order"
    assert {*counts.STATES} == {*words.STATES} == {*STATUSES}, "views/words.py: STATES lacks a phrase"


@pytest.mark.parametrize("asked", CHOICES)
def test_each_status_that_a_form_asks_for_is_reached(asked: str):
    """A row that asks for it would be refused."""
    for now in WITH_LEAD:
        reached = ACTIVE if now == ASSIGNED else now
        assert asked == reached or (reached, asked) in workflow.TO_STATUS, (
            f"core/workflow.py: TRANSITIONS has no step from {reached} to {asked} of CHOICES (service/form_layout.py)"
        )
        for action, _given in collection.steps(task(now), workflow.LEAD, asked, {"note": "已报"}):
            reached = workflow.BY_ACTION[action].to or reached
        assert reached == asked


def test_each_status_is_open_or_ended_in_the_database_as_in_the_rules():
    assert {*OPEN, *ENDED} == {*STATUSES} and {*AT_WORK} < {*WITH_LEAD} < {*OPEN}
    db = sqlite3.connect(":memory:")
    for status in (*STATUSES, None):
        found = db.execute(f"SELECT {statements.OPEN} FROM (SELECT ? AS status, 0 AS retired)", (status,))
        assert bool(found.fetchone()[0]) is (status in OPEN), status


def test_the_tables_of_a_ledger_take_each_status():
    with create.in_memory(plans.RECORDED) as made:
        (definition,) = made.connection.rows("SELECT sql FROM sqlite_master WHERE name = 'task'")[0]
    taken = set(re.findall(r"\bstatus = '(\w+)'", definition))
    assert taken == {*STATUSES}, (
        "ledger/migrations/versions: a migration of the CHECK of task.status is missing"
    )


def test_lists_by_status_hold_every_task_once(ledger):
    snapshot = queries.open_snapshot(ledger, TODAY)
    listed = {status: queries.tasks(snapshot, TaskQuery(TaskFilter(status=status))) for status in STATUSES}
    assert {status: len(items) for status, items in listed.items()} == NUMBERS
    is_open = queries.tasks(snapshot, TaskQuery(TaskFilter(open=True)))
    assert len(is_open) == sum(NUMBERS[status] for status in OPEN)


def test_counts_add_up(ledger):
    snapshot = queries.open_snapshot(ledger, TODAY)
    items = queries.tasks(snapshot)
    total, each = counts.by_department(snapshot, items)
    for one in (total, *each):
        assert (
            sum(one.by_status.values())
            == sum(one.by_light.values())
            == sum(one.by_state().values())
            == one.total
        )
    assert total.total == sum(one.total for one in each) == TOTAL
    assert total.by_status == NUMBERS
    for by in counts.SUMMARIES:
        (table,) = lists.summary(snapshot, counts.summary(snapshot, by, items), total, by).tables
        keys = [column.key for column in table.columns]
        for row in table.rows:
            shown = dict(zip(keys, row, strict=True))
            assert sum(shown[status] for status in STATUSES) == shown["total"], by
            assert sum(shown[f"light_{code}"] for code in LIGHTS) == shown["total"], by
    (status_table, _by_dept) = detail.home(snapshot, items, total, each).tables
    assert sum(row[1] for row in status_table.rows) == TOTAL


def test_the_sentence_of_a_week_adds_up(week):
    _snapshot, content = week
    numbers = [int(n) for n in re.findall(r"(\d+) [a-z ]+\([\d.]+%\)", views.totals_line(content))]
    assert sum(numbers[:-1]) == TOTAL, "the last number is that of the overdue tasks"


def test_the_figures_of_a_page_add_up(week):
    from qplan.views import page

    _snapshot, content = week
    labels = {workflow.status_label(status) for status in counts.STATES}
    figures = [figure for figure in page.of_week(content, 30).figures if figure.label in labels]
    assert len(figures) == len(labels)
    assert sum(int(figure.value) for figure in figures) == TOTAL


def test_the_notice_adds_up(week):
    from qplan.views import notice

    snapshot, content = week
    text = "\n".join(notice.weekly(snapshot, content).lines())
    assert f"任务共{TOTAL}项" in text
    sentence = text[text.index("任务共") :].partition("。")[0]
    numbers = {
        label: int(re.search(rf"{label}(\d+)项", sentence)[1])  # type: ignore[index]
        for label in (chinese("status", text) for text in workflow.STATUS.values())
    }
    assert sum(numbers.values()) == TOTAL


def test_the_workbook_of_a_summary_adds_up(ledger):
    snapshot = queries.open_snapshot(ledger, TODAY)
    total, each = counts.by_department(snapshot, queries.tasks(snapshot))
    view = lists.summary(snapshot, each, total, "dept")
    data = render(view, "xlsx")
    assert isinstance(data, bytes)
    rows = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
    ]
    english = list(workflow.STATUS.values())
    heading = next(row for row in rows if set(english) <= set(row))
    columns = [heading.index(label) for label in english]
    counted = [row for row in rows[rows.index(heading) + 1 :] if isinstance(row[columns[0]], int)]
    assert sum(row[column] for row in counted for column in columns) % TOTAL == 0 and counted
