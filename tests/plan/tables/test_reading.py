"""A table as an office writes it is read whole, whatever kind of file it is."""

import importlib.util
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest

from qplan.core.periods import last_day
from qplan.errors import BadInput
from qplan.plan.tables.assemble import to_plan
from qplan.plan.tables.reader import Options, TablePlan, read_table

_spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("made.py"))
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

TODAY = date(2026, 11, 27)


def read(path: Path, **options) -> TablePlan:
    return read_table(path, Options(**options), TODAY)


def due(row) -> str | None:
    deadline = row.deadline
    if deadline.repeats:
        return f"repeats:{deadline.repeats}"
    day = last_day(deadline.value) if deadline.value else None
    return day.isoformat() if day else deadline.value


def money(value) -> float:
    return float(str(value).replace(",", ""))


def assert_whole(table: TablePlan, truth) -> None:
    assert len(table.rows) == len(truth)
    for place, (row, true) in enumerate(zip(table.rows, truth, strict=True)):
        assert (row.no, row.groups, row.title) == (true.no, (true.group,), true.title.replace("\n", ""))
        assert table.names(row.leads) == list(true.leads), row
        assert table.names(row.support) == list(true.supports), row
        assert due(row) == true.due, row
        assert table.rows[place].own == {"总投资（万元）": money(true.money)}


ALL = made.rows()


def test_of_126_rows_none_is_lost_and_every_uncertain_one_is_asked_in_three_seconds(tmp_path):
    path = made.workbook(tmp_path / "分工表.xlsx", ALL)
    before = time.perf_counter()
    table = read(path)
    assert time.perf_counter() - before < 3
    assert_whole(table, ALL)
    asked = {question.place for question in table.questions}
    rows = {row.no: row for row in table.rows}
    joint = [row for row in ALL if row.joint]
    worded = [row for row in ALL if row.deadline in made.WORDS]
    assert (len(joint), len(worded)) == (13, 36)
    assert {rows[row.no].cells["lead"] for row in joint} <= asked
    assert {rows[row.no].cells["deadline"] for row in worded if row.doubted} <= asked
    sure = {rows[row.no].cells["deadline"] for row in ALL if not row.doubted}
    assert not sure & asked
    assert [text for _cell, text in table.left_out] == ["合 计", "备注：各单位每月25日前报送进展情况。"]


def test_a_heading_in_two_rows_with_merged_cells_is_understood(tmp_path):
    table = read(made.workbook(tmp_path / "t.xlsx", ALL[:40], two_rows=True))
    assert_whole(table, ALL[:40])


def test_a_heading_in_three_rows_is_understood(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (
        ["2026年转移就业任务表"],
        ["序号", "任务", "责任", "", "年度目标", "", "时限"],
        ["", "", "牵头", "配合", "任务数", "", ""],
        ["", "", "单位", "单位", "数量", "单位", ""],
        [1, "组织劳动力转移就业", "区人社局", "区财政局", 415, "人", "2026年12月底"],
        [2, "改造农村户厕", "区农业农村局", "各镇（街道）", 295, "户", "11月底"],
    ):
        sheet.append(row)
    for area in ("A1:G1", "A2:A4", "B2:B4", "C2:D2", "E2:F2", "E3:F3", "G2:G4"):
        sheet.merge_cells(area)
    book.save(tmp_path / "t.xlsx")
    table = read(tmp_path / "t.xlsx")
    assert [(row.no, row.title, row.leads, row.support, due(row)) for row in table.rows] == [
        (1, "组织劳动力转移就业", ("区人社局",), ("区财政局",), "2026-12-31"),
        (2, "改造农村户厕", ("区农业农村局",), ("各镇（街道）",), "2026-11-30"),
    ]
    assert table.rows[0].own == {"年度目标 任务数 数量": 415, "年度目标 任务数 单位": "人"}


def test_shares_of_bodies_make_a_subtask_for_each_and_are_asked_about(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "责任单位", "配合单位", "完成时限"],
        [1, "转移就业", "区人社局", "元坝280人、白果15人", "2024年6月"],
        [2, "改造户厕", "元坝镇（12户）；白果镇（8户）", "区农业农村局", "2024年6月"],
        [3, "新建球场（元坝镇2个、白果镇1个）", "区教体局", "", "2024年6月"],
        [4, "种树3000株", "区林业局、12个村", "", "2024年6月"],
    )
    table = read(path)
    assert [(row.shares.figures, row.shares.unit) for row in table.rows] == [
        ((("元坝", "280"), ("白果", "15")), "人"),
        ((("元坝镇", "12"), ("白果镇", "8")), "户"),
        ((("元坝镇", "2"), ("白果镇", "1")), "个"),
        ((), ""),
    ]
    assert asked(table, "has a share") == ["Sheet!D2", "Sheet!C3", "Sheet!B4"]


