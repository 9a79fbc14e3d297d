"""Options with values that people mistype: empty, given twice, in another case or width; totals of short lists."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run_in_pipe(ledger, *argv):
    """The exit number of the program when nobody reads what it prints."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        env = {**os.environ, "QPLAN_LEDGER": str(ledger), "QPLAN_CONFIG": "", "LANG": "C.UTF-8"}
        done = subprocess.run([sys.executable, "-m", "qplan", *argv], stdout=writer, env=env, check=False)
    finally:
        os.close(writer)
    return done.returncode


def test_the_exit_number_of_an_overdue_list_survives_a_closed_pipe(ledger):
    assert run_in_pipe(ledger, "overdue", "--exit-code", "--as-of", "2026-11-01") == 5
    assert run_in_pipe(ledger, "overdue", "--as-of", "2026-11-01") == 0


def test_the_exit_number_of_a_damaged_ledger_survives_a_closed_pipe(qplan, ledger):
    import sqlite3

    base = sqlite3.connect(ledger)
    base.execute("UPDATE task SET title = 'x' WHERE id = 'T1.1'")
    base.commit()
    base.close()
    assert qplan("verify").code == 3
    assert run_in_pipe(ledger, "verify") == 3


def test_the_exit_number_of_a_bad_plan_and_of_bad_usage_survive_a_closed_pipe(ledger, tmp_path):
    (tmp_path / "plan_tasks.yaml").write_text("format: 1\nplan: {}\n", encoding="utf-8")
    assert run_in_pipe(ledger, "check", str(tmp_path)) == 2
    assert run_in_pipe(ledger, "tasks", "--nosuch") == 2


def test_something_is_overdue_however_few_are_listed(qplan, ledger):
    answer = qplan("overdue", "--limit", "0", "--exit-code", "--as-of", "2026-11-01")
    assert answer.code == 5 and "0 of 83 overdue tasks" in answer.out
    assert "Nothing is overdue" not in answer.out


def test_a_short_list_gives_the_total(qplan, ledger):
    late = ("--as-of", "2026-11-01")
    assert "5 of 83 tasks: red 5" in qplan("tasks", "--limit", "5", *late).out
    assert "3 of 9 tasks: red 3" in qplan("tasks", "--column", "3", "--limit", "3", "--tree", *late).out
    assert "2 of 83 tasks: red 2" in qplan("tasks", "--light", "red", "--limit", "2", *late).out
    assert "4 of 83 overdue tasks" in qplan("overdue", "--limit", "4", *late).out
    assert qplan("tasks", "--limit", "5", "--format", "json", *late).json["total"] == 83
    assert qplan("overdue", "--limit", "5", "--format", "json", *late).json["total"] == 83
    assert "total" not in qplan("tasks", "--limit", "500", "--format", "json", *late).json


@pytest.mark.parametrize(
    "argv",
    [
        ("tasks", "--ledger", ""),
        ("--ledger", "", "tasks"),
        ("tasks", "--actor", " "),
        ("tasks", "--lang", ""),
        ("tasks", "--format="),
        ("tasks", "--dept", ""),
        ("tasks", "--stale", ""),
        ("tasks", "--status", ""),
        ("tasks", "--search", "\u3000"),
        ("tasks", "--as-of", ""),
        ("weekly", "--week", ""),
        ("weekly", "--out", ""),
        ("report", "T1.1", "--note", "x", "--request-id", ""),
        ("update", "T1.1", "--note", "x", "--if-version", ""),
        ("update", "--from", ""),
        ("move", "--to", ""),
        ("show", ""),
        ("backup", ""),
        ("export", "--table", ""),
        ("--install-completion", ""),
    ],
)
def test_an_empty_value_is_refused(qplan, ledger, argv):
    before = ledger.read_bytes()
    answer = qplan(*argv)
    assert answer.code == 2 and answer.out == "" and answer.err
    assert "inside qplan" not in answer.err
    assert ledger.read_bytes() == before


def test_a_value_may_be_left_out_where_the_help_page_says_so(qplan, ledger):
    assert qplan("tasks", "--dept").code == 0
    assert qplan("tasks", "--stale", "--limit", "1").code == 0


@pytest.mark.parametrize(
    "argv",
    [
        ("report", "T1.1", "--note", "a", "--note", "b"),
        ("tasks", "--search", "a", "--search", "b"),
        ("tasks", "-n", "1", "--limit", "2"),
        ("--lang", "en", "--lang", "zh", "tasks"),
        ("weekly", "--week", "2026-W01", "--week", "2026-W02"),
        ("extend", "T1.1", "--to", "2027-01-01", "--to", "2027-02-01"),
    ],
)
def test_an_option_that_takes_one_value_is_refused_twice(qplan, ledger, argv):
    answer = qplan(*argv)
    assert answer.code == 2 and answer.out == ""
    assert "twice" in answer.err or "两次" in answer.err


