"""The bundled plan against the published text: every figure and direction, and where each item comes from.

``reader.py`` reads the promises out of the sentences of ``sentences.txt``; a mistyped figure, a promise
without a target and a target that the text does not promise fail here.
"""

import datetime as dt
import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml

from data.reader import LIMITS, named, promises, sentences
from qplan.plan.coverage import cover, warnings
from qplan.plan.document.reading import read_document
from qplan.plan.source import read_plan

DATA = Path(__file__).resolve().parents[2] / "data"

#: The phrases of 一(一) that give the state before the plan.
REVIEW = (
    "工程项目监督覆盖率达100%",
    "全年城区环境空气质量优良天数率达92%",
    "城市和乡镇集中式饮用水水源地水质均100%达标",
    "每万人口有效发明专利拥有量达41.5件",
    "新增高新技术企业14家,总数达51家",
    "全区注册商标达4889件",
)


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
PROMISES = promises()
GOALS = read_plan(DATA).plan.milestones
LAST_DAY = dt.date(2025, 12, 31)


def ids(nodes):
    return [node["id"] for node in nodes]


def milestones(leaf):
    return leaf.get("milestones", [])


def figures(text):
    """The figures of a milestone's title, without years and names (PM2.5, “315”)."""
    text = re.sub(r"PM2\.5|“315”|20\d\d年", "", text)
    return re.findall(r"\d+(?:\.\d+)?", text)


