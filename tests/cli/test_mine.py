"""What waits for a department, and for the office."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from cli.cycle import LEAD, OFFICE, ok
from qplan.views import work


@pytest.fixture
def ledger(in_march):
    """The program on a copy of the loaded plan, nothing accepted yet."""
    return in_march


def test_mine_is_one_page_for_a_department_and_an_inbox_for_the_office(ledger) -> None:
    ok(ledger("accept", "T2.1.1", "T1.2.1", *LEAD))
    ok(ledger("submit", "T2.1.1", *LEAD, "--evidence", "文1号"))
    ok(ledger("return", "T2.1.1", *OFFICE, "--note", "缺盖章"))
    ok(ledger("submit", "T1.2.1", *LEAD, "--evidence", "文2号"))
    ok(ledger("dispute", "T1.2.2", *LEAD, "--reason", "职能不符"))
    ok(ledger("accept", "T1.2.3", *LEAD))
    ok(ledger("extend", "T1.2.3", *LEAD, "--to", "2026-03-31", "--reason", "晚到"))
    page = ledger("mine", *LEAD, "--format", "json").json
    ids = {key: [i["id"] for i in listed] for key, listed in page.items() if isinstance(listed, list)}
    assert (ids["returned"], ids["disputed"]) == (["T2.1.1"], ["T1.2.2"])
    assert ids["waiting"] == ["T1.2.1", "T1.2.3"] and ids["to_verify"] == []
    every = [ident for key, listed in ids.items() if key != "milestones" for ident in listed]
    assert len(every) == len(set(every))
    assert "T1.2.2" not in ids["to_accept"] and "C1.2" in ids["to_accept"]
    office = ledger("mine", *OFFICE, "--format", "json").json
    assert [i["id"] for i in office["to_verify"]] == ["T1.2.1"]
    assert [i["id"] for i in office["requests"]] == ["T1.2.3"]
    assert [i["id"] for i in office["disputes"]] == ["T1.2.2"]
    text = ledger("mine", *LEAD).out
    assert "缺盖章" in text and "qplan submit" in text
    assert ledger("mine", "--dept", "经信", "--format", "json").json["dept"] == "jxkj"


def test_the_office_finds_what_needs_coordination_and_the_answers_to_its_urges(ledger) -> None:
    ledger.at(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    ok(ledger("accept", "T2.1.1", "T1.2.1", *LEAD))
    ok(ledger("block", "T2.1.1", *LEAD, "--difficulty", "用地未批", "--needs", "请自规局协调"))
    ok(ledger("report", "C1.2", *LEAD, "--needs", "请财政局落实资金"))
    ok(ledger("urge", "T2.1.1", "T1.2.1", "T1.2.2", *OFFICE))
    ok(ledger("report", "T1.2.1", *LEAD, "--note", "已排工期"))

    def office(day: int) -> dict:
        ledger.at(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
        return ledger("mine", *OFFICE, "--format", "json").json

    def listed(page: dict, key: str) -> list[str]:
        return [item["id"] for item in page[key]]

    page = office(8)
    assert sorted(listed(page, "coordination")) == ["C1.2", "T2.1.1"]
    assert listed(page, "answered") == ["T1.2.1"] and listed(page, "unanswered") == []
    text = ok(ledger("mine", *OFFICE, "--lang", "zh")).out
    assert "请自规局协调" in text and "请财政局落实资金" in text and "已排工期" in text
    page = office(10)
    assert listed(page, "answered") == [], "an answer is news for seven days"
    assert sorted(listed(page, "unanswered")) == ["T1.2.2", "T2.1.1"]
    assert "T2.1.1" in listed(page, "coordination"), "whatever other list it is in"
    assert ledger("mine", *LEAD, "--format", "json").json["coordination"] == []


def test_mine_proposes_only_steps_that_are_open(ledger) -> None:
    ledger.at(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    ok(ledger("accept", "T2.1.1", *LEAD))
    page = ok(ledger("mine", *LEAD)).out.splitlines()
    (reports,) = [line for line in page if line.startswith("Overdue: ")]
    assert "qplan report ID" in reports and "qplan accept" not in reports
    (accepts,) = [line for line in page if line.startswith("To be accepted: ")]
    assert "qplan accept ID" in accepts and "report" not in accepts, (
        "it is not called overdue that must be accepted"
    )
    chinese = ok(ledger("mine", *LEAD, "--lang", "zh")).out
    assert "待签收：qplan accept 编号" in chinese


def test_a_narrow_page_of_the_office_names_the_leads() -> None:
    """Whose task is blocked is what the office asks first; a department knows its own."""

    snapshot = SimpleNamespace(plan=SimpleNamespace(fields="[]"))

    def rank(key):
        columns = {column.key: column for column in work._tasks(snapshot, key, "", []).columns}
        return columns["lead"].rank

    assert rank("coordination") == rank("to_verify") == 0 < rank("overdue")
