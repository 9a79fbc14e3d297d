"""The shipped plan against the figures of the published text.

FRAGMENTS holds, clause by clause, the short phrases of the published plan that carry a figure,
copied from the text (spaces as printed are ignored when comparing). Every target must be found in
a phrase of each clause it cites, so a mistyped figure fails here.
"""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

DATA = Path(__file__).resolve().parents[2] / "data"

FRAGMENTS = {
    "一(一)": [
        "工程项目监督覆盖率达100%",
        "全年城区环境空气质量优良天数率达92%",
        "城市和乡镇集中式饮用水水源地水质均100%达标",
        "每万人口有效发明专利拥有量达41.5件",
        "新增高新技术企业14家,总数达51家",
        "全区注册商标达4889件",
    ],
    "二(三)2": [
        "食品安全评价性抽检合格率保持在98%以上",
        "累计有效发明专利突破3000件",
        "每万人口拥有高价值发明专利数12件",
        "累计有效注册商标达到7000件",
        "新增制定团体标准不少于5项",
        "新增主导或参与制修订国际、国家、行业、地方标准不少于5项",
        "新增专利技术转化先进标准不少于10项",
        "新增各级政府质量奖5个以上",
        "对高风险源企业和重点设备监管覆盖率达100%",
        "规模以上企业通过质量管理体系认证数量占比超过95%",
        "新增通过测量管理体系认证企业10家以上",
        "全区大中型工程一次验收合格率达到100%",
        "其他工程一次验收合格率达到98%以上",
        "新开工建筑节能标准执行率达到100%",
        "按照建设程序报建的房屋建筑工程质量监督覆盖率达100%",
        "住宅工程100%实行分户验收和100%设置永久性标牌",
        "申请并争取再获得5个或以上省级工程奖项",
        "培育国家A级物流企业2家以上",
        "集中式饮用水水源地水质达标率100%",
        "城镇生活污水集中处理率达到100%",
        "农村生活污水治理行政村覆盖率达到95%",
    ],
    "二(三)2表-1": ["主要食用农产品质量安全监测合格率(%) 98%"],
    "二(三)2表-2": ["制造业产品质量合格率(%) 95%"],
    "二(三)2表-3": ["重点工业产品质量监督抽查合格率(%) 95%"],
    "二(三)2表-4": ["创建质量基础设施“一站式”服务平台(个) 1"],
    "二(三)2表-5": ["大中型工程一次验收合格率(%) 100%"],
    "二(三)2表-6": ["在建水利工程项目质量监督率(%) 100%"],
    "二(三)2表-7": ["交通工程项目质量合格率(%) 100%"],
    "二(三)2表-8": ["生活性服务业顾客满意度(%) 90%"],
    "二(三)2表-9": ["城市空气质量优良天数比例(%) 完成市下达目标任务 约束性"],
    "二(三)2表-10": ["城市集中式饮用水水源地水质达标率(%) 100%"],
    "二(三)2表-11": ["森林覆盖率(%) 完成市下达目标任务 约束性"],
    "三(二)1-2": [
        "全区农机总动力达到45万千瓦",
        "拥有各类农业机械 3.5万台套",
        "保障 25万亩以上机电灌溉面积",
        "主要农作物耕种收综合机械化水平达 80%",
    ],
    "专栏1-2": ["争取省级以上产业技术创新联盟达到5个"],
    "专栏1-3": [
        "力争创建国家级企业技术中心和国家级工业设计中心2家",
        "培育省级企业技术中心和品牌示范企业10家",
        "高新技术企业200家",
    ],
    "专栏2-1": ["培育10个国内领先品牌", "建设50个省内知名品牌梯队资源库"],
    "专栏3-5": [
        "全区农机总动力达到 45 万千瓦",
        "拥有各类农业机械 3.5万台套",
        "保障 25万亩以上机电灌溉面积",
        "主要农作物耕种收综合机械化水平达 80%",
        "农业物联网应用水平达到 75%以上",
    ],
    "专栏3-7": [
        "培育、发展20家精深加工龙头企业",
        "新建9个精深加工厂",
        "8个秸秆加工厂",
        "2个有机肥加工厂",
    ],
    "专栏3-8": ["依托7个现代农业产业园", "布局14个初加工基地"],
    "专栏5-2": [
        "全市城镇新建建筑全面执行建筑节能65%标准",
        "城镇新(改、扩)建筑节能强制性标准执行率达到100%",
    ],
    "专栏7-1": ["游仙区城市污水处理率达到98%", "建制镇污水处理率达到60%"],
}