def test_columns_of_towns_are_their_shares(tmp_path):
    head = ["序号", "任务名称", "牵头单位", "完成时限", "元坝镇", "白果镇", "城东街道"]
    path = sheet(
        tmp_path, head, [1, "家政培训（人）", "县人社局", "2026年11月", 280, 15, None],
        [2, "创业培训（人）", "县人社局", "2026年11月", None, 20, 30],
    )  # fmt: skip
    table = read(path)
    assert [row.shares for row in table.rows] == [
        ((("元坝镇", "280"), ("白果镇", "15")), "人"),
        ((("白果镇", "20"), ("城东街道", "30")), "人"),
    ]
    assert table.fields == () and len(asked(table, "each of these bodies has a share")) == 2
    task = to_plan(table)["tasks"][0]
    assert list(task["each"].values()) == ["280", "15"] and task["lead"] and "support" not in task


def test_a_word_table_with_merged_groups_is_read(tmp_path):
    table = read(made.document(tmp_path / "t.docx", ALL[80:]))
    assert table.title == "2024年重点工作任务分工表"
    assert_whole(table, ALL[80:])


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("gbk", ","),
        ("utf-8-sig", ","),
        ("utf-8", "\t"),
        ("utf-16", "\t"),
        ("utf-16-le", "\t"),
        ("utf-16-be", ","),
    ],
)
def test_a_csv_in_every_encoding_that_excel_writes_is_read(tmp_path, encoding, mark):
    table = read(made.delimited(tmp_path / "t.csv", ALL, encoding, mark))
    assert_whole(table, ALL)


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_other_workbooks_give_what_xlsx_gives(tmp_path, suffix):
    path = made.workbook(tmp_path / "t.xlsx", ALL)
    done = subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", suffix, "--outdir", tmp_path, path],
        capture_output=True, check=False,
    )  # fmt: skip
    converted = tmp_path / f"t.{suffix}"
    if done.returncode or not converted.exists():
        pytest.skip("LibreOffice does not convert here")
    assert_whole(read(converted), ALL)


def sheet(tmp_path, *rows, merges=(), name="t.xlsx") -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merges:
        book.active.merge_cells(area)
    book.save(tmp_path / name)
    return tmp_path / name


def asked(table, part: str) -> list[str]:
    return [question.place for question in table.questions if part in question.what]


def test_roles_within_a_cell_decide_who_leads(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "责任单位", "完成时限"],
        [1, "甲", "区财政局牵头，区水利局、区民政局配合", "2024年6月"],
        [2, "乙", "牵头单位：区水利局\n配合单位：区财政局", "2024年6月"],
        [3, "丙", "各相关部门按职责分工负责", "2024年6月"],
        [4, "丁", "各镇（街道）", "2024年6月"],
        [5, "戊", "区财政局（牵头）、区水利局", "2024年6月"],
    )
    table = read(path)
    assert [(row.leads, row.support) for row in table.rows] == [
        (("区财政局",), ("区水利局", "区民政局")),
        (("区水利局",), ("区财政局",)),
        (("各相关部门",), ()),
        (("各镇（街道）",), ()),
        (("区财政局",), ("区水利局",)),
    ]
    assert asked(table, "names no single body") == ["Sheet!C4"]
    assert asked(table, "only some bodies are marked") == ["Sheet!C6"]


