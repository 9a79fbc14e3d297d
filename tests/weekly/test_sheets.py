"""The workbook: read again cell by cell, and opened by LibreOffice."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from qplan.render import render
from qplan.render.sheets import sheet_name
from qplan.render.text import cell_width
from qplan.views import DATE, ID, INTEGER, LIGHT, PERCENT, Column, Table, View
from weekly.conftest import pages_of, pdf_of

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")


@pytest.fixture
def book(folder):
    return openpyxl.load_workbook(folder / "weekly-2026-W06.xlsx")


@pytest.fixture
def told(folder):
    return json.loads((folder / "weekly-2026-W06.json").read_text(encoding="utf-8"))


def rows_of(sheet):
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_cell_is_what_the_json_says(book, told):
    assert book.sheetnames == [
        "概况", "逾期事项", "本周进展", "本周未反馈", "2025-Q4 反馈情况，时限 2025-12-28", "迟报、内容空泛和未报",
        "已申请销号、待审核", "本周销号", "7 天内到期", "30 天内到期", "超过 30 天未反馈", "按单位", "序时进度", "亮红灯的指标", "核心指标",
    ]  # fmt: skip
    day = lambda text: None if text is None else datetime.fromisoformat(text)  # noqa: E731
    listed = rows_of(book.worksheets[1])
    assert [
        (
            r["编号"],
            r["任务"],
            r["完成时限"],
            r["逾期天数"],
            r["逾期工作日"],
            round(r["进度"] * 100),
            r["进展情况"],
        )
        for r in listed
    ] == [
        (
            i["id"],
            i["title"],
            day(i["deadline"]),
            i["overdue_days"],
            i["overdue_workdays"],
            i["progress"],
            i["note"],
        )
        for i in told["overdue"]
    ]
    assert [(r["编号"], r["任务"], r["最近日期"]) for r in rows_of(book["本周进展"])] == [
        (i["id"], i["title"], day(max(entry["effective_on"] for entry in i["entries"])))
        for i in told["progress"]
    ]
    reports = rows_of(book["2025-Q4 反馈情况，时限 2025-12-28"])
    assert [(r["编号"], r["应反馈"], r["按时"], r["未报"]) for r in reports] == [
        (one["dept"], one["owed"], one["in_time"], one["missing"]) for one in told["reporting"]["items"]
    ]
    assert [r["反馈"] for r in rows_of(book["迟报、内容空泛和未报"])] == ["未报"]
    counts = rows_of(book["按单位"])
    assert [
        (r["编号"], r["任务数"], r["逾期"], r["比上周"], r["红灯"], r["绿灯"], round(r["平均进度"] * 100))
        for r in counts
    ] == [
        (
            d["id"],
            d["total"],
            d["overdue"],
            d["overdue_change"],
            d["light"].get("red", 0),
            d["light"].get("green", 0),
            d["progress"],
        )
        for d in told["by_dept"]
    ]
    *paces, all_of_them = rows_of(book["序时进度"])
    assert [(r["编号"], r["欠进度"].partition("（")[0], r["已完成"].partition("（")[0]) for r in paces] == [
        (d["id"], str(d["pace"]["behind"]), str(d["pace"]["done"])) for d in told["by_dept"]
    ]
    done, share = told["totals"]["pace"]["done"], told["totals"]["shares"]["pace"]["done"]
    assert (all_of_them["单位"], all_of_them["已完成"]) == ("合计", f"{done}（{share}%）")
    figures = {
        row[0].value: row[1].value
        for row in book["概况"].iter_rows(max_col=2)
        if isinstance(row[1].value, int)
    }
    assert (figures["任务数"], figures["逾期"]) == (told["totals"]["total"], told["totals"]["overdue"])
    assert figures["本周销号"] == len(told["closed"]) and figures["7 天内到期"] == len(told["due_within_7"])


def test_a_list_without_rows_is_named_in_the_overview_and_has_no_page(book, told):
    sentences = "\n".join(str(row[0].value) for row in book["概况"].iter_rows())
    assert told["newly_overdue"] == []
    for title in ("本周新增逾期", "受阻及需协调", "申请延期，待回复", "尚未签收"):
        assert title in sentences and title not in book.sheetnames


def test_it_is_set_up_to_be_read_and_printed(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes[1:] == "2" or sheet.freeze_panes.endswith("2")
        assert sheet.print_title_rows in ("1:1", "$1:$1")
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    overdue = book.worksheets[1]
    assert overdue.auto_filter.ref == f"A1:O{overdue.max_row}"
    assert overdue.column_dimensions["C"].width > 16
    soon = next(sheet for sheet in book.worksheets if "30" in sheet.title and "到期" in sheet.title)
    rules = [rule for area in soon.conditional_formatting for rule in area.rules]
    assert {rule.formula[0] for rule in rules} == {'"红灯"', '"黄灯"', '"蓝灯"', '"绿灯"', '"灰灯"'}


def test_rows_are_as_high_as_their_texts_and_grow_when_people_write(book):
    overdue = book["逾期事项"]
    lines = {}
    for row in range(2, overdue.max_row + 1):
        need = 1
        for cell in overdue[row]:
            width = overdue.column_dimensions[cell.column_letter].width - 1
            need = max(need, -(-cell_width(str(cell.value or "")) // int(width)))
        lines[row] = need
    assert all(0 <= overdue.row_dimensions[row].height - 15 * count <= 19 for row, count in lines.items())
    assert overdue.row_dimensions[1].height == 34  # a heading on two lines


def awkward() -> View:
    columns = [
        Column("id", "编号", ID), Column("title", "=SUM(1,1)"), Column("day", "日期", DATE), Column("n", "数", INTEGER),
        Column("p", "进度", PERCENT), Column("light", "灯", LIGHT),
    ]  # fmt: skip
    rows = [
        ("=1+1", "=cmd|' /C calc'!A0", "2025-02-28", -3, 40, "red"),
        ("+1", "a\x0bb\nc", "无期限", None, None, None),
        ("@x", "长" * 40_000, None, 0, 100, "green"),
        ("_x0041_", "a_x000D_b", "2024-02-29", 1, 0, "grey"),
    ]
    return View(
        "list", "a/b:[c]*", [Table("t", "a/b:[c]*?很长的标题" * 3, columns, rows)], dict, "2025-06-30", None
    )


def test_text_is_text_and_nothing_is_lost_in_silence(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(render(awkward(), "xlsx"))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(n, 1).data_type for n in (2, 3, 4)] == ["s"] * 3
    assert sheet["B1"].data_type == "s" and sheet["B2"].data_type == "s" and sheet["A2"].quotePrefix
    assert (sheet["C2"].value, sheet["C2"].number_format) == (datetime(2025, 2, 28), "yyyy-mm-dd")
    assert (sheet["C3"].value, sheet["D3"].value, sheet["D2"].value) == ("无期限", None, -3)
    assert (sheet["E2"].value, sheet["E2"].number_format) == (0.4, "0%")
    assert "\\x0b" in sheet["B3"].value and "\n" in sheet["B3"].value
    long = sheet["B4"].value
    assert len(long) < 32_767 and "in the ledger" in long


def test_names_of_sheets_are_legal_and_distinct():
    taken: set[str] = set()
    names = [sheet_name(title, taken) for title in ("a/b (3)", "A:B", "长" * 40, "长" * 40, "''", "")]
    assert names[0] == "a b" and names[1] == "A B 2"
    assert all(0 < len(name) <= 31 for name in names) and len({name.lower() for name in names}) == len(names)


def test_libreoffice_opens_and_prints_it(folder, profile, told):
    pages = pages_of(pdf_of(folder / "weekly-2026-W06.xlsx", profile))
    text = "\n".join(pages)
    assert "Err:" not in text and "#NAME" not in text
    for item in told["overdue"]:
        assert item["id"] in text
    assert date.fromisoformat(told["to"]).isoformat() in text
