"""What a draft of a plan makes of its text, and what it asks."""

from pathlib import Path

from qplan.plan.checks import check
from qplan.plan.document.draft import draft_plan
from qplan.plan.questions import Question, text_page
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan


def drafted(document):
    """The plan that the draft of a document is."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        write_plan(Path(folder), draft_plan(document).plan)
        source = read_plan(Path(folder))
    assert [str(one) for one in check(source) if not one.warning] == []
    return source.plan


def test_targets_without_a_figure_keep_their_direction_and_the_words_that_limit_them(read_text):
    plan = drafted(
        read_text(
            "2026年工作要点\n一、主要任务\n(一)抓质量\n工程质量投诉率逐年下降。合格率保持在全市前列。力争满意度进入全市前三名。\n"
        )
    )
    assert [
        (one.name, one.operator, one.target, one.target_status, one.qualifier) for one in plan.indicators
    ] == [
        ("工程质量投诉率", "down", None, "set", "逐年"),
        ("合格率", "rank", None, "set", "保持"),
        ("满意度", "rank", "3", "set", "力争"),
    ]


def test_several_bodies_lead_jointly_and_persons_hold_for_what_stands_below(read_text):
    plan = drafted(
        read_text(
            """\
            2026年重点工作分工
            一、稳就业(牵头领导:王建国)
            1.新增就业8500人。(区人社局、区教育局负责,区财政局配合)
            2.培训4000人次。
            责任单位:区人社局
            责任人:李明
            """
        )
    )
    jobs, training = (one for one in plan.tasks if one.kind != "group")
    names = {one.id: one.name for one in plan.departments}
    assert [names[one] for one in jobs.leads] == ["区人社局", "区教育局"]
    assert [names[one] for one in jobs.support.split()] == ["区财政局"]
    assert (jobs.plan_leader, training.plan_leader, training.plan_owner) == ("王建国", "王建国", "李明")


def test_lines_of_duty_that_close_a_list_hold_for_all_of_it(read_text):
    plan = drafted(
        read_text(
            """\
            2026年整改方案
            一、整改任务
            问题一:管网老化
            整改措施:
            1.改造管网12公里。
            2.2026年3月底前建成泵站2座。
            责任单位:区住建局
            整改时限:2026年6月底
            问题二:台账不全
            整改措施:补齐台账。
            责任单位:区水利局
            整改时限:立行立改,长期坚持
            """
        )
    )
    names = {one.id: one.name for one in plan.departments}
    tasks = {one.clause: one for one in plan.tasks if one.kind != "group"}
    assert {clause: (names[one.lead], one.deadline) for clause, one in tasks.items()} == {
        "一问题一1": ("区住建局", "2026-06-30"),
        "一问题一2": ("区住建局", "2026-03-31"),
        "一问题二": ("区水利局", tasks["一问题二"].deadline),
    }
    assert tasks["一问题二"].deadline_text == "立行立改,长期坚持"


def test_lines_of_duty_hold_for_their_own_item_where_every_item_has_them(read_text):
    plan = drafted(
        read_text(
            """\
            2026年重点工作任务分工方案
            一、主要预期目标
            1.地区生产总值增长6%。(市发展改革委牵头,市统计局配合)
            二、产业发展
            2.新建厂房8万平方米。
            牵头单位:市经信局
            责任单位:市住建局
            完成时限:全年推进
            3.引进项目12个。
            牵头单位:市招商局
            完成时限:2026年11月底前
            三、民生保障
            4.优化办事流程。
            5.新增学位900个。
            牵头单位:市教育局
            """
        )
    )
    tasks = [one for one in plan.tasks if one.kind != "group"]
    names = {one.id: one.name for one in plan.departments}
    assert [([names[one] for one in task.leads], task.deadline) for task in tasks] == [
        (["市经信局"], "2026-12-31"), (["市招商局"], "2026-11-30"), ([], None), (["市教育局"], None)
    ]  # fmt: skip
    assert [names[one] for one in tasks[0].support.split()] == ["市住建局"]
    growth, *others = plan.indicators
    assert (names[growth.lead], [names[one] for one in growth.support.split()]) == (
        "市发展改革委",
        ["市统计局"],
    )
    assert [one.name for one in others] == ["新建厂房", "引进项目", "新增学位"]


def test_what_stands_below_the_item_of_a_column_belongs_to_the_item(read_text):
    plan = drafted(
        read_text(
            """\
            2026年质量提升方案
            一、主要任务
            (一)提升质量
            1.管好生产。严把关口。
            专栏1:重点工程
            1.检测中心
            (1)新增设备20台。
            (2)引进人才10名。
            2.示范街区
            打造街区3个。
            """
        )
    )
    assert [one.id for one in plan.tasks if one.kind == "column_item"] == ["C1.1", "C1.2"]
    assert [(one.clause, one.target, one.tasks) for one in plan.indicators] == [
        ("专栏1-1(1)", "20", "C1.1"),
        ("专栏1-1(2)", "10", "C1.1"),
        ("专栏1-2", "3", "C1.2"),
    ]


def test_questions_are_a_page_with_lines(read_text):
    document = read_text("一、主要任务\n(一)抓工业。新增企业3-5家。\n(二)抓农业。\n")
    page = text_page("计划", "plan.txt", draft_plan(document).questions)
    assert "[ ] **line 2**: " in page
    assert "****" not in page
    assert "2 of 2 tasks name no body" in page


def test_a_hint_of_the_page_is_markdown_and_quoted_text_is_not():
    asked = [
        Question(1, "“*a* `lead` [b](c)” names no body", "fill in `lead`; a task without one is never late"),
        Question(2, "the heading “`lead`” is read as lead", "if it is something else: --map `lead`=own, not “`lead`”"),
        Question(3, "this", "with <b> and `two words`"),
    ]  # fmt: skip
    page = text_page("计划", "plan.txt", asked)
    assert "“\\*a\\* \\`lead\\` \\[b\\](c)” names" in page and "“\\`lead\\`” is read" in page
    assert "   fill in `lead`; a task" in page
    assert "--map \\`lead\\`=own, not “\\`lead\\`”" in page
    assert "with \\<b\\> and \\`two words\\`" in page


def test_figures_of_several_years_do_not_contradict_each_other(read_text):
    document = read_text(
        "行动方案(2026—2028年)\n一、行动目标\n2026年,新增床位120张;2027年,新增床位150张;2028年,新增床位120张。\n"
    )
    assert [(one.promise.value, one.promise.year) for one in document.targets] == [
        ("120", 2026), ("150", 2027), ("120", 2028)
    ]  # fmt: skip
    assert not any("ask which one holds" in one.hint for one in draft_plan(document).questions)


def test_the_cells_of_a_table_of_work_name_what_they_promise(read_text):
    document = read_text(
        "行动方案\n一、重点任务\n(一)建设食堂\n附件:2026年任务清单\n序号\t任务\t年度安排\t牵头单位\t完成时限\n"
        "1\t社区食堂建设\t建成36家\t市民政局\t2026年11月底\n"
    )
    assert [(one.promise.name, one.promise.value) for one in document.targets] == [("社区食堂建设", "36")]