def test_twin_names_become_aliases_and_are_asked(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "牵头单位", "配合单位", "完成时限"],
        [1, "甲", "区市场监管局", "区住房城乡建设局", "2024年6月"],
        [2, "乙", "市场监管局", "区住建局、区财政局", "2024年6月"],
        [3, "丙", "杭州市人民政府", "杭州市、杭州市政府", "2024年6月"],
        [4, "丁", "市市场监管局", "区科技局、区经信科技局", "2024年6月"],
    )
    departments = {one.name: set(one.aliases) for one in read(path).registry.departments}
    assert departments["区市场监管局"] == {"市场监管局"}
    assert departments["区住房城乡建设局"] == {"区住建局"}
    assert departments["杭州市人民政府"] == {"杭州市", "杭州市政府"}
    assert {"市市场监管局", "区科技局", "区经信科技局"} <= departments.keys()
    assert asked(read(path), "same body") == ["Sheet!C3", "Sheet!D3", "Sheet!D4", "Sheet!D4"]


def test_a_task_name_that_covers_several_rows_is_a_group(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "重点任务", "具体内容", "责任单位", "完成时间"],
        [1, "强基工程", "建平台", "区财政局", "年底"],
        [2, None, "建队伍", "区水利局", "年底"],
        [3, "惠民工程", "建市场", "区商务局", "年底"],
        merges=["B2:B3"],
    )
    table = read(path, year=2024)
    assert [(row.groups, row.title) for row in table.rows] == [
        (("强基工程",), "建平台"),
        (("强基工程",), "建队伍"),
        (("惠民工程",), "建市场"),
    ]
    assert asked(table, "group of tasks") == ["Sheet!B1"]


def test_rows_that_only_name_a_group_are_headings_not_tasks(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "责任单位", "完成时间"],
        ["一、产业", None, None, None],
        [1, "甲", "区财政局", "2024年"],
        ["二、民生"],
        [2, "乙", "区财政局", "2024年"],
        merges=["A2:D2", "A4:D4"],
    )
    assert [(row.groups, row.title) for row in read(path).rows] == [
        (("一、产业",), "甲"),
        (("二、民生",), "乙"),
    ]


def test_columns_of_quarters_are_staged_goals(tmp_path):
    path = sheet(
        tmp_path,
        ["2024年任务分解表"],
        ["序号", "工作任务", "阶段目标", None, "责任单位", "完成时间"],
        [None, None, "一季度", "上半年", None, None],
        [1, "甲", "完成招标", "主体完工", "区财政局", "2024年12月"],
        merges=["C2:D2", "A2:A3", "B2:B3", "E2:E3", "F2:F3"],
    )
    [row] = read(path).rows
    assert [(stage.title, stage.due) for stage in row.stages] == [
        ("完成招标", "2024-Q1"),
        ("主体完工", "2024-H1"),
    ]


def test_investment_of_quarters_is_a_column_and_sums_beside_a_group_are_none(tmp_path):
    """A list of major projects: the heading of amounts is above the quarters, sums stand beside each group."""
    head = ["序号", "项目名称", "总投资", "2026年计划投资", None, "责任单位"]
    path = sheet(
        tmp_path, ["2026年重点项目推进计划"], head, [None, None, None, "全年", "一季度", None],
        ["合计（2个）", None, 260500, 89000, 10000, None], ["一、续建项目（1个）", None, 248000, "86,000", 10000, None],
        [1, "智能装备产业园", 180000, 50000, 10000, "高新区管委会"],
        ["二、新开工项目（1个）", None, 12500, 3000, None, None], [2, "老旧管网更新", 12500, 3000, None, "区城投公司"],
        merges=["D2:E2"],
    )  # fmt: skip
    table = read(path)
    assert [(row.title, row.groups) for row in table.rows] == [
        ("智能装备产业园", ("一、续建项目（1个）",)),
        ("老旧管网更新", ("二、新开工项目（1个）",)),
    ]
    assert {field.title for field in table.fields} == {
        "总投资",
        "2026年计划投资 全年",
        "2026年计划投资 一季度",
    }


