"""The plan's own columns and persons in every list that takes filters, and in lists that are read back."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "livelihood-projects"
DAY = ("--as-of", "2025-01-10")


@pytest.fixture
def projects(qplan):
    assert qplan("load", str(EXAMPLE)).code == 0
    return qplan


def ids(answer) -> list[str]:
    assert answer.code == 0, answer.err
    return [item["id"] for item in answer.json["items"]]


def test_lists_show_deadlines_in_the_words_of_the_document(projects):
    table = projects("tasks", "--lang", "zh").out
    assert "时限原文" in table and "8月底前" in table and "验收单位" not in table
    mine = projects("mine", "--actor", "甲@jt", "--lang", "zh").out
    assert "农村公路安全隐患排查整治" in mine and "长期坚持" in mine


def test_who_acts_for_the_office_by_default_is_named_as_such(qplan):
    assert qplan("load", str(EXAMPLE.parent / "rectifications")).code == 0
    assert qplan("accept", "T1", "--actor", "甲@slj").code == 0
    assert qplan("submit", "T1", "--evidence", "文1号", "--yes", "--actor", "甲@slj").code == 0
    answer = qplan("approve", "T1", "--actor", "乙")
    assert answer.code == 1 and "虚构区整改工作领导小组办公室" in answer.err and "dcb" not in answer.err


def test_overdue_takes_conditions_persons_and_the_plans_own_columns(projects):
    assert ids(projects("overdue", "--where", "investment>=1000", "--format", "json", *DAY)) == ["T1", "T2"]
    assert ids(projects("overdue", "--owner", "责任人乙", "--format", "json", *DAY)) == ["T6", "T1", "T2"]
    text = projects("overdue", "--columns", "id,总投资,place", "--where", "place~城东", *DAY).out
    assert "总投资（万元）" in text and "3200" in text and "城东、城西" in text and "T2" not in text
    answer = projects("overdue", "--where", "colour=red", *DAY)
    assert answer.code == 2 and "investment" in answer.err


def test_milestones_and_summary_take_them_too(projects):
    assert ids(projects("milestones", "--where", "investment>=1000", "--format", "json")) == ["T1/m1"]
    assert ids(projects("milestones", "--owner", "责任人乙", "--format", "json")) == ["T1/m1"]
    assert ids(projects("milestones", "--owner", "责任人丙", "--format", "json")) == []
    items = projects("summary", "--owner", "责任人乙", "--format", "json").json["items"]
    found = {one["id"]: (one["total"], one["sums"]) for one in items}
    assert found == {"jy": (1, {"investment": "3200"}), "zj": (3, {"investment": "8845.5"})}


def test_a_section_of_one_task_without_a_heading_has_its_title(projects):
    items = projects("summary", "--by", "section", "--format", "json").json["items"]
    titles = {one["id"]: one["title"] for one in items}
    assert (titles["1"], titles["5"]) == ("新建公办幼儿园2所", "公布民生实事进展")


def test_the_objects_of_json_have_the_plans_own_columns_that_are_asked_for(projects):
    item = projects("overdue", "--columns", "id,总投资,level", *DAY, "--format", "json").json["items"][0]
    assert item == {"id": "T6", "investment": "45", "level": "reminder"}


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.tsv"])
def test_a_list_with_own_columns_is_read_back(projects, tmp_path, name):
    path = tmp_path / name
    assert projects("tasks", "--out", path).code == 0
    answer = projects("update", "--from", path, "--dry-run")
    assert answer.code == 0, answer.err
    path = tmp_path / "wrong.csv"
    path.write_text("id,总投资,颜色\nT1,5,红\n", "utf-8")
    answer = projects("update", "--from", path)
    assert answer.code == 2 and "颜色" in answer.err


def test_who_reports_a_completion_is_sent_to_another_person_of_the_verifier(qplan, tmp_path):
    example = EXAMPLE.with_name("rectifications")
    assert qplan("load", str(example)).code == 0
    (task, *_rest) = [one for one in qplan("tasks", "--format", "json").json["items"] if one["verifier"]]
    lead, verifier = task["leads"][0], task["verifier"]
    for words in (("accept", task["id"]), ("submit", task["id"], "--evidence", "文1号")):
        assert qplan(*words, "--actor", f"甲@{lead}").code == 0
    answer = qplan("approve", task["id"], "--actor", f"甲@{verifier}")
    assert answer.code == 1 and f"another person of {verifier}" in answer.err


def test_a_list_with_persons_and_columns_of_the_plan_says_nothing_new_when_it_is_read_back(
    qplan, tmp_path, monkeypatch
):
    from pathlib import Path

    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.chdir(tmp_path)
    assert qplan("load", Path(__file__).parent.parent.parent / "examples" / "livelihood-projects").code == 0
    for words in (("tasks",), ("export",), ("overdue", "--columns", "all")):
        for name in ("list.xlsx", "list.csv", "list.json"):
            columns = ("--columns", "all") if words == ("export",) else ()
            assert qplan(*words, *columns, "--out", name).code == 0
            answer = qplan("update", "--from", name, "--yes")
            assert (answer.code, answer.out) == (0, ""), (words, name, answer.err)


def test_a_proposed_lead_of_supporters_that_the_plan_names_is_shown_as_such(qplan):
    assert qplan("load").code == 0
    page = qplan("show", "T5.3", "--lang", "zh").out
    assert "区市场监管局（拟定）" in page and "区统计局（规划原文）" in page
    assert "拟定（配合单位：规划原文）" in qplan("tasks", "--search", "信用工程", "--lang", "zh").out
    item = qplan("show", "T5.3", "--format", "json").json["item"]
    assert (item["basis"], item["support_basis"]) == ("proposed", "plan")
    assert qplan("confirm", "T5.3", "--yes").code == 0
    item = qplan("show", "T5.3", "--format", "json").json["item"]
    assert (item["basis"], item["support_basis"]) == ("confirmed", "confirmed")


def test_a_target_that_the_text_does_not_date_is_shown_as_proposed(qplan):
    assert qplan("load").code == 0
    assert "2025-12-31（拟定）" in qplan("show", "Q31", "--lang", "zh").out
    assert qplan("show", "Q31", "--format", "json").json["item"]["deadline_basis"] == "proposed"
    assert qplan("show", "I1", "--format", "json").json["item"]["deadline_basis"] is None
