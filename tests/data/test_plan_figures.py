"""The shipped plan against the headings and figures of the published text (``data/source.txt``).

Every heading must be carried by a task and every figure by a target that cites its clause, and a target
must stand in each clause that it cites: so a mistyped figure fails here.
"""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

from qplan.plan.coverage import cover, warnings
from qplan.plan.document.reading import read_document
from qplan.plan.source import read_plan

DATA = Path(__file__).resolve().parents[2] / "data"


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


def test_the_plan_carries_the_headings_and_figures_of_its_text():
    source = read_plan(DATA)
    document = read_document(source.text)
    found = cover(document, source.plan)
    assert [str(one) for one in warnings(found, document)] == []
    assert sum(one.kind == "heading" for one in found.items) == len(BY_ID) == 107
    assert sum(one.kind == "promise" for one in found.items) == 58


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_a_mistyped_figure_is_found(row):
    source = read_plan(DATA)
    wrong = [
        one._replace(target="7" if one.target is None else f"{one.target}1", target_status="set")
        if one.id == row["id"]
        else one
        for one in source.plan.indicators
    ]
    document = read_document(source.text)
    said = warnings(cover(document, source.plan._replace(indicators=tuple(wrong))), document)
    assert any(row["id"] in one.what or row["name"] in one.what for one in said)


@pytest.mark.parametrize("row", INDICATORS, ids=ids(INDICATORS))
def test_core_indicator_is_named_as_in_its_row_of_the_table(row):
    rows = {one.clause: one.row for one in read_document(DATA / "source.txt").targets if one.row}
    named = rows[f"二(三)2表-{row['id'][1:]}"]
    assert (named.name, named.unit, named.nature) == (row["name"], row["unit"], row["nature"])


def test_binding_indicators_wait_for_the_city():
    waiting = [row for row in ROWS if row["target_status"] == "to_be_assigned"]
    assert ids(waiting) == ["I9", "I11"]
    assert {row["nature"] for row in waiting} == {"binding"}


def test_baselines_stand_in_the_review_of_2020():
    based = {row["id"]: row for row in ROWS if "baseline" in row}
    assert set(based) == {"I9", "I10", "Q4", "Q14", "Q19", "Q25"}
    assert {(row["baseline_year"], row["baseline_clause"]) for row in based.values()} == {(2020, "一(一)")}


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
