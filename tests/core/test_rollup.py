"""Means of progress and sums of quantities."""

from __future__ import annotations

import pytest

from qplan.core.model import Task
from qplan.core.rollup import mean_progress, total_quantity


def tasks(*rows: tuple, parent: str | None = "G") -> list[Task]:
    """Tasks of (progress, weight, quantity, unit), the last ones left out."""
    return [
        Task(f"T{n}", "task", "x", "c", parent=parent, progress=row[0])._replace(
            **dict(zip(("weight", "quantity", "unit"), row[1:], strict=False))
        )
        for n, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    "rows, mean",
    [
        ([], 0),
        ([(50,), (51,)], 50),
        ([(None,), (99,)], 49),
        ([(10, "1"), (50, "3")], 40),
        ([(10,), (50, "3")], 40),
        ([(None, "1"), (100, "1")], 50),
        ([(0, "1"), (100, "2")], 66),
        ([(70, "0"), (30, "0")], 0),
    ],
)
def test_each_task_counts_by_its_weight_and_the_mean_is_rounded_down(rows, mean: int) -> None:
    assert mean_progress(tasks(*rows)) == mean


def test_by_quantity_the_tasks_of_a_heading_share_what_they_count() -> None:
    below = tasks((100, None, "15"), (0, None, "285"))
    assert mean_progress(below) == 50
    assert mean_progress(below, by_quantity=True) == 5
    other = tasks((20,), parent="H")
    assert mean_progress([*below, *other], by_quantity=True) == (5 * 2 + 20) // 3
    weighted = [one._replace(weight="2") for one in below]
    assert mean_progress([*weighted, *other], by_quantity=True) == (5 * 4 + 20) // 5


@pytest.mark.parametrize("quantity", [None, "0"])
def test_quantities_count_only_where_all_have_one_and_their_sum_is_something(quantity: str | None) -> None:
    below = tasks((100, None, "0" if quantity else "15"), (0, None, quantity))
    assert mean_progress(below, by_quantity=True) == 50


def test_a_heading_has_the_sum_of_quantities_of_one_unit() -> None:
    heading = Task("G", "group", "x", "c")
    below = tasks((0, None, "1.50", "公里"), (0, None, "12", "公里"))
    found = total_quantity(heading, [*below, *tasks((0, None, "7", "人"), parent="H")])
    assert (found.quantity, found.unit) == ("13.50", "公里")
    assert total_quantity(heading, below[:1]).quantity == "1.50"
    for other in ((0, None, None, "公里"), (0, None, "1", "人")):
        assert total_quantity(heading, [*below, *tasks(other)]) == heading
    assert total_quantity(heading, tasks((0, None, "7", "人"), parent="H")) == heading
