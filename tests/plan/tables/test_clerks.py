"""Tables in the shapes that clerks make: bodies named by a sheet or by the line above, persons in brackets, no deadlines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qplan.core.periods import last_day
from qplan.plan.tables.reader import Options, TablePlan, read_table

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
docx = pytest.importorskip("docx", reason="python-docx is in the office extra")

TODAY = date(2026, 2, 1)


def read(path: Path) -> TablePlan:
    return read_table(path, Options(year=2026), TODAY)


def book(tmp_path: Path, sheets: dict[str, list[list]], merges=()) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merges:
            sheet.merge_cells(area)
    made.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def told(table: TablePlan) -> list[tuple]:
    days = [last_day(row.deadline.value) if row.deadline.value else None for row in table.rows]
    return [
        (row.title, row.leads, row.support, row.owner, day and day.isoformat())
        for row, day in zip(table.rows, days, strict=True)
    ]


def asked(table: TablePlan, part: str) -> list[str]:
    return [one.place for one in table.questions if part in one.what]


def test_persons_beside_bodies_are_persons_where_the_heading_says_so(tmp_path):
    rows = [
        ["南山县2026年营商环境提升行动任务分解表"],
        ["编号", "类别", "工作举措", "责任单位\n（责任人）", "启动时间", "办结时间"],
        ["1-1", "一、审批提速", "上线15个主题", "县行政审批局（张伟）", date(2026, 3, 1), "2026年5月—10月"],
        ["1-2", None, "压减时限", "县司法局（周涛）；县市场监督管理局（吴静）配合", date(2026, 3, 1), "2026.6-2026.9"],
        ["2-1", "二、要素保障", "出让用地", "县自然资源局（李娜）、县住建局（王强）", None, "四季度"],
    ]  # fmt: skip
    table = read(book(tmp_path, {"任务分解": rows}, ["A1:F1", "B3:B4"]))
    assert told(table) == [
        ("上线15个主题", ("县行政审批局",), (), "张伟", "2026-10-31"),
        ("压减时限", ("县司法局",), ("县市场监督管理局",), "周涛、吴静", "2026-09-30"),
        ("出让用地", ("县自然资源局", "县住建局"), (), "李娜、王强", "2026-12-31"),
    ]
    assert [row.no for row in table.rows] == ["1-1", "1-2", "2-1"]
    assert table.rows[0].own == {"启动时间": date(2026, 3, 1)}
    assert asked(table, "only the last body") == ["任务分解!D4"]


def test_brackets_stay_where_the_heading_names_no_person(tmp_path):
    rows = [["序号", "工作任务", "责任单位", "完成时限"], [1, "造林", "区自然资源局（林业）", "6月底"]]
    assert read(book(tmp_path, {"表": rows})).rows[0].leads == ("区自然资源局（林业）",)


def test_a_sheet_for_each_body_names_who_leads(tmp_path):
    head = ["序号", "重点工作", "配合单位", "完成时限"]
    sheets = {
        "县农业农村局": [["县农业农村局2026年重点工作任务"], head, [1, "建高标准农田3万亩", "县财政局", "2026年11月"]],
        "县教育局": [["县教育局2026年重点工作任务"], head, [1, "新建幼儿园2所", None, "8月25日"]],
    }  # fmt: skip
    table = read(book(tmp_path, sheets))
    assert told(table) == [
        ("建高标准农田3万亩", ("县农业农村局",), ("县财政局",), "", "2026-11-30"),
        ("新建幼儿园2所", ("县教育局",), (), "", "2026-08-25"),
    ]
    assert asked(table, "names who leads") == ["县农业农村局!A2", "县教育局!A2"]


def test_a_line_above_each_table_of_a_document_names_who_leads(tmp_path):
    made = docx.Document()
    made.add_heading("2026年度乡村振兴重点任务责任清单", 0)
    tables = {"区农业农村局": ("发展设施农业", "10月底前"), "区水利局": ("维修山坪塘20口", "汛期前")}
    for place, (name, (title, due)) in enumerate(tables.items()):
        made.add_paragraph(f"{'一二'[place]}、{name}（共1项）")
        table = made.add_table(2, 3)
        for cells, texts in zip(
            table.rows, (("序号", "工作内容", "完成期限"), ("1", title, due)), strict=True
        ):
            for cell, text in zip(cells.cells, texts, strict=True):
                cell.text = text
    made.save(tmp_path / "t.docx")
    read_back = read(tmp_path / "t.docx")
    assert [(one[0], one[1], one[4]) for one in told(read_back)] == [
        ("发展设施农业", ("区农业农村局",), "2026-10-31"),
        ("维修山坪塘20口", ("区水利局",), None),
    ]
    assert asked(read_back, "汛期前") == ["table 2!C2"]


def test_days_of_completion_by_other_names_and_money_in_words(tmp_path):
    text = """"平安区2026年“十大工程”推进表",,,,,,