# Some word of the target's name that must stand in the same phrase as its figure.
KEYWORDS = {
    "I1": "农产品",
    "I2": "制造业",
    "I3": "重点工业",
    "I4": "一站式",
    "I5": "大中型工程",
    "I6": "水利",
    "I7": "交通",
    "I8": "满意度",
    "I9": "空气质量优良天数",
    "I10": "饮用水",
    "I11": "森林",
    "Q1": "食品安全",
    "Q2": "有效发明专利",
    "Q3": "高价值发明专利",
    "Q4": "有效注册商标",
    "Q5": "团体标准",
    "Q6": "地方标准",
    "Q7": "转化先进标准",
    "Q8": "政府质量奖",
    "Q9": "重点设备",
    "Q10": "质量管理体系认证",
    "Q11": "测量管理体系",
    "Q12": "其他工程",
    "Q13": "新开工",
    "Q14": "房屋建筑工程",
    "Q15": "分户验收",
    "Q16": "永久性标牌",
    "Q17": "省级工程奖项",
    "Q18": "物流企业",
    "Q19": "饮用水",
    "Q20": "城镇生活污水",
    "Q21": "行政村",
    "Q22": "创新联盟",
    "Q23": "国家级工业设计中心",
    "Q24": "品牌示范企业",
    "Q25": "高新技术企业",
    "Q26": "国内领先品牌",
    "Q27": "省内知名品牌",
    "Q28": "农机总动力",
    "Q29": "农业机械",
    "Q30": "机电灌溉",
    "Q31": "综合机械化",
    "Q32": "物联网",
    "Q33": "精深加工龙头",
    "Q34": "精深加工厂",
    "Q35": "秸秆",
    "Q36": "有机肥",
    "Q37": "产业园",
    "Q38": "初加工基地",
    "Q39": "节能65%标准",
    "Q40": "强制性标准",
    "Q41": "城市污水处理率",
    "Q42": "建制镇污水处理率",
}
BASELINE_KEYWORDS = {
    "I9": "空气质量优良天数",
    "I10": "饮用水",
    "Q4": "注册商标",
    "Q14": "监督覆盖率",
    "Q19": "饮用水",
    "Q25": "高新技术企业",
}


def read(path):
    return yaml.safe_load((DATA / path).read_text(encoding="utf-8"))


PLAN = read("plan_tasks.yaml")
COLUMNS = [read(path)["column"] for path in PLAN["columns"]]
DEPARTMENTS = read(PLAN["departments"])["departments"]
INDICATORS = read(PLAN["indicators"])["indicators"]
TARGETS = read(PLAN["indicators"])["targets"]
ROWS = INDICATORS + TARGETS
SUBTASKS = [sub for task in PLAN["tasks"] for sub in task["tasks"]]
MEASURES = [m for sub in SUBTASKS for m in sub.get("tasks", [])]
GROUPS = PLAN["tasks"] + [sub for sub in SUBTASKS if "tasks" in sub]
ITEMS = [item for column in COLUMNS for item in column["items"]]
LEAVES = [leaf for sub in SUBTASKS for leaf in sub.get("tasks", [sub])] + ITEMS + PLAN["safeguards"]
BY_ID = {node["id"]: node for node in GROUPS + LEAVES + COLUMNS}
DEPARTMENT_IDS = [department["id"] for department in DEPARTMENTS]


def ids(nodes):
    return [node["id"] for node in nodes]


def squeeze(text):
    return re.sub(r"\s", "", text)


def states(fragment, value, unit=""):
    """Does the phrase carry exactly this figure, with the unit written right after it?"""
    return re.search(rf"(?<![\d.]){re.escape(str(value))}(?![\d.]){re.escape(unit)}", squeeze(fragment))


def figures(text):
    return re.findall(r"\d+(?:\.\d+)?", squeeze(text))


def test_counts():
    assert len(PLAN["tasks"]) == 6
    assert len(SUBTASKS) == 23
    assert len(MEASURES) == 29
    assert len(COLUMNS) == 9
    assert [len(column["items"]) for column in COLUMNS] == [4, 4, 9, 4, 2, 3, 4, 2, 4]
    assert len(ITEMS) == 36
    assert len(PLAN["safeguards"]) == 4
    assert len(LEAVES) == 83
    assert len(INDICATORS) == 11
    assert len(TARGETS) >= 35
    natures = [row["nature"] for row in INDICATORS]
    assert (natures.count("expected"), natures.count("binding")) == (9, 2)
    assert len(DEPARTMENTS) == 28


