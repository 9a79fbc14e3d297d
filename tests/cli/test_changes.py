"""``changes`` and days as people name them."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, date, datetime

import pytest

from qplan import i18n
from qplan.cli.values import parse_date, parse_since, parse_until, parse_week
from qplan.errors import BadInput

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
TODAY = date(2026, 11, 25)  # a Wednesday, in week 48


@pytest.fixture
def ledger(qplan, loaded, tmp_path):
    """The loaded plan on Wednesday 2025-03-05, with reports of this and of last week."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 5, 1, 0, tzinfo=UTC))
    for words in (
        ("report", "T2.1.1", "--progress", "40", "--note", "设备到位", "--on", "2025-02-26", *LEAD),
        (
            "block",
            "T2.1.1",
            "--difficulty",
            "用地未批",
            "--needs",
            "请自规局协调",
            "--on",
            "2025-03-04",
            *LEAD,
        ),
    ):
        assert qplan(*words).code == 0
    return qplan


def test_a_row_has_what_was_and_what_is_and_what_was_reported(ledger) -> None:
    page = ledger("changes", "--since", "this", "--format", "json").json
    assert (page["kind"], page["from"], page["to"]) == ("changes", "2025-03-03", "2025-03-05")
    (item,) = page["items"]
    assert (item["id"], item["before"], item["after"]) == (
        "T2.1.1",
        {"status": "active"},
        {"status": "blocked"},
    )
    (entry,) = item["entries"]
    assert (entry["difficulty"], entry["needs"], entry["report"]) == ("用地未批", "请自规局协调", True)
    assert item["reported_by"] == ["li@jxkj"]
    silent = {one["dept"]: one for one in page["silent"]}
    assert (
        "T2.1.1" not in silent["jxkj"]["tasks"] and len(silent["jxkj"]["tasks"]) == silent["jxkj"]["open"] - 1
    )


def test_by_default_it_begins_on_monday_of_last_week(ledger) -> None:
    page = ledger("changes", "--format", "json").json
    assert page["from"] == "2025-02-24" and page["items"][0]["before"] == {
        "status": "assigned",
        "progress": 0,
    }
    text = ledger("changes", "--lang", "zh").out
    assert (
        "待签收 0%" in text
        and "受阻 40%" in text
        and "困难：用地未批" in text
        and "li（区经济信息化和科技局）" in text
    )


def test_a_list_of_some_departments_names_their_silence_alone(ledger) -> None:
    page = ledger("changes", "--dept", "scjg", "--dept", "jxkj", "--format", "json").json
    assert {one["dept"] for one in page["silent"]} == {"scjg", "jxkj"} and page["depts"] == ["scjg", "jxkj"]
    assert ledger("changes", "--dept", "scjg", "--format", "json").json["items"] == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "html", "docx"])
def test_it_is_written_as_other_lists_are(ledger, tmp_path, suffix) -> None:
    assert ledger("changes", "--out", tmp_path / f"changes.{suffix}").code == 0
    assert (tmp_path / f"changes.{suffix}").stat().st_size > 200


def test_its_csv_can_be_read(ledger) -> None:
    rows = list(csv.reader(io.StringIO(ledger("changes", "--format", "csv").out)))
    assert any("T2.1.1" in row for row in rows)


def test_without_a_first_day_it_begins_in_the_week_before_the_last_one(ledger) -> None:
    page = ledger("changes", "--until", "2025-02-27", "--format", "json").json
    assert (page["from"], page["to"]) == ("2025-02-17", "2025-02-27")


def test_the_last_day_is_not_before_the_first(ledger) -> None:
    answer = ledger("changes", "--since", "2025-03-04", "--until", "2025-03-03")
    assert answer.code == 2 and "--since" in answer.err


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-25"), ("昨天", "2026-11-24"), ("11-27", "2026-11-27"), ("11月7日", "2026-11-07"),
        ("2026年11月27日", "2026-11-27"), ("20261127", "2026-11-27"),
    ],
)  # fmt: skip
def test_days_as_people_name_them(text, day) -> None:
    assert parse_date(text, "--since", TODAY) == day


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("2026-W48", "2026-W48"), ("2026w3", "2026-W03"), ("48", "2026-W48"), ("49", "2025-W49"), ("W48", "2026-W48"),
        ("第47周", "2026-W47"), ("2026年第47周", "2026-W47"), ("this", "2026-W48"), ("本周", "2026-W48"),
        ("last", "2026-W47"), ("上周", "2026-W47"), ("2026-11-29", "2026-W48"), ("11-30", "2026-W49"),
        ("昨天", "2026-W48"),
    ],
)  # fmt: skip
def test_weeks_as_people_name_them(text, week) -> None:
    assert str(parse_week(text, "--week", TODAY)) == week


@pytest.mark.parametrize("text", ["54", "0", "2026-W60", "nextish", "2026-02-30", ""])
def test_what_is_no_week_is_refused(text) -> None:
    i18n.use("en")
    with pytest.raises(BadInput, match="--week"):
        parse_week(text, "--week", TODAY)


def test_a_week_begins_and_ends_a_list_of_days() -> None:
    assert (parse_since("上周", "", TODAY), parse_until("上周", "", TODAY)) == ("2026-11-16", "2026-11-22")
    assert (parse_since("2026-W48", "", TODAY), parse_until("11-24", "", TODAY)) == (
        "2026-11-23",
        "2026-11-24",
    )


def test_a_weekly_list_takes_a_week_in_any_of_these_forms(ledger) -> None:
    found = {
        ledger("weekly", "--week", text, "--format", "json").json["week"]
        for text in ("上周", "9", "2025-02-27")
    }
    assert found == {"2025-W09"}
    refused = ledger("weekly", "--week", "2025-W20")
    assert refused.code == 2 and "2025-05-12" in refused.err


def test_days_are_named_so_wherever_one_is_asked_for(ledger) -> None:
    by_name = ledger("tasks", "--as-of", "昨天", "--format", "json").json
    assert by_name["as_of"] == "2025-03-04"
    assert ledger("tasks", "--as-of", "03-04", "--format", "json").json == by_name
    assert ledger("accept", "T1.2.1", "--on", "yesterday", *LEAD).code == 0
    item = ledger("show", "T1.2.1", "--format", "json").json["item"]
    assert item["last_update"] == "2025-03-04"
    refused = ledger("extend", "T1.2.1", "--to", "12-30", "--reason", "设备晚到", *LEAD)
    assert refused.code == 2 and "2025-12-30" in refused.err, "it is not after the present deadline"
    refused = ledger("tasks", "--as-of", "someday")
    assert refused.code == 2 and "--as-of" in refused.err
    assert ledger("tasks", "--due-before", "02-30").code == 2


def test_an_urge_has_its_level_among_what_was_done(ledger) -> None:
    assert ledger("urge", "T2.1.1", "--level", "reminder", "--actor", "wang@zlb").code == 0
    text = ledger("changes", "--since", "today", "--lang", "zh").out
    assert "催办（提醒）" in text and "催办级别" not in text
