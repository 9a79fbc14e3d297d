"""A plan's own columns: conditions on them, their sums, their headings."""

from __future__ import annotations

import pytest

from qplan.core.model import PlanHead, Task
from qplan.core.own import (
    DATE,
    NUMBER,
    TEXT,
    OwnColumn,
    columns_of,
    columns_text,
    parse_condition,
    total,
    values_of,
    values_text,
)
from qplan.errors import BadInput

COLUMNS = (
    OwnColumn("money", "投资", NUMBER, "万元"),
    OwnColumn("started", "Begun", DATE),
    OwnColumn("place", "地点", TEXT),
)


def task(**values: str) -> Task:
    return Task("T1", "task", "x", "c", fields=values_text(values))


@pytest.mark.parametrize(
    "condition, holds",
    [
        ("money>=1000", True), ("money > 1000", False), ("money<=1,000", True), ("money<1000", False), ("money=1000", True),
        ("money==1000.0", True), ("money!=1000", False), ("投资≥999", True), ("MONEY＞9", True), ("money<99", False),
        ("begun>=2024-01-02", True), ("started<2024-01-02", False), ("place=Old Town", True), ("place~OLD", True), ("地点～new", False),
        ("place!=x", True),
    ],
)  # fmt: skip
def test_a_condition_compares_numbers_days_and_texts(condition: str, holds: bool) -> None:
    row = task(money="1000", started="2024-01-02", place="Old Town")
    assert parse_condition(condition, COLUMNS).holds(row) is holds
    assert not parse_condition(condition, COLUMNS).holds(task())


@pytest.mark.parametrize(
    "condition, columns, sentence",
    [
        ("money", COLUMNS, 'write as in: --where "money>=1000"'),
        ("x", (), 'write as in: --where "investment>=1000"'),
        ("x>1", (), "no columns of its own"),
        ("x>1", COLUMNS, "has no column “x” of its own; it has: money 投资, started Begun, place 地点"),
        ("money>soon", COLUMNS, "“soon” is no number"),
        ("money>inf", COLUMNS, "“inf” is no number"),
    ],
)
def test_what_is_no_condition_is_refused(condition: str, columns, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        parse_condition(condition, columns)


def test_a_sum_is_exact_and_leaves_out_tasks_without_a_value() -> None:
    assert total(COLUMNS[0], [task(money="0.10"), task(), task(money="12")]) == "12.10"
    assert total(COLUMNS[0], [task(), task(place="x")]) is None


def test_columns_and_values_read_back_from_their_texts() -> None:
    assert columns_of(PlanHead("p", "t", fields=columns_text(COLUMNS))) == COLUMNS
    assert columns_of(PlanHead("p", "t")) == ()
    assert columns_text(COLUMNS[:1]) == '[["money","投资","number","万元"]]'
    assert values_text({"b": "市", "a": "1"}) == '{"a":"1","b":"市"}'
    assert values_text({}) == "{}" and values_of(task()) == {}
    assert values_of(task(money="1", place="市")) == {"money": "1", "place": "市"}


@pytest.mark.parametrize(
    "title, unit, heading",
    [
        ("投资", "万元", "投资（万元）"),
        ("投资(万元)", "万元", "投资(万元)"),
        ("投资", None, "投资"),
        ("投资（亿元）", "万元", "投资（亿元）（万元）"),
    ],
)
def test_a_heading_has_the_unit_once(title: str, unit: str | None, heading: str) -> None:
    assert OwnColumn("m", title, NUMBER, unit).heading == heading
