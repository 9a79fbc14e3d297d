"""What is wrong in a folder of forms is named: faults of rows, text over locked cells, and files that are no forms."""

import shutil
import zipfile
from datetime import date

import pytest

from cli.test_forms import (
    GOALS,
    STATUS,
    TASKS,
    Filler,
    collected,
    folder,  # noqa: F401 - a fixture
    form,
    ledger,  # noqa: F401 - a fixture
    office,
    shown,
)


def test_faults_of_cells_and_of_steps_are_reported_at_once(ledger, folder):  # noqa: F811
    Filler(form(folder, "市场监管")).write("C4.1", percent="很快").write(
        "T1.3", **{STATUS: "申请销号"}
    ).save()
    answer = collected(ledger)
    (item,) = [one for one in answer.json["items"] if one["dept"] == "scjg"]
    assert [fault["id"] for fault in item["faults"]] == ["C4.1", "T1.3"] and item["rows"] == 2
    assert shown(ledger, "T1.3")["status"] == "assigned"


@pytest.mark.parametrize("program", ["openpyxl", "xlsx", "xls", "ods"])
def test_what_is_written_over_a_locked_cell_is_named(ledger, folder, program):  # noqa: F811
    path = form(folder, "市场监管")
    filler = Filler(path)
    filler.cell(TASKS, "T1.3", "上次反馈").value = "已完成监测 300 批次"
    filler.cell(TASKS, "T1.3", "完成时限").value = date(2026, 12, 31)
    filler.cell(GOALS, "T1.3/m1", "任务").value = None
    filler.save()
    if program != "openpyxl":
        office("--convert-to", program, "--outdir", "saved", str(path), cwd=folder)
        path.unlink()
        shutil.move(next((folder / "saved").iterdir()), folder)
    answer = collected(ledger)
    assert answer.code == 2, answer.out
    faults = next(one for one in answer.json["items"] if one["faults"])["faults"]
    assert [fault["cell"].partition("!")[0] for fault in faults] == [TASKS, TASKS], faults
    assert any("已完成监测 300 批次" in fault["what"] and "上次反馈" in fault["what"] for fault in faults)
    assert any("2026-12-31" in fault["what"] for fault in faults)


def test_whatever_else_came_back_in_the_folder_is_named(ledger, folder):  # noqa: F811
    for name in ("扫描件.pdf", "照片.JPG", "市监局进展.docx", "报表.zip", "~$锁定.xlsx", ".DS_Store"):
        (folder / name).write_bytes(b"x")
    (folder / "三季度").mkdir()
    (folder / "退回").mkdir()
    answer = collected(ledger)
    assert answer.code == 0, answer.err
    said = answer.err.splitlines()
    named = [
        name
        for name in ("扫描件.pdf", "照片.JPG", "市监局进展.docx", "报表.zip", "三季度")
        if any(name in line for line in said)
    ]
    assert len(named) == 5 and "解压" in answer.err and "文件夹" in answer.err
    assert not any(name in answer.err for name in ("锁定", "DS_Store", "退回"))


def test_a_row_pasted_from_another_sheet_is_refused(ledger, folder):  # noqa: F811
    filler = Filler(form(folder, "市场监管"))
    tasks, goals = filler.book[TASKS], filler.book[GOALS]
    for column in range(1, goals.max_column + 1):
        tasks.cell(tasks.max_row, column).value = goals.cell(5, column).value
    row = tasks.max_row
    tasks.cell(row, 11).value = "贴错了表"
    filler.save()
    answer = collected(ledger)
    assert answer.code == 2 and f"{goals.cell(5, 2).value}”不在本报表中" in answer.out


def test_a_zip_bomb_among_the_forms_is_refused(ledger, folder):  # noqa: F811
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<a>" + " " * (60 << 20) + "</a>")
    answer = collected(ledger)
    assert answer.code == 2 and "bomb.xlsx" in answer.out and "MB" in answer.out
