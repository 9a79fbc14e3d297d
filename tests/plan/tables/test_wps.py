"""Tables as WPS writes them are read as those of Excel are."""

from __future__ import annotations

import subprocess
from datetime import date

import pytest

from plan.tables.wps import CUSTOM_DAY, LONG_DAY, MONTH, PERCENT, Styled, wps_workbook
from qplan import i18n
from qplan.core.periods import last_day
from qplan.errors import BadInput
from qplan.plan.tables.files import read_grids
from qplan.plan.tables.reader import Options, read_table

TODAY = date(2026, 11, 27)
ROWS = [
    ["2026年重点工作任务分工表"],
    ["序号", "类别", "工作任务", "责任单位", None, "完成时限", "完成率"],
    [None, None, None, "牵头单位", "配合单位", None, None],
    [1, "一、产业", "建设园区", "区发改局", "区财政局", Styled(date(2026, 6, 30), LONG_DAY), Styled(0.3, PERCENT)],
    [2, None, "引进企业", "区商务局", None, Styled(date(2026, 9, 1), MONTH), Styled(1, PERCENT)],
    [3, None, "整治河道", "区水利局", None, Styled(date(2026, 9, 1), CUSTOM_DAY), None],
    [4, None, "培训农民", "区农业农村局", None, "2026年11月30日", None],
    ["合计"],
]  # fmt: skip
MERGES = ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "B4:B7")


@pytest.mark.parametrize("absolute", [True, False])
def test_a_table_without_shared_texts_and_with_styles_to_the_last_column_is_read(tmp_path, absolute):
    path = tmp_path / "分工表.xlsx"
    path.write_bytes(wps_workbook([("任务", ROWS)], MERGES, absolute=absolute))
    table = read_table(path, Options(), TODAY)
    assert [(row.no, row.groups, row.title, row.leads, row.support) for row in table.rows] == [
        (1, ("一、产业",), "建设园区", ("区发改局",), ("区财政局",)),
        (2, ("一、产业",), "引进企业", ("区商务局",), ()),
        (3, ("一、产业",), "整治河道", ("区水利局",), ()),
        (4, ("一、产业",), "培训农民", ("区农业农村局",), ()),
    ]
    assert [row.own.get("完成率") for row in table.rows[:3]] == [30, 100, None]
    assert [text for _cell, text in table.left_out] == ["合计"]


def test_a_day_that_is_shown_as_a_month_is_the_month(tmp_path):
    """Excel and WPS keep 2026年9月 as the first of September and show the month."""
    path = tmp_path / "分工表.xlsx"
    path.write_bytes(wps_workbook([("任务", ROWS)], MERGES))
    rows = read_table(path, Options(), TODAY).rows
    days = [str(last_day(row.deadline.value)) for row in rows]
    assert days == ["2026-06-30", "2026-09-30", "2026-09-01", "2026-11-30"]
    assert rows[1].deadline_text == "2026年9月"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ('yyyy"年"m"月";@', "2026年9月"),
        ("[$-804]yyyy\\年m\\月", "2026年9月"),
        ("mmm-yy", "2026-09"),
        ("yyyy/mm", "2026-09"),
        ("yyyy-mm-dd", date(2026, 9, 1)),
        ('m"月"d"日"', date(2026, 9, 1)),
    ],
)
def test_formats_that_files_describe_are_read(tmp_path, form, shown):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = date(2026, 9, 1), date(2026, 9, 2)
    book.active["A1"].number_format = book.active["A2"].number_format = form
    book.save(tmp_path / "t.xlsx")
    assert read_grids(tmp_path / "t.xlsx")[0].rows == [[shown], [date(2026, 9, 2)]]


@pytest.fixture
def converted(tmp_path):
    """Makes a file of another kind of a table or a document, with LibreOffice."""

    def convert(data: bytes, name: str, kind: str):
        (tmp_path / name).write_bytes(data)
        profile = f"-env:UserInstallation=file://{tmp_path}/office"
        words = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            tmp_path,
            tmp_path / name,
        ]
        try:
            subprocess.run(words, capture_output=True, check=True, timeout=120)
        except (OSError, subprocess.SubprocessError):
            pytest.skip("LibreOffice does not convert here")
        return (tmp_path / name).with_suffix(f".{kind}")

    return convert


def test_an_et_file_is_read_as_the_xls_that_it_is_and_its_first_days_are_asked_about(tmp_path, converted):
    made = converted(wps_workbook([("任务", ROWS)], MERGES), "t.xlsx", "xls").rename(tmp_path / "t.et")
    table = read_table(made, Options(), TODAY)
    assert [row.title for row in table.rows] == ["建设园区", "引进企业", "整治河道", "培训农民"]
    asked = [one.place for one in table.questions if "a month" in one.what]
    assert asked == ["任务!F5", "任务!F6"]


def test_old_documents_are_named_for_what_they_are(tmp_path, converted):
    docx = pytest.importorskip("docx")
    docx.Document().save(tmp_path / "t.docx")
    made = converted((tmp_path / "t.docx").read_bytes(), "t.docx", "doc").rename(tmp_path / "t.wps")
    with pytest.raises(BadInput, match=r"t\.wps: This is a file of an old office program"):
        read_grids(made)


def test_what_the_reader_of_xls_says_is_in_the_language_in_use(tmp_path, converted):
    data = bytearray(converted(wps_workbook([("任务", ROWS)]), "t.xlsx", "xls").read_bytes())
    data[1024:3000] = bytes(3000 - 1024)
    (tmp_path / "t.xls").write_bytes(data)
    with i18n.speaking("zh"), pytest.raises(BadInput, match="工作簿无法读取："):
        read_grids(tmp_path / "t.xls")