单位：万元,,,,,,
序号,项目名称,建设内容及规模,总投资,责任单位,包保领导,计划竣工时间
１,滨江路改造,"改造道路；
新建管网",1200万元,区住建局,刘建国,2026年9月30日前
２,智慧停车,新建泊位,待定,区城管局(牵头) 区公安分局(配合),孙丽,年内
,小计,,"1,200",,,
"""
    (tmp_path / "t.csv").write_bytes(text.encode("gbk"))
    table = read(tmp_path / "t.csv")
    assert told(table) == [
        ("滨江路改造", ("区住建局",), (), "", "2026-09-30"),
        ("智慧停车", ("区城管局",), ("区公安分局",), "", "2026-12-31"),
    ]
    assert [(row.leader, row.own) for row in table.rows] == [
        ("刘建国", {"总投资": "1200万元"}),
        ("孙丽", {"总投资": "待定"}),
    ]
    assert table.rows[0].content == "改造道路；\n新建管网"
    assert [line for _cell, line in table.left_out] == ["小计 1,200"]


def test_a_table_without_deadlines_is_asked_about_once(tmp_path):
    rows = [["序号", "工作任务", "责任单位"], [1, "甲", "区财政局"], [2, "乙", "区水利局"]]
    assert asked(read(book(tmp_path, {"表": rows})), "no column of deadlines") == ["表!A1"]


def test_brackets_that_may_name_a_person_are_asked_about_under_a_plain_heading(tmp_path):
    rows = [
        ["序号", "工作任务", "责任单位", "完成时限"],
        [1, "抽检", "市场监管局（张某）", "6月底"],
        [2, "清单", "区发改局（牵头）、各镇（街道）", "6月底"],
    ]
    table = read(book(tmp_path, {"表": rows}))
    assert table.rows[0].leads == ("市场监管局（张某）",) and table.rows[0].owner == ""
    assert asked(table, "may name a person") == ["表!C2"]


MATRIX = [
    ["2026年重点任务分解表"],
    ["序号", "重点任务", "责任单位", None, None, "完成时限"],
    [None, None, "市场\n监管局", "区发改局", "各镇（街道）", None],
    [1, "质量提升", "★", "△", "△", "年底前"],
    [2, "龙头培育", "△", "★", None, "年底前"],
    ["合计", None, 2, 2, 1, None],
]
MERGED = ["A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"]
DIVIDED = [
    (("市场监管局",), ("区发改局", "各镇（街道）")),
    (("区发改局",), ("市场监管局",)),
]


def parts(table: TablePlan) -> list[tuple]:
    return [(row.leads, row.support) for row in table.rows]


@pytest.mark.parametrize(
    "note", ["", "注：★为牵头单位，△为配合单位", "说明：牵头单位用★，配合单位用△", "注：△表示牵头，★表示配合"]
)
def test_a_table_of_tasks_by_bodies_gives_leads_and_supporters(tmp_path, note):
    table = read(book(tmp_path, {"表": [*MATRIX, [note or None]]}, MERGED))
    if "△表示牵头" in note:
        assert parts(table)[1] == (("市场监管局",), ("区发改局",))
    else:
        assert parts(table) == DIVIDED
    assert asked(table, "have signs") == ([] if note else ["表!C3"])
    assert all(row.own == {} for row in table.rows)


@pytest.mark.parametrize(
    ("lead", "support", "certain"),
    [("牵头", "配合", True), ("●", "○", False), ("牵头单位", "√", False), ("√", None, False)],
)
def test_words_and_other_signs_of_parts_are_read(tmp_path, lead, support, certain):
    signs = {"★": lead, "△": support}
    rows = [[signs.get(cell, cell) for cell in row] for row in MATRIX]
    table = read(book(tmp_path, {"表": rows}, MERGED))
    assert parts(table) == (DIVIDED if support else [(one, ()) for one, _rest in DIVIDED])
    assert bool(asked(table, "have signs")) is not certain


def test_ticks_below_headings_that_name_no_body_stay_columns_of_their_own(tmp_path):
    rows = [
        ["序号", "重点任务", "责任单位", "民生实事", "重点项目"],
        [1, "修路", "区交通局", "√", None],
        [2, "建桥", "区交通局", "√", "√"],
    ]
    table = read(book(tmp_path, {"表": rows}))
    assert parts(table) == [(("区交通局",), ())] * 2 and table.rows[1].own == {
        "民生实事": "√",
        "重点项目": "√",
    }
