"""Widths of columns and heights of rows: what is printed is seen whole, and no row is higher than its text."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from qplan.render import render
from qplan.render.sheet_sizes import A3, A4, LINE, SPACE, height, widths
from qplan.render.text import cell_width
from qplan.views import DATE, INTEGER, LIGHT, STATUS, TEXT, Column, Table, View

NAME = "区质量强区工作领导小组办公室"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("已销号", 8, 1),
        (NAME, 30, 1),
        (NAME, 16, 2),
        ("甲\n乙\n丙", 10, 3),
        ("Department of Public Works", 15, 2),
    ],
)
def test_a_row_has_a_line_for_each_line_of_its_longest_text(text, width, lines):
    assert height([text, "短"], [width, 10]) == SPACE + LINE * lines


def test_a_code_takes_the_space_of_its_label():
    """“yellow” is shown as 黄灯: the row has one line."""
    columns = [Column("title", "任务"), Column("light", "亮灯", LIGHT), Column("status", "状态", STATUS)]
    view = View(
        "list", "x", [Table("t", "x", columns, [("短", "yellow", "terminated")])], dict, "2026-01-01", None
    )
    sheet = pytest.importorskip("openpyxl").load_workbook(BytesIO(render(view, "xlsx"))).worksheets[0]
    assert sheet.row_dimensions[2].height == SPACE + LINE


def test_a_row_grows_with_what_people_write_into_it():
    view = View("list", "x", [Table("t", "x", [Column("a", "甲")], [("文" * 90,)])], dict, "2026-01-01", None)
    data = zipfile.ZipFile(BytesIO(render(view, "xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    row = data[data.index('<row r="2"') :].partition(">")[0]
    assert "ht=" in row and "customHeight" not in row


def test_texts_of_a_wide_table_are_narrowed_until_it_fits_the_page():
    columns = [Column(f"c{n}", "任务内容", TEXT) for n in range(12)]
    row = ["很长的文字" * 20] * 12
    assert max(widths(columns[:4], [row[:4]], A4)) == 30
    assert A4 * 0.8 < sum(widths(columns, [row], A4)) <= A4 < sum(widths(columns, [row], A3)) <= A3


def test_a_very_long_text_gets_a_column_in_which_its_row_is_not_too_high():
    text = "字" * 700
    (width,) = widths([Column("note", "进展情况")], [[text]], A4)
    assert height([text], [width]) < 409 and width >= cell_width(text) / 26


def test_headings_of_four_characters_stay_on_one_line_and_longer_ones_on_two():
    columns = [
        Column("a", "逾期天数", INTEGER),
        Column("b", "联系人及电话"),
        Column("c", "original deadline", DATE),
    ]
    assert widths(columns, [["1", "", "2026-01-01"]], A4) == [10, 10, 12]


def test_a_unit_in_brackets_stays_beside_its_heading():
    """A program that knows no Chinese rules would break 总投资（万元 / ）."""
    columns = [Column("a", "总投资（万元）", "decimal"), Column("b", "联系人及电话")]
    assert widths(columns, [["1", "x"]], A4) >= [14, 8]