def test_ids_are_the_plans_own_numbering():
    assert ids(PLAN["tasks"]) == [f"T{n}" for n in range(1, 7)]
    for parent in GROUPS:
        assert ids(parent["tasks"]) == [f"{parent['id']}.{n}" for n in range(1, len(parent["tasks"]) + 1)]
    assert ids(COLUMNS) == [f"C{n}" for n in range(1, 10)]
    for n, column in enumerate(COLUMNS, 1):
        assert column["number"] == n
        assert ids(column["items"]) == [f"C{n}.{k}" for k in range(1, len(column["items"]) + 1)]
    assert ids(PLAN["safeguards"]) == [f"S{n}" for n in range(1, 5)]
    assert ids(INDICATORS) == [f"I{n}" for n in range(1, 12)]
    assert ids(TARGETS) == [f"Q{n}" for n in range(1, len(TARGETS) + 1)]
    assert len(BY_ID) == len(GROUPS) + len(LEAVES) + len(COLUMNS)


def test_clauses_follow_the_ids():
    chinese = "一二三四五六"
    for node in PLAN["tasks"] + SUBTASKS + MEASURES:
        first, *rest = node["id"][1:].split(".")
        assert node["clause"] == f"三({chinese[int(first) - 1]})" + "-".join(rest), node["id"]
    for column in COLUMNS:
        assert column["clause"] == f"专栏{column['number']}"
        for n, item in enumerate(column["items"], 1):
            assert item["clause"] == f"专栏{column['number']}-{n}"
    for n, safeguard in enumerate(PLAN["safeguards"]):
        assert safeguard["clause"] == f"四({chinese[n]})"


def test_columns_stand_in_subtasks():
    assert {column["parent"] for column in COLUMNS} <= set(ids(SUBTASKS))


def test_leads_and_supports_are_departments():
    assert len(set(DEPARTMENT_IDS)) == len(DEPARTMENT_IDS)
    assert PLAN["plan"]["office"] == "zlb"
    assert [d["id"] for d in DEPARTMENTS if d["role"] == "office"] == ["zlb"]
    assert {d["id"] for d in DEPARTMENTS if d["role"] == "area"} == {"gxq", "syq", "zjd"}
    for node in LEAVES + ROWS:
        assert node["lead"] in DEPARTMENT_IDS, node["id"]
        assert set(node["support"]) <= set(DEPARTMENT_IDS) - {node["lead"]}, node["id"]
        assert len(set(node["support"])) == len(node["support"]), node["id"]