def test_a_body_that_verifies_is_a_department_of_the_plan(tmp_path):
    head = ["序号", "整改措施", "责任单位", "整改时限", "验收单位"]
    path = sheet(tmp_path, head, [1, "管网改造", "区住建局", "2026年6月底前", "市生态环境局"])
    table = read(path)
    assert table.names([table.rows[0].verifier]) == ["市生态环境局"]
    assert to_plan(table)["tasks"][0]["verifier"] in {one["id"] for one in to_plan(table)["departments"]}


def test_reports_and_unknown_columns_are_kept_by_their_headings(tmp_path):
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "责任单位", "完成时间", "进展情况", "资金来源", "开工日期", "完成率"],
        [1, "甲", "区财政局", "2024年", "已开工", "债券", date(2024, 3, 1), "30%"],
        [2, "乙", "区财政局", "2024年", None, "自筹", date(2024, 4, 1), "45%"],
    )
    table = read(path)
    assert [(field.id, field.title, field.type, field.unit) for field in table.fields] == [
        ("jzqk", "进展情况", "text", ""),
        ("zjly", "资金来源", "text", ""),
        ("kgrq", "开工日期", "date", ""),
        ("wcl", "完成率", "number", "%"),
    ]
    assert table.rows[0].own == {
        "进展情况": "已开工",
        "资金来源": "债券",
        "开工日期": date(2024, 3, 1),
        "完成率": 30,
    }
    assert asked(table, "reports on the work") == ["Sheet!E1", "Sheet!H1"]


def test_a_text_among_figures_is_kept_and_asked_about(tmp_path):
    rows = [[n, f"任务{n}", "区财政局", "2024年", n * 100] for n in range(1, 10)]
    path = sheet(
        tmp_path,
        ["序号", "工作任务", "责任单位", "完成时间", "投资"],
        *rows,
        [10, "末", "区财政局", "2024年", "待定"],
    )
    table = read(path)
    assert table.rows[9].own == {"投资": "待定"}
    assert asked(table, "is no figure") == ["Sheet!E11"]


def test_misspelt_headings_are_taken_for_the_known_ones_and_asked(tmp_path):
    path = sheet(tmp_path, ["序号", "工作任务", "责任单位", "完成时现"], [1, "甲", "区财政局", "2024年6月"])
    table = read(path)
    assert due(table.rows[0]) == "2024-06-30"
    assert asked(table, "完成时现") == ["Sheet!D1"]


def test_a_table_with_one_known_heading_is_read_by_its_likeliest_column_and_asked(tmp_path):
    projects = read(sheet(tmp_path, ["项目名称", "地点", "总投资"], ["东城水厂", "东城", "3000"]))
    assert [row.title for row in projects.rows] == ["东城水厂"]
    assert asked(projects, "no body leads this task")
    names = read(
        sheet(tmp_path, ["2026年"], ["序号", "名称", "建设年限"], [1, "东城水厂", "2025年-2026年12月"])
    )
    assert [row.title for row in names.rows] == ["东城水厂"]
    assert asked(names, "“名称” is read as its title") == ["Sheet!B2"]
    figures = read(sheet(tmp_path, ["序号", "指标", "责任单位"], [1, "粮食总产量", "区农业农村局"]))
    assert [(row.title, row.leads) for row in figures.rows] == [("粮食总产量", ("区农业农村局",))]
    goals = read(
        sheet(
            tmp_path, ["序号", "考核指标", "计分办法", "责任部门"], [1, "营业收入", "每低1%扣1分", "市场部"]
        )
    )
    assert [(row.title, row.leads) for row in goals.rows] == [("营业收入", ("市场部",))]
    with pytest.raises(BadInput, match="姓名, 联系电话"):
        read(sheet(tmp_path, ["姓名", "联系电话"], ["张三", "0000-0000001"]))
    with pytest.raises(BadInput, match="rename the tasks' column 重点任务"):
        read(sheet(tmp_path, ["指标", "目标值", "单位"], ["粮食总产量", "20", "万吨"]))


