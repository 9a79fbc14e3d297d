"""Forms as people send them back who never read the guidance: every mistake is a sentence with its sheet and cell."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from cli.test_forms import (
    DIFFICULTY,
    EVIDENCE,
    FIGURES,
    GOALS,
    NEEDS,
    NOTE,
    PERCENT,
    STATUS,
    TASKS,
    Filler,
    collected,
    folder,  # noqa: F401 - a fixture
    form,
    ledger,  # noqa: F401 - a fixture
    office,
    report,
    shown,
)
from plan.tables.wps import TEXT, Styled, wps_workbook

STEPS = "下一步措施"


@pytest.fixture
def scjg(folder):  # noqa: F811
    """The form of the market regulator, opened."""
    return Filler(form(folder, "市场监管"))


def faults(answer):
    """Cell and sentence of each fault."""
    assert answer.code == 2, answer.out
    return {
        fault["cell"]: f"{fault['what']} {fault['hint']}"
        for item in answer.json["items"]
        for fault in item["faults"]
    }


@pytest.mark.parametrize(
    ("values", "column", "what"),
    [
        ({"percent": "百分之三十"}, "J", "0 到 100 的整数"),
        ({"percent": 33.3}, "J", "33.3"),
        ({"percent": True}, "J", "TRUE"),
        ({"percent": date(2026, 1, 30)}, "J", "2026-01-30"),
        ({STATUS: "待签收"}, "I", "请选择办理中、受阻、申请销号"),
        ({STATUS: "受阻"}, "L", "须给出“存在困难”、“需协调事项”"),
        ({STATUS: "受阻", DIFFICULTY: "缺地块", NEEDS: "无"}, "M", "须给出“需协调事项”"),
        ({STATUS: "申请销号", EVIDENCE: "无"}, "O", "须填写佐证材料"),
        ({STATUS: "申请销号", EVIDENCE: "/"}, "O", "须填写佐证材料"),
    ],
)
def test_what_a_cell_cannot_mean_is_named_with_the_cell(ledger, scjg, values, column, what):  # noqa: F811
    scjg.write("T1.3", **values).save()
    ((cell, sentence),) = faults(collected(ledger)).items()
    assert cell.startswith(f"{TASKS}!{column}") and what in sentence


def test_a_picture_in_a_cell_of_wps_is_named(ledger, scjg):  # noqa: F811
    cell = scjg.cell(TASKS, "T1.3", EVIDENCE)
    cell.value, cell.data_type = '=DISPIMG("ID_0123456789ABCDEF",1)', "s"
    scjg.save()
    assert list(faults(collected(ledger)).values()) == [
        "单元格中是图片，无法读取；请写明图片内容或图片文件名。 "
    ]


def test_none_in_a_cell_is_no_difficulty_and_no_row_of_its_own(ledger, scjg):  # noqa: F811
    nothing = {DIFFICULTY: "无", NEEDS: "暂无", STEPS: "—", EVIDENCE: "/"}
    scjg.write("T1.3", **nothing, **{NOTE: "完成30户"}).write("T2.1.3", **nothing)
    scjg.write("C4.1", **{STATUS: "申请 销号", EVIDENCE: "文〔2026〕1号"}).save()
    assert collected(ledger).code == 0
    task = shown(ledger, "T1.3")
    assert (task["note"], task["difficulty"], task["evidence"]) == ("完成30户", None, None)
    assert shown(ledger, "T2.1.3")["status"] == "assigned" and shown(ledger, "C4.1")["status"] == "submitted"
    assert {item["state"] for item in collected(ledger).json["items"]} == {"nothing"}


def test_none_ends_a_difficulty_that_was_reported(ledger, scjg, folder):  # noqa: F811
    scjg.write("T1.3", **{NEEDS: "请财政解决", DIFFICULTY: "缺经费"}).save()
    assert collected(ledger).code == 0
    shutil.rmtree(folder)
    assert ledger("forms", "--out", "forms", "-d", "scjg").code == 0
    Filler(form(folder, "市场监管")).write("T1.3", **{NEEDS: "无", DIFFICULTY: "无"}).save()
    assert collected(ledger).code == 0
    week = ledger("weekly", "--week", "this", "--format", "json").json
    assert shown(ledger, "T1.3")["difficulty"] == "无" and not week["coordination"]


def without_heading(sheet):
    sheet.delete_rows(4)


def without_ids(sheet):
    sheet.delete_cols(2)


def without_heading_and_marks(sheet):
    sheet.delete_cols(16)
    sheet.delete_rows(4)


@pytest.mark.parametrize("spoil", [without_heading, without_ids, without_heading_and_marks])
def test_a_sheet_without_its_headings_is_no_untouched_one(ledger, scjg, spoil):  # noqa: F811
    scjg.write("T1.3", **{NOTE: "写好了"})
    spoil(scjg.book[TASKS])
    scjg.save()
    assert "表头行" in faults(collected(ledger))[f"{TASKS}!A1"]


def test_a_heading_that_was_changed_is_named(ledger, scjg):  # noqa: F811
    scjg.write("T1.3", **{NOTE: "写好了"})
    scjg.book[TASKS]["K4"] = "进展"
    scjg.save()
    assert faults(collected(ledger)) == {
        f"{TASKS}!K4": "“进展”不是本报表的列名，报表中缺少“本次进展情况”这一列 请恢复原列名"
    }


def test_columns_of_ones_own_are_left_alone_and_one_not_needed_may_be_deleted(ledger, scjg):  # noqa: F811
    sheet = scjg.write("T1.3", **{NOTE: "写好了"}).book[TASKS]
    sheet.cell(4, 18).value, sheet.cell(5, 18).value = "科室意见", "同意"
    scjg.save()
    assert collected(ledger).code == 0
    sheet.cell(4, 18).value = sheet.cell(5, 18).value = None
    scjg.write("T2.1.3", **{NOTE: "也写好了"})
    sheet.delete_cols(15)
    scjg.save()
    assert collected(ledger).code == 0 and shown(ledger, "T2.1.3")["note"] == "也写好了"


def test_a_form_without_any_mark_is_known_for_a_form(ledger, scjg):  # noqa: F811
    scjg.write("T1.3", **{NOTE: "写好了"})
    del scjg.book["qplan"]
    for name in (TASKS, GOALS, FIGURES):
        scjg.book[name].delete_cols(scjg.book[name].max_column)
    scjg.save()
    assert "隐藏列和隐藏工作表已被删除" in " ".join(faults(collected(ledger)).values())


def test_figures_take_their_unit_and_each_fault_its_cell(ledger, scjg):  # noqa: F811
    sheet = scjg.book[FIGURES]
    ids = [sheet.cell(row, 2).value for row in range(5, 10)]
    rows = [
        {"年度": 2025, "数值": "97.5％", "数据来源": "公报"},
        {"年度": "二〇二五", "数值": "约30", "数据来源": "公报"},
        {"数值": 30},
    ]
    for ident, values in zip(ids, rows, strict=False):
        scjg.write(ident, FIGURES, **values)
    scjg.save()
    assert list(faults(collected(ledger))) == [f"{FIGURES}!{cell}" for cell in ("G6", "H6", "G7")]
    for ident in ids[1:3]:
        scjg.write(ident, FIGURES, 年度=None, 数值=None, 数据来源=None)
    scjg.save()
    assert collected(ledger).code == 0 and shown(ledger, ids[0])["actuals"][-1]["value"] == "97.5"


def test_a_copy_that_is_sent_back_twice_has_the_comments_of_the_last_time(ledger, scjg, folder):  # noqa: F811
    scjg.write("T1.3", percent="快了").save()
    assert collected(ledger).code == 2
    back = Filler(next((folder / "退回").glob("*.xlsx")))
    back.write("T1.3", percent=30).write("C4.1", percent="很快").save(scjg.path)
    assert collected(ledger).code == 2
    again = Filler(next((folder / "退回").glob("*.xlsx")))
    assert again.cell(TASKS, "T1.3", PERCENT).comment is None
    assert again.cell(TASKS, "T1.3", PERCENT).fill.start_color.rgb.endswith("FFF8E1")
    assert "很快" in again.cell(TASKS, "C4.1", PERCENT).comment.text


def test_two_copies_with_different_reports_are_a_conflict(ledger, scjg):  # noqa: F811
    scjg.write("T1.3", **{NOTE: "甲"}).save()
    scjg.write("T1.3", **{NOTE: "乙"}).save(scjg.path.with_name(f"{scjg.path.stem}(1).xlsx"))
    answer = collected(ledger)
    assert answer.code == 4
    assert sorted(item["state"] for item in answer.json["items"] if item["dept"] == "scjg") == [
        "conflict",
        "taken",
    ]


def test_a_form_that_wps_saved_is_taken(ledger, scjg):  # noqa: F811
    """Texts inline, parts with absolute names, styles to the last column; days and percents by Chinese formats."""
    scjg.write("T1.3", percent=0.3, **{NOTE: "已开工\n进展顺利"})
    goal = scjg.book[GOALS].cell(5, 2).value
    scjg.write(goal, GOALS, 完成日期="2026年10月1日")
    sheets = [
        (sheet.title, [[cell_of_wps(cell) for cell in row] for row in sheet.iter_rows()])
        for sheet in scjg.book
    ]
    scjg.path.write_bytes(wps_workbook(sheets, ("A1:O1", "D3:G3"), hidden=["qplan"]))
    answer = collected(ledger)
    assert answer.code == 0, answer.out
    assert (shown(ledger, "T1.3")["progress"], shown(ledger, "T1.3")["note"]) == (30, "已开工\n进展顺利")
    done = {one["id"]: one["done_on"] for one in ledger("milestones", "--format", "json").json["items"]}
    assert done[goal] == "2026-10-01"


def cell_of_wps(cell):
    return Styled(cell.value, TEXT) if cell.number_format == "@" else cell.value


def test_forms_that_people_sorted_filtered_and_added_to_are_taken_whole(ledger, tmp_path):  # noqa: F811
    """Forms of all departments: sorted, filtered, widened, renamed, values pasted, rows added; saved by LibreOffice."""
    assert ledger("forms", "--out", "sent", "--due", "2026-12-04").code == 0
    (tmp_path / "back").mkdir()
    reported = 0
    for number, path in enumerate(sorted((tmp_path / "sent").glob("*.xlsx")), 1):
        reported += report(path, 1)
        filler = Filler(path)
        if TASKS in filler.book.sheetnames:
            handled(filler.book[TASKS])
        filler.save(tmp_path / "back" / f"{number}号回收.xlsx")
    names = [f"back/{path.name}" for path in (tmp_path / "back").iterdir()]
    office("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved", *names, cwd=tmp_path)
    answer = ledger("collect", "saved", "--yes", "--format", "json")
    assert answer.code == 0, answer.out
    assert sum(item["rows"] for item in answer.json["items"]) == reported > 50 and not answer.json["missing"]
    items = ledger("tasks", "--status", "active", "--format", "json").json["items"]
    assert len(items) == reported and all(item["note"] == "进展\n第1轮" for item in items)
    again = ledger("collect", "saved", "--yes", "--format", "json")
    assert {item["state"] for item in again.json["items"]} == {"nothing"}


def handled(sheet):
    """The rows in another order, some hidden by a filter, one moved below the table, values without their formats."""
    last = max(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 2).value)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=last)]
    rows.sort(key=lambda row: str(row[2]), reverse=True)
    for number, values in enumerate(rows, 5):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column)
            cell.value, cell.number_format = value, "General"
        sheet.row_dimensions[number].hidden = number % 3 == 0
    sheet.auto_filter.add_filter_column(3, ["牵头单位"])
    sheet.column_dimensions["K"].width = 70
    moved = next((row for row in range(5, last + 1) if sheet.cell(row, 11).value), None)
    if moved:
        below = last + 3
        for column in (2, 10, 11):
            sheet.cell(below, column).value = sheet.cell(moved, column).value
        for column in (9, 10, 11, 12, 13, 14, 15):
            sheet.cell(moved, column).value = None


def test_a_task_without_a_day_says_so_in_a_form(qplan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert qplan("load", Path(__file__).parents[2] / "examples" / "english-action-plan").code == 0
    assert qplan("forms", "--out", "forms", "-d", "cdo").code == 0
    sheet = Filler(next((tmp_path / "forms").glob("*.xlsx"))).book["Tasks"]
    assert next(row for row in sheet.iter_rows(values_only=True) if row[1] == "T4")[5] == "ongoing"
