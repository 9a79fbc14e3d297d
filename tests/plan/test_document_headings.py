"""Headings that were not read, and the promises below them; columns with measures; tables of indicators."""

import pytest

from plan.document_truth import promises
from qplan.plan.checks import check
from qplan.plan.document.draft import draft_plan
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan


def test_a_text_without_headings_gives_its_promises_and_says_so(read_text):
    document = read_text("到2027年,全市新增学位不少于3000个。\n目前共有学位2万个。\n")
    assert promises(document) == [("", ">=", "3000", "个")]
    assert "no headings" in document.questions[0].what


UNREAD = """Plan for Wexmouth, 2025–2029

{front}

Much was done. We now employ 250 people.
~~ Lever 1: Safer streets
By 2027 the charge rate will reach 12%. Officer sickness: 4% or under.
~~ Lever 2: Better service
Open 14 Safe Street stations. All calls are to be answered within 8 seconds.

How we report

We publish data.
"""


@pytest.mark.parametrize("front", ["From the Commissioner", "Foreword", ""])
def test_what_follows_a_foreword_without_a_heading_that_was_read_promises_and_is_asked_about(
    read_text, front
):
    document = read_text(UNREAD.format(front=front))
    clause = "§1" if front else ""
    figures = [(">=", "12", "%"), ("<=", "4", "%"), (">=", "14", ""), ("<=", "8", "seconds")]
    assert promises(document) == [(clause, *one) for one in figures]
    (asked,) = [one for one in document.questions if one.what == document.unread]
    assert f"“{front or 'Plan for Wexmouth, 2025–2029'}”" in asked.what


def test_headings_below_a_foreword_are_tasks_where_those_above_them_were_not_read(read_text):
    document = read_text(
        "Plan 2025–2029\n\nForeword\n\nWell done.\n"
        "~~ Streets\n1. Repair roads\nRepair 40 roads by 2027.\n2. Plant trees\nPlant 900 trees.\n"
        "~~ Schools\n1. Build schools\nBuild 14 schools.\n2. Hire teachers\nHire 300 teachers.\n"
    )
    titles = ["Repair roads", "Plant trees", "Build schools", "Hire teachers"]
    assert [(one.id, one.title) for one in document.tasks()] == list(
        zip(["T1", "T2", "T3", "T4"], titles, strict=True)
    )
    assert [one.promise.value for one in document.targets] == ["40", "900", "14", "300"]
    assert "“Foreword”" in document.unread


def test_a_chinese_text_whose_headings_were_not_read_promises_below_its_foreword(read_text):
    document = read_text(
        "某市发展规划(2026—2030年)\n\n前言\n\n近年来成效明显。\n※ 产业\n到2030年,产业增加值占比达到12%以上。\n"
        "※ 民生\n2、新增学位不少于3000个。\n※ 上年工作回顾\n新增企业14家。\n※ 总体要求\n新增企业20家。\n"
    )
    assert [(one.promise.name, one.promise.value) for one in document.targets] == [
        ("产业增加值占比", "12"),
        ("新增学位", "3000"),
        ("新增企业", "20"),
    ]
    assert "“前言”" in document.unread


def test_a_long_review_of_the_past_is_no_foreword(read_text):
    document = read_text(
        "一、工作回顾\n新增企业14家,培训职工2万人次,完成投资30亿元。\n二、工作安排\n新增企业20家。\n"
    )
    assert (promises(document), document.unread) == ([("二", ">=", "20", "家")], "")


def test_the_draft_of_a_text_without_headings_loads_with_its_promises(read_text, tmp_path):
    document = read_text("到2027年,全市新增学位不少于3000个。\n")
    write_plan(tmp_path / "plan", draft_plan(document).plan)
    source = read_plan(tmp_path / "plan")
    assert [str(one) for one in check(source) if not one.warning] == []
    assert [(one.id, one.target) for one in source.plan.indicators] == [("Q1", "3000")]