def test_a_filter_given_twice_selects_either(qplan, ledger):
    def found(*argv):
        return {item["id"] for item in qplan("tasks", "--format", "json", *argv).json["items"]}

    for option, one, other in (
        ("--dept", "scjg", "农业农村"),
        ("--status", "assigned", "closed"),
        ("--light", "red", "GREY"),
        ("--column", "3", "专栏4"),
        ("--under", "T1", "t2.1"),
    ):
        assert found(option, one, option, other) == found(option, one) | found(option, other)
    both = found("--dept", "scjg", "--dept", "nync", "--support")
    assert both == found("--dept", "scjg", "--support") | found("--dept", "nync", "--support")
    late = qplan("overdue", "-d", "scjg", "-d", "nync", "--as-of", "2026-11-01", "--format", "json").json
    assert {item["lead"] for item in late["items"]} == {"scjg", "nync"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("t1.1", "T1.1"),
        ("ｔ１．１", "T1.1"),
        ("专栏4-2", "C4.2"),
        ("专栏４－２", "C4.2"),
        ("三(一)1", "T1.1"),
        ("三（一）1", "T1.1"),
        ("T1.1/M1", "T1.1"),
        ("ｔ１．１／ｍ１", "T1.1"),
        ("i9", "I9"),
        ("Ｉ９", "I9"),
    ],
)
def test_show_takes_an_id_in_any_form(qplan, ledger, typed, meant):
    assert qplan("show", typed, "--format", "json").json["item"]["id"] == meant


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("t1.1/M1", "T1.1/m1"),
        ("SCJG", "scjg"),
        ("市监局", "scjg"),
        ("市场监管", "scjg"),
        ("ｉ９", "I9"),
        ("专栏4-2", "C4.2"),
    ],
)
def test_log_takes_an_id_in_any_form(qplan, ledger, typed, subject):
    assert subject in {item["subject"] for item in qplan("log", typed, "--format", "json").json["items"]}


def test_log_of_a_figure(qplan, ledger):
    figure = ("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "年报")
    assert qplan(*figure).code == 0
    assert qplan("log", "i3/2024", "--format", "json").json["items"]
    answer = qplan("log", "I3/2026")
    assert answer.code == 2 and "no figure of 2026" in answer.err


def test_writes_take_an_id_in_any_form(qplan, ledger):
    answer = qplan("confirm", "专栏4-2、ｔ１．１", "--format", "json")
    assert [item["subject"] for item in answer.json["items"]] == ["C4.2", "T1.1"]
    assert qplan("milestone", "done", "ｔ１．１／Ｍ１").code == 0
    assert qplan("milestone", "DONE", "t1.1/M2").code in (0, 2)


def test_search_folds_both_sides(qplan, ledger):
    assert qplan("accept", "T1.1", "--note", "ＱＣ小组 Ä 成立").code == 0
    for typed in ("ＱＣ小组", "qc小组", "QC 小组", "小组  qc", "ä", "A\u0308", "成立 qc"):
        items = qplan("tasks", "--search", typed, "--format", "json").json["items"]
        assert [item["id"] for item in items] == ["T1.1"], typed
    assert qplan("tasks", "--search", "qc 不存在", "--format", "json").json["items"] == []


def test_search_reads_people_difficulties_and_clauses(qplan, ledger):
    assert qplan("accept", "T1.1", "--owner", "张三丰", "--contact", "028-12345").code == 0
    assert qplan("block", "T1.1", "--difficulty", "缺少经费", "--needs", "财政支持").code == 0
    for typed in ("张三丰", "12345", "缺少经费", "财政支持", "三（一）1 张三丰"):
        items = qplan("tasks", "--search", typed, "--format", "json").json["items"]
        assert [item["id"] for item in items] == ["T1.1"], typed


@pytest.mark.parametrize(
    "argv",
    [
        ("tasks", "--sort", "DEADLINE"),
        ("summary", "--by", "Section"),
        ("overdue", "--against", "ORIGINAL", "--by", "DEPT"),
        ("tasks", "--light", "ＲＥＤ"),
        ("tasks", "--status", "ACTIVE"),
        ("tasks", "--format", "JSON"),
        ("export", "--table", "TASKS"),
        ("config", "LIST"),
        ("summary", "--by", "单位"),
        ("summary", "--by", "专栏"),
        ("overdue", "--by", "责任单位", "--against", "原时限"),
        ("tasks", "--sort", "完成时限"),
        ("tasks", "--sort", "牵头单位"),
    ],
)
def test_words_of_the_program_are_taken_in_any_case(qplan, ledger, argv):
    answer = qplan(*argv)
    assert answer.code == 0, answer.err


def test_a_text_given_as_an_id_is_pointed_to_note(qplan, ledger) -> None:
    for words in (("T1.1", "完成了3项"), ("T1.1", "done", "with", "the", "first"), ("T1.1", "招标 完成")):
        refused = qplan("report", *words)
        assert refused.code == 2 and "qplan report T1.1 --note “" in refused.err, refused.err
    for verb, option in (
        ("block", "difficulty"),
        ("submit", "evidence"),
        ("return", "note"),
        ("reopen", "reason"),
    ):
        assert f"qplan {verb} T1.1 --{option} “缺资金”" in qplan(verb, "T1.1", "缺资金").err
    assert "--note" not in qplan("report", "T1.1", "T99").err
    assert "--note" not in qplan("report", "没有").err