def shared(one, other):
    """The longest run of characters that two texts have in common."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]


def carries(row, promise):
    """Whether a target is what the phrase promises: the same thing, figure, unit and direction."""
    if promise.clause not in row["clauses"] or len(shared(row["name"], promise.phrase)) < 3:
        return False
    waits = row.get("target_status") == "to_be_assigned"
    if waits or promise.operator == "assigned":
        return waits and promise.operator == "assigned"
    value = str(row["target"]) if "target" in row else None
    same_unit = promise.unit is None or promise.unit == row.get("unit")
    return (row["operator"], value) == (promise.operator, promise.value) and same_unit


def carrier(promise):
    """The target that carries a promise: of those that could, the one whose name is nearest to it."""
    able = [row for row in ROWS if carries(row, promise)]
    return max(able, key=lambda row: len(shared(row["name"], promise.phrase)), default=None)


def promised(row):
    """The promises that a target carries."""
    return [promise for promise in PROMISES if carrier(promise) is row]


def test_counts():
    assert len(PLAN["tasks"]) == 6
    assert len(SUBTASKS) == 23
    assert len(MEASURES) == 29
    assert [len(column["items"]) for column in COLUMNS] == [4, 4, 9, 4, 2, 3, 4, 2, 4]
    assert len(PLAN["safeguards"]) == 4
    assert len(LEAVES) == 83
    assert len(INDICATORS) == 11
    natures = [row["nature"] for row in INDICATORS]
    assert (natures.count("expected"), natures.count("binding")) == (9, 2)


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
    assert len(BY_ID) == len(GROUPS) + len(LEAVES) + len(COLUMNS)


def test_target_ids_are_unique_and_the_withdrawn_one_is_not_used_again():
    numbers = [int(row["id"].removeprefix("Q")) for row in TARGETS]
    assert numbers == sorted(set(range(1, 67)) - {37})


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


def test_columns_belong_to_what_they_are_printed_under():
    parents = {column["id"]: column["parent"] for column in COLUMNS}
    printed = "C1 T1.2, C2 T2.1.1, C3 T2.1.2, C4 T2.1.3, C5 T2.2, C6 T2.3, C7 T2.4, C8 T3.4, C9 T4.4"
    assert parents == dict(pair.split() for pair in printed.split(", "))


def test_leads_and_supports_are_departments():
    assert len(set(DEPARTMENT_IDS)) == len(DEPARTMENT_IDS)
    assert PLAN["plan"]["office"] == "zlb"
    assert [d["id"] for d in DEPARTMENTS if d["role"] == "office"] == ["zlb"]
    assert {d["id"] for d in DEPARTMENTS if d["role"] == "area"} == {"gxq", "syq", "zjd"}
    for node in LEAVES + ROWS:
        support = node.get("support", [])
        assert node["lead"] in DEPARTMENT_IDS, node["id"]
        assert set(support) <= set(DEPARTMENT_IDS) - {node["lead"]}, node["id"]
        assert len(set(support)) == len(support), node["id"]


def test_no_two_departments_share_a_name():
    names = [word for d in DEPARTMENTS for word in {d["id"], d["name"], d["initials"], *d.get("aliases", [])}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_departments_that_the_plan_names_take_part_in_sharing_credit_records():
    task = BY_ID["T5.3"]
    assert {"swj", "hg", "shwj", "scjg", "nync", "tjj"} == {task["lead"], *task["support"]}


def test_whoever_answers_for_a_target_leads_or_supports_its_task():
    for row in ROWS:
        task = BY_ID[row["tasks"][0]]
        assert row["lead"] in {task["lead"], *task["support"]}, row["id"]


def test_references_exist():
    for leaf in LEAVES:
        assert set(leaf.get("see", [])) <= set(BY_ID) - {leaf["id"]}, leaf["id"]
    for row in ROWS:
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
    assert (begins, ends) == (dt.date(2021, 1, 1), LAST_DAY)
    for leaf in LEAVES:
        assert begins <= leaf["deadline"] <= ends, leaf["id"]
        days = [milestone["due"] for milestone in milestones(leaf)]
        assert days == sorted(set(days)), leaf["id"]
        assert all(PLAN["plan"]["issued"] <= day <= leaf["deadline"] for day in days), leaf["id"]
        assert ids(milestones(leaf)) == [f"m{n}" for n in range(1, len(days) + 1)], leaf["id"]


def test_no_lead_is_marked_as_the_plans():
    """四(一) names the leading group, not its office; 三(五)3 names who shares records, not who leads."""
    assert {leaf.get("assignment_basis", "proposed") for leaf in LEAVES} == {"proposed"}
    assert [leaf["id"] for leaf in LEAVES if leaf.get("support_basis") == "plan"] == ["T5.3"]


def test_deadline_is_the_plans_where_its_own_text_dates_it_and_attached_where_a_dated_goal_hangs_on_it():
    dated_clauses = {clause for clause, text in sentences() if "到2025年" in text}
    own_text = {leaf["id"] for leaf in LEAVES if leaf["clause"] in dated_clauses}
    hung = {row["tasks"][0] for row in ROWS if any(c.startswith("二(三)2") for c in row["clauses"])}
    stated = {leaf["id"] for leaf in LEAVES if any(m.get("basis") == "plan" for m in milestones(leaf))}
    bases = {leaf["id"]: leaf.get("deadline_basis", "proposed") for leaf in LEAVES}
    assert {id_ for id_, basis in bases.items() if basis == "plan"} == own_text
    assert {id_ for id_, basis in bases.items() if basis == "attached"} == (hung | stated) - own_text


def test_only_the_plans_own_results_of_2025_are_marked_as_its_milestones():
    for leaf in LEAVES:
        for milestone in milestones(leaf)[:-1]:
            assert "basis" not in milestone, (leaf["id"], milestone["id"])
        for milestone in milestones(leaf)[-1:]:
            if milestone.get("basis") == "plan":
                assert milestone["due"] == LAST_DAY, leaf["id"]
                assert leaf["deadline_basis"] in ("plan", "attached"), leaf["id"]


def test_titles_of_our_own_are_those_of_columns_that_print_none():
    ours = {n["id"] for n in LEAVES if n.get("title_basis") == "ours"}
    assert ours == {item["id"] for n in (4, 6, 9) for item in COLUMNS[n - 1]["items"]}


def test_last_milestones_are_results_and_not_reviews_of_the_work():
    last = [milestones(leaf)[-1]["title"] for leaf in LEAVES if milestones(leaf)]
    assert [title for title in last if re.search(r"总结|评估|验收$", title)] == []


def test_milestones_are_not_piled_up_on_the_last_day_of_a_year():
    days = [milestone["due"] for leaf in LEAVES for milestone in milestones(leaf)]
    at_year_end = [day for day in days if (day.month, day.day) == (12, 31)]
    assert len(GOALS) >= 260
    assert len(at_year_end) < len(days) / 3


def test_yearly_duties_are_a_goal_of_each_year_until_the_plan_ends():
    repeated = {(leaf["id"], m["id"]): m for leaf in LEAVES for m in milestones(leaf) if "repeats" in m}
    assert {m["repeats"] for m in repeated.values()} == {"year"}
    for (task, goal), given in repeated.items():
        due = [one.due for one in GOALS if one.id.startswith(f"{task}/{goal}.")]
        first = given["due"].year
        assert due == [f"{year}{given['due'].isoformat()[4:]}" for year in range(first, 2026)], (task, goal)
    assert not [m["title"] for leaf in LEAVES for m in milestones(leaf) if re.search(r"20\d\d年", m["title"])]


@pytest.mark.parametrize(
    ("task", "duty"),
    [("T6.1", "质量月"), ("T6.1", "315"), ("T6.1", "安全生产月"), ("S1", "年度目标责任制考核"), ("S3", "年度考核"),
     ("T1.3", "质量状况分析报告"), ("C2.3", "品牌健康指数"), ("T4.3", None)],
)  # fmt: skip
def test_what_the_text_asks_for_every_year_repeats(task, duty):
    titles = [m["title"] for m in milestones(BY_ID[task]) if m.get("repeats") == "year"]
    assert any(duty in title for title in titles) if duty else titles == []


@pytest.mark.parametrize("promise", PROMISES, ids=[f"{p.clause}-{n}" for n, p in enumerate(PROMISES)])
def test_every_promise_of_the_text_has_its_target(promise):
    assert carrier(promise) is not None, promise.phrase


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_every_target_is_promised_in_each_clause_it_cites(row):
    assert {promise.clause for promise in promised(row)} == set(row["clauses"])


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_words_that_limit_a_promise_are_kept(row):
    limits = {word for promise in promised(row) for word in LIMITS if word in promise.phrase}
    if limits:
        assert row.get("qualifier") in limits
    elif "qualifier" in row:  # 力争 stands once before a list
        assert any(row["qualifier"] in promise.sentence for promise in promised(row))


def test_every_figure_and_direction_is_one_target():
    """Five figures and two directions are written twice: 三(二)1-2 and 专栏3-5, the table and 二(三)2, 逐年下降."""
    figures_ = [promise for promise in PROMISES if promise.value is not None]
    directions = [promise for promise in PROMISES if promise.operator in ("up", "down", "rank")]
    assert len(figures_) - 5 == sum("target" in row for row in ROWS) == 50
    assert len(directions) == 23
    assert sum(row["operator"] in ("up", "down", "rank") for row in ROWS) == 19


@pytest.mark.parametrize("row", INDICATORS, ids=ids(INDICATORS))
def test_core_indicator_is_named_as_in_its_row_of_the_table(row):
    clause = f"二(三)2表-{row['id'][1:]}"
    (text,) = [text for at, text in sentences() if at == clause]
    assert row["clauses"][0] == clause
    assert text.startswith(f"{row['name']}({row['unit']})")
    assert text.endswith({"expected": "预期性", "binding": "约束性"}[row["nature"]])


def test_the_plan_carries_the_headings_and_figures_of_its_own_text():
    source = read_plan(DATA)
    document = read_document(source.text)
    found = cover(document, source.plan)
    assert [str(one) for one in warnings(found, document)] == []
    assert sum(one.kind == "heading" for one in found.items) == len(BY_ID) == 107
    assert sum(one.kind == "promise" for one in found.items) == 58


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "target" in row and row["id"] != "Q39"], ids=lambda r: r["id"]
)
def test_a_mistyped_figure_is_found(row):
    """Of Q39 (全面执行) the figure is our reading, which its note explains."""
    source = read_plan(DATA)
    wrong = [
        one._replace(target=f"{one.target}1") if one.id == row["id"] else one
        for one in source.plan.indicators
    ]
    document = read_document(source.text)
    found = warnings(cover(document, source.plan._replace(indicators=tuple(wrong))), document)
    assert any(row["id"] in one.what or row["name"] in one.what for one in found)


def test_what_the_city_assigns_waits_for_it():
    waiting = [row for row in ROWS if row.get("target_status") == "to_be_assigned"]
    assert ids(waiting) == ["I9", "I11", "Q53", "Q54", "Q55", "Q56", "Q57"]
    assert [row["id"] for row in waiting if "target" in row] == []


def test_baselines_stand_in_the_review_of_2020():
    based = [row for row in ROWS if "baseline" in row]
    assert ids(based) == ["I9", "I10", "Q4", "Q14", "Q19", "Q25"]
    for row in based:
        assert (row["baseline_year"], row["baseline_clause"]) == (2020, "一(一)")
        phrases = [phrase for phrase in REVIEW if len(shared(row["name"], phrase)) >= 4]
        # The stock stands last in its phrase; what was newly added (14家) may stand before it.
        assert any(figures(phrase)[-1] == str(row["baseline"]) for phrase in phrases), row["id"]


def test_milestone_figures_are_the_plans_or_are_marked_as_ours():
    mark = "(建议值)"
    ours = 0
    for leaf in LEAVES:
        hung = [row for row in ROWS if leaf["id"] in row["tasks"] and "target" in row]
        for milestone in milestones(leaf):
            title, where = milestone["title"], (leaf["id"], milestone["id"])
            if mark not in title:
                assert set(figures(title)) <= {str(row["target"]) for row in hung}, where
                continue
            ours += 1
            assert milestone["due"] < leaf["deadline"], where
            for figure in figures(title):
                floors = [row.get("baseline", 0) for row in hung if row["target"] > float(figure)]
                assert any(below < float(figure) for below in floors), where
    assert ours >= 15


@pytest.mark.parametrize(("clause", "names"), sorted(named().items()))
def test_what_the_text_names_stands_in_the_summary(clause, names):
    """Names in quotation marks, and of places, bodies and kinds of works; not a hand-picked list of them."""
    (leaf,) = [leaf for leaf in LEAVES if leaf["clause"] == clause]
    assert [name for name in names if name not in leaf["title"] + leaf["summary"]] == []