def test_measures_right_below_a_column_are_its_items(read_text):
    document = read_text(
        """\
        一、行动目标
        三年新建泵站4座。
        二、重点任务
        (一)建设灌区
        改造渠道30公里。
        专栏1 灌区改造工程
        ——东干渠:改造渠道16公里。
        ——西干渠:改造渡槽3座。
        (二)保障供水
        ——扩建水厂。
        """
    )
    assert [(one.clause, one.id) for one in document.headings()] == [
        ("一", None), ("二", None), ("二(一)", "T1"), ("专栏1", "C1"), ("专栏1-1", "C1.1"), ("专栏1-2", "C1.2"), ("二(二)", "T2"), ("二(二)-1", "T2.1"),
    ]  # fmt: skip


def test_a_table_may_give_a_fall_a_cumulative_figure_and_no_unit(read_text):
    document = read_text(
        "供水规划(2026—2030年)\n一、目标\n序号\t指标\t单位\t2025年\t2030年\t属性\n"
        "1\t万元产值用水量下降\t%\t〔20〕\t〔15〕\t约束性\n2\t灌溉水利用系数\t—\t0.55\t0.6\t预期性\n"
    )
    found = [(one.promise.operator, one.promise.value, one.promise.unit) for one in document.targets]
    assert found == [(">=", "15", "%"), (">=", "0.6", "")]


def test_rows_of_groups_and_of_parts_belong_to_a_table_whose_cells_have_tabs(read_text):
    document = read_text(
        "教育规划(2026—2030年)\n一、目标\n指标\t单位\t2025年\t2030年\t属性\n一、质量\n1.体质健康优良率\t%\t41\t50\t约束性\n"
        "二、教师\n2.本科学历教师比例\t%\t\n其中:小学\t%\t78\t90\t预期性\n初中\t%\t91\t98\t预期性\n"
        "3.近视率\t%\t56\t较2025年下降5个百分点\t约束性\n二、任务\n(一)招聘。招聘教师90名。\n"
    )
    assert [one.clause for one in document.headings()] == ["一", "二", "二(一)"]
    found = [
        (one.promise.name, one.promise.operator, one.promise.value, one.promise.unit)
        for one in document.targets
    ]
    assert found == [
        ("体质健康优良率", ">=", "50", "%"),
        ("本科学历教师比例(小学)", ">=", "90", "%"),
        ("本科学历教师比例(初中)", ">=", "98", "%"),
        ("近视率", ">=", "5", "个百分点"),
        ("招聘教师", ">=", "90", "名"),
    ]


def test_numbers_before_blanks_are_headings(read_text):
    document = read_text(
        "水务集团工作计划\n1  经营目标\n1.1  售水量9000万立方米。\n2  重点任务\n2.1  改造管网30公里。\n2.1.1  换表2万只。\n"
    )
    assert [one.clause for one in document.headings()] == ["1", "1.1", "2", "2.1", "2.1.1"]


def test_a_list_within_a_paragraph_has_its_items(read_text):
    document = read_text(
        "工作要点\n一、抓供水\n1、改造供水管网30公里,惠及居民5200户,抢修2小时内到场率达到97%。2、新建加压泵站4座。3、两年内更换水表2万只。\n"
    )
    assert [(one.clause, one.promise.value) for one in document.targets] == [
        ("一1", "30"), ("一1", "5200"), ("一1", "97"), ("一2", "4"), ("一3", "2")
    ]  # fmt: skip
    assert [document.deadline(one) for one in document.headings()] == [None] * 4


def test_a_foreword_that_says_what_is_to_be_reached_promises(read_text):
    document = read_text(
        "供销社2026年工作要点\n2025年销售额达到9亿元。2026年要扩大经营,实现销售额12亿元。\n一、重点任务\n新建基层社4个。\n"
    )
    assert [(one.clause, one.promise.value) for one in document.targets] == [("", "12"), ("一", "4")]