def test_no_two_departments_share_a_name():
    names = [word for d in DEPARTMENTS for word in {d["id"], d["name"], d["initials"], *d["aliases"]}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_references_exist():
    for leaf in LEAVES:
        assert set(leaf.get("see", [])) <= set(BY_ID) - {leaf["id"]}, leaf["id"]
    for row in ROWS:
        assert row["tasks"], row["id"]
        assert set(row["tasks"]) <= set(BY_ID), row["id"]
        assert row["tasks"][0] in ids(LEAVES), row["id"]


def test_contradictions_point_at_each_other():
    rows = {row["id"]: row for row in ROWS}
    pairs = {(row["id"], other) for row in ROWS for other in row.get("conflicts_with", [])}
    assert pairs == {(b, a) for a, b in pairs}
    assert {("Q20", "Q41"), ("Q20", "Q42")} <= pairs
    assert all("note" in rows[a] for a, _ in pairs)


def test_dates():
    begins, ends = PLAN["plan"]["begins"], PLAN["plan"]["ends"]
    assert (begins, ends) == (dt.date(2021, 1, 1), dt.date(2025, 12, 31))
    for leaf in LEAVES:
        assert begins <= leaf["deadline"] <= ends, leaf["id"]
        milestones = leaf.get("milestones", [])
        days = [milestone["due"] for milestone in milestones]
        assert days == sorted(set(days)), leaf["id"]
        assert all(PLAN["plan"]["issued"] <= day <= leaf["deadline"] for day in days), leaf["id"]
        assert ids(milestones) == [f"m{n}" for n in range(1, len(milestones) + 1)], leaf["id"]
        assert {milestone["basis"] for milestone in milestones} <= {"proposed"}, leaf["id"]
    assert sum("milestones" in leaf for leaf in LEAVES) >= 25


def test_only_what_the_plan_says_is_marked_as_the_plans():
    # The text itself says 到2025年 in these; elsewhere a dated goal of 二(三)2 must hang on the leaf.
    own_text = {"T2.4.5", "C1.2", "C1.3", "C2.1", "C7.1", "C7.2"}
    dated = {row["tasks"][0] for row in ROWS if row["clauses"][0].startswith("二(三)2")}
    assert {n["id"] for n in LEAVES if n["deadline_basis"] == "plan"} == own_text | dated
    assert ids(n for n in LEAVES if n["assignment_basis"] == "plan") == ["S1"]
    ours = {n["id"] for n in LEAVES if n.get("title_basis") == "ours"}
    assert ours == {item["id"] for n in (4, 6, 9) for item in COLUMNS[n - 1]["items"]}


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_target_stands_in_each_clause_it_cites(row):
    for clause in row["clauses"]:
        phrases = [f for f in FRAGMENTS[clause] if KEYWORDS[row["id"]] in f]
        assert phrases, clause
        if row["target_status"] == "to_be_assigned":
            assert "target" not in row
            assert any("完成市下达目标任务" in f for f in phrases), clause
            continue
        # The table puts the unit in the heading, before the figure.
        unit = "" if "表" in clause else row["unit"]
        assert any(states(f, row["target"], unit) for f in phrases), clause
        if "表" in clause:
            assert any(f"({row['unit']})" in f for f in phrases), clause


@pytest.mark.parametrize("row", INDICATORS, ids=ids(INDICATORS))
def test_core_indicator_is_named_as_in_its_row_of_the_table(row):
    number = row["id"][1:]
    assert row["clauses"][0] == f"二(三)2表-{number}"
    assert FRAGMENTS[row["clauses"][0]][0].startswith(f"{row['name']}({row['unit']})")


def test_binding_indicators_wait_for_the_city():
    waiting = [row for row in ROWS if row["target_status"] == "to_be_assigned"]
    assert ids(waiting) == ["I9", "I11"]
    assert {row["nature"] for row in waiting} == {"binding"}


def test_baselines_stand_in_the_review_of_2020():
    based = {row["id"]: row for row in ROWS if "baseline" in row}
    assert set(based) == set(BASELINE_KEYWORDS)
    for name, row in based.items():
        assert (row["baseline_year"], row["baseline_clause"]) == (2020, "一(一)")
        phrases = [f for f in FRAGMENTS["一(一)"] if BASELINE_KEYWORDS[name] in f]
        # The stock stands last in its phrase; what was newly added (14家) may stand before it.
        assert any(
            states(f, row["baseline"], row["unit"]) and figures(f)[-1] == str(row["baseline"])
            for f in phrases
        ), name


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_whole_coverage_is_met_or_missed_and_every_other_target_is_a_floor(row):
    # 达到, 以上, 不少于, 突破 and 超过 all ask for more; nothing lies above 100%.
    whole = (row["unit"], row.get("target")) == ("%", 100)
    assert row["operator"] == ("=" if whole else ">=")


def test_milestone_figures_are_the_plans_or_are_marked_as_ours():
    mark = "(建议值)"
    ours = 0
    for leaf in LEAVES:
        hung = [row for row in ROWS if leaf["id"] in row["tasks"] and "target" in row]
        for milestone in leaf.get("milestones", []):
            title, where = milestone["title"], (leaf["id"], milestone["id"])
            if mark not in title:
                assert set(figures(title)) <= {str(row["target"]) for row in hung}, where
                continue
            ours += 1
            assert milestone["due"] < leaf["deadline"], where
            for figure in figures(title):
                floors = [row.get("baseline", 0) for row in hung if row["target"] > float(figure)]
                assert any(floor < float(figure) for floor in floors), where
    assert ours >= 15


def test_every_quoted_target_is_loaded():
    """No figure-bearing phrase of the plan is left without an indicator."""
    for clause, phrases in FRAGMENTS.items():
        if clause == "一(一)":
            continue
        for phrase in phrases:
            assert any(clause in row["clauses"] and KEYWORDS[row["id"]] in phrase for row in ROWS), phrase