def test_headings_that_mean_nothing_here_are_mapped_by_the_caller(tmp_path):
    path = sheet(tmp_path, ["x"], ["a", "b", "c"], ["甲", "区财政局", "2024年6月"])
    with pytest.raises(BadInput, match=r"no heading of row 2 .a, b, c.*--header-row 2 --map a=title"):
        read(path)
    table = read(path, header_row=2, mapping={"a": "title", "b": "lead", "C": "deadline"})
    assert [(row.title, row.leads, due(row)) for row in table.rows] == [("甲", ("区财政局",), "2024-06-30")]
    with pytest.raises(BadInput, match="No column is headed “nope”"):
        read(path, header_row=2, mapping={"nope": "title"})
    with pytest.raises(BadInput, match="is no field"):
        read(path, header_row=2, mapping={"a": "nope"})


def test_the_year_comes_from_titles_else_from_deadlines_and_is_asked(tmp_path):
    head = ["序号", "工作任务", "责任单位", "完成时间"]
    path = sheet(tmp_path, head, [1, "甲", "区财政局", "6月底"], [2, "乙", "区财政局", "2025年3月"])
    assert [due(row) for row in read(path).rows] == ["2025-06-30", "2025-03-31"]
    assert asked(read(path), "no title names the year") == [""]
    assert [due(row) for row in read(path, year=2024).rows] == ["2024-06-30", "2025-03-31"]
    assert read(path, year=2024).period.ends == date(2025, 12, 31)
    assert asked(read(path, year=2024), "outside the plan's period") == ["Sheet!D3"]


def test_numbers_that_begin_anew_in_each_group_still_name_tasks(tmp_path):
    from qplan.plan.tables.assemble import task_ids

    path = sheet(
        tmp_path,
        ["序号", "类别", "工作任务", "责任单位", "完成时间"],
        [1, "甲类", "一", "区财政局", "2024年"],
        [2, "甲类", "二", "区财政局", "2024年"],
        [1, "乙类", "三", "区财政局", "2024年"],
    )
    assert task_ids(read(path).rows) == ["T1.1", "T1.2", "T2.1"]


def test_a_heading_repeated_on_each_page_is_no_task(tmp_path):
    head = ["序号", "工作任务", "责任单位", "完成时间"]
    path = sheet(tmp_path, head, [1, "甲", "区财政局", "2024年"], head, [2, "乙", "区财政局", "2024年"])
    assert [row.title for row in read(path).rows] == ["甲", "乙"]


def test_two_sheets_are_one_plan_unless_one_is_chosen(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for number, name in enumerate(("甲表", "乙表", "说明")):
        at = book.active if number == 0 else book.create_sheet()
        at.title = name
        if name == "说明":
            at.append(["本表由各单位填报"])
            continue
        at.append(["序号", "工作任务", "责任单位", "完成时间"])
        at.append([1, f"{name}任务", "区财政局", "2024年"])
    book.save(tmp_path / "t.xlsx")
    table = read(tmp_path / "t.xlsx")
    assert [row.title for row in table.rows] == ["甲表任务", "乙表任务"]
    assert asked(table, "several sheets") == [""]
    assert [row.title for row in read(tmp_path / "t.xlsx", sheet="乙表").rows] == ["乙表任务"]
    with pytest.raises(BadInput, match="There is no sheet “丙表”; the sheets are: 甲表, 乙表, 说明"):
        read(tmp_path / "t.xlsx", sheet="丙表")
