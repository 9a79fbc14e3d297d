"""The journal by day, department, person and kind."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from qplan import i18n
from qplan.core.labels import kinds_named
from qplan.errors import BadInput

ID = "T2.1.1"


@pytest.fixture
def log(qplan, loaded, tmp_path):
    """Ask the journal of Wednesday 2025-03-05 in JSON; the answer is the (subject, kind, actor) of each entry."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 5, 1, 0, tzinfo=UTC))
    for words in (
        ("accept", ID, "--actor", "li@jxkj", "--on", "2025-02-26"),
        ("report", ID, "--progress", "40", "--actor", "wang@zlb", "--on", "2025-03-03"),
        ("report", ID, "--note", "资金已拨付", "--actor", "li@scjg"),
        ("urge", ID, "--actor", "wang@zlb"),
        ("accept", "T1.1", "--actor", "zhao@xzsp"),
    ):
        assert qplan(*words).code == 0

    def ask(*words):
        answer = qplan("log", *words, "--since", "2025-01-01", "--format", "json")
        assert answer.code == 0, answer.err
        return [
            (item["subject"], item["kind"].partition(".")[2], item["actor"]) for item in answer.json["items"]
        ]

    ask.raw = qplan
    return ask


def test_days_are_those_on_which_entries_took_effect(log) -> None:
    assert len(log()) == 5
    assert len(log("--until", "2025-02-26")) == 1 and log("--until", "2025-02-25") == []
    week = log.raw("log", "--since", "last-week", "--until", "last-week", "--format", "json").json["items"]
    assert [item["effective_on"] for item in week] == ["2025-02-26"]
    assert len(log.raw("log", ID, "--since", "2025-03-03", "--format", "json").json["items"]) == 3
    until = log.raw("log", "--until", "2025-02-26", "--format", "json")
    assert until.code == 0 and until.json["items"][-1]["subject"] == ID, "without a first day"


def test_a_department_has_what_it_did_and_what_the_office_did_for_it(log) -> None:
    assert log("--dept", "jxkj") == [(ID, "accept", "li@jxkj"), (ID, "report", "wang@zlb")]
    assert {actor for *_rest, actor in log("--dept", "scjg", "--dept", "xzsp")} == {"li@scjg", "zhao@xzsp"}


def test_a_person_is_named_with_or_without_the_department(log) -> None:
    assert {actor for *_rest, actor in log("--actor", "LI")} == {"li@jxkj", "li@scjg"}
    assert {actor for *_rest, actor in log("--actor", "li@市场监管", "--actor", "zhao")} == {
        "li@scjg",
        "zhao@xzsp",
    }
    assert log("--actor", "nobody") == []


def test_kinds_are_named_by_code_or_label_in_either_language(log) -> None:
    for name in ("report", "task.report", "反馈进展"):
        assert [kind for _subject, kind, _actor in log("--kind", name)] == ["report"]
    assert [kind for _s, kind, _a in log("--kind", "urge", "--kind", "签收")] == ["accept", "urge", "accept"]
    assert log("--kind", "urge", "--actor", "li") == [], "all filters hold"
    assert [kind for _s, kind, _a in log("--kind", "accept", "--limit", "1")] == ["accept"]


def test_an_unknown_kind_is_refused_with_those_there_are(log) -> None:
    answer = log.raw("log", "--kind", "nosuch")
    assert answer.code == 2 and "nosuch" in answer.err and "report" in answer.err


def test_a_record_names_all_kinds_of_its_entries() -> None:
    i18n.use("en")
    assert {"milestone.done", "milestone.move"} <= kinds_named("milestone") == kinds_named("阶段目标")
    assert kinds_named("undo") >= {"task.undo", "milestone.undo"}
    with pytest.raises(BadInput):
        kinds_named("")
    assert i18n.language == "en"
