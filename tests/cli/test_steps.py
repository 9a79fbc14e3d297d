"""Steps that are neither too easy nor too hard: what they lose is asked for or pointed out."""

from __future__ import annotations

import pytest


def ok(answer):
    assert answer.code == 0, answer.err
    return answer


def item(qplan, ident):
    return qplan("show", ident, "--format", "json").json["item"]


def test_a_report_on_a_task_to_accept_accepts_it(qplan, ledger):
    ok(qplan("report", "T1.1", "--progress", "20", "--note", "已启动", "--actor", "li@xzsp"))
    assert (item(qplan, "T1.1")["status"], item(qplan, "T1.1")["progress"]) == ("active", 20)
    ok(qplan("update", "T1.3", "--note", "已启动"))
    assert item(qplan, "T1.3")["status"] == "active"
    ok(qplan("undo"))
    assert item(qplan, "T1.3")["status"] == "assigned"


def test_another_department_accepts_nothing_by_reporting(qplan, ledger):
    assert qplan("report", "T1.1", "--note", "x", "--actor", "li@nync").code == 1
    assert qplan("report", "T1.1", "--actor", "li@xzsp").code in (1, 2)
    assert item(qplan, "T1.1")["status"] == "assigned"


def test_supporters_are_not_replaced_without_being_asked(qplan, ledger):
    before = item(qplan, "T1.1")["support"]
    answer = qplan("assign", "T1.1", "--support", "czj")
    assert answer.code == 2 and "区发展改革局" in answer.err
    assert item(qplan, "T1.1")["support"] == before
    ok(qplan("assign", "T1.1", "--support", ",".join([*before, "czj"])))
    assert item(qplan, "T1.1")["support"] == [*before, "czj"]
    ok(qplan("assign", "T1.1", "--support", "czj", "--yes"))
    assert item(qplan, "T1.1")["support"] == ["czj"]


def test_falling_progress_is_pointed_out(qplan, ledger):
    ok(qplan("accept", "T1.1", "--progress", "50"))
    assert "falls from 50% to 30%" in ok(qplan("report", "T1.1", "--progress", "30")).err
    assert "falls" not in ok(qplan("report", "T1.1", "--progress", "60")).err


def test_a_closing_with_something_left_undone_is_pointed_out(qplan, ledger):
    ok(qplan("accept", "T1.1"))
    ok(qplan("submit", "T1.1", "--evidence", "文1号"))
    answer = ok(qplan("approve", "T1.1", "--actor", "wang@zlb", "--yes"))
    assert "reported at 0%" in answer.err and "T1.1/m1" in answer.err


@pytest.mark.parametrize("actor", ["x@nowhere", "x@无此单位"])
def test_the_config_file_takes_no_department_that_the_plan_does_not_have(
    qplan, ledger, tmp_path, monkeypatch, actor
):
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    monkeypatch.setenv("QPLAN_CONFIG", str(config))
    assert qplan("config", "set", "actor", actor).code == 2
    assert config.read_text(encoding="utf-8") == ""
    ok(qplan("config", "set", "actor", "li@市监局"))
