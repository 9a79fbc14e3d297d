"""Charts drawn with characters."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from qplan.render import Options, render
from qplan.render.bars import BLOCKS, PLAIN, lines
from qplan.views import Column, Table, View
from qplan.views.page import BARS, LINE, TARGET, Chart, Page, Series

LIGHTS = Chart(
    "lights", BARS, "亮灯", "单位", ["市场监管", "经济信息化和科技与另外一些很长的名称", "宣传"],
    [Series("红灯", [1, 0, 1], "red"), Series("黄灯", [0, 2, 0], "yellow"), Series("绿灯", [300, 10, 0], "green"), Series("灰灯", [0, 0, 0], "grey")],
    "合计。",
)  # fmt: skip
TREND = Chart(
    "trend",
    LINE,
    "近 4 周",
    "周",
    [f"2025-W{n}" for n in (10, 11, 12, 13)],
    [Series("逾期", [0, 1, 20, 10], "red")],
    "最高 20。",
)


def drawn(chart: Chart, **options) -> list[str]:
    return [
        "".join(text for text, _style in line) for line in lines(chart, Options(terminal=True, **options))
    ]


LONG = TREND._replace(
    categories=[f"2025-W{n:02}" for n in range(1, 27)], series=[Series("逾期", list(range(26)), "red")]
)


@pytest.mark.parametrize("width", [20, 24, 30, 40, 80, 160])
@pytest.mark.parametrize("chart", [LIGHTS, TREND, LONG])
def test_no_line_is_wider_than_the_screen(chart, width):
    assert max(cell_len(line) for line in drawn(chart, width=width)) <= width


def test_every_light_there_is_is_seen_and_the_totals_stand_behind():
    key, first, second, third = drawn(LIGHTS, width=60)
    assert "红灯" in key and "灰灯" not in key
    assert BLOCKS["red"] in first and BLOCKS["green"] * 20 in first and first.endswith(" 301")
    assert BLOCKS["yellow"] in second and second.endswith(" 12")
    assert third.count(BLOCKS["red"]) == 1 and third.endswith(" 1")


def test_short_bars_are_as_long_as_their_numbers():
    chart = LIGHTS._replace(
        categories=["甲"], series=[Series("红灯", [3], "red"), Series("绿灯", [4], "green")]
    )
    assert drawn(chart, width=60)[1] == f"甲 {BLOCKS['red'] * 3}{BLOCKS['green'] * 4} 7"
    assert drawn(chart, width=60, draw=False)[1] == f"甲 {PLAIN['red'] * 3}{PLAIN['green'] * 4} 7"


def test_a_trend_stands_as_high_as_its_weeks():
    *rows, base, weeks = drawn(TREND, width=60)
    assert rows[0].split() == ["20", "██"] and len(rows) == 5
    assert [sum(row[3 + 2 * n : 4 + 2 * n].strip() != "" for row in rows) for n in range(4)] == [0, 1, 5, 3]
    assert base.startswith(" 0 ──") and weeks.split() == ["2025-W10", "2025-W13"]


def test_nothing_overdue_draws_nothing_and_other_kinds_are_not_drawn():
    assert drawn(TREND._replace(series=[Series("逾期", [0, 0, 0, 0], "red")]), width=60) == []
    assert drawn(LIGHTS._replace(kind=TARGET), width=60) == []


def test_a_screen_draws_only_what_is_meant_for_it():
    def shown(screen: bool, **options) -> str:
        view = View(
            "home", "规划", [Table("t", "", [Column("a", "甲")], [("乙",)])], dict, "2025-01-01", None,
            page=lambda: Page((), (LIGHTS, TREND), screen=screen),
        )  # fmt: skip
        return str(render(view, "table", **options))

    assert "亮灯" in shown(True, terminal=True) and "最高 20。" in shown(True, terminal=True)
    assert "亮灯" not in shown(False, terminal=True) and "亮灯" not in shown(True)
