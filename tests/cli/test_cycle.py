"""The cycle through the program: every verb, its refusals, and what they leave in the ledger."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from cli.cycle import ID, LEAD, OFFICE, item, ok
from qplan.cli.app import COMMANDS
from qplan.core.workflow import VERBS


@pytest.fixture
def ledger(in_march):
    """The program on a copy of the loaded plan, nothing accepted yet."""
    return in_march


def test_a_request_id_of_another_command_is_refused_where_neither_gives_a_value(ledger):
    """Else a task seems accepted because an urge of the same id was written."""
    goal = "T2.1.1/m1"
    ok(ledger("urge", "T2.1.1", "--request-id", "a", *OFFICE))
    ok(ledger("milestone", "done", goal, "--request-id", "b", *OFFICE))
    ok(ledger("undo", "--request-id", "c", *OFFICE))
    for words in (
        ("accept", "T2.1.1"),
        ("confirm", "T2.1.1"),
        ("update", "T2.1.1", "--status", "active"),
        ("milestone", "done", goal),
        ("milestone", "remove", goal, "--reason", "x"),
        ("undo",),
    ):
        for key in "abc":
            if (words[:2], key) in ((("milestone", "done"), "b"), (("undo",), "c")):
                continue
            refused = ledger(*words, "--request-id", key, *OFFICE)
            assert refused.code == 1 and "another command" in refused.err, (words, key)


def test_every_verb_of_the_table_is_a_command_with_a_full_help_page(qplan) -> None:
    for verb, steps in VERBS.items():
        assert verb in COMMANDS, f"cli/app.py: COMMANDS lacks the step “{verb}” of core/workflow.py"
        page = ok(qplan(verb, "--help")).out
        flat = " ".join(page.split())
        for step in steps:
            for field in step.requires:
                assert f"--{field.replace('answer_by', 'answer-by').replace('next_step', 'next')}" in flat


def test_from_assignment_to_verified_closing(ledger, tmp_path) -> None:
    evidence = tmp_path / "验收单.pdf"
    evidence.write_bytes(b"%PDF")
    ok(ledger("confirm", ID, *OFFICE))
    ok(ledger("accept", ID, *LEAD, "--owner", "待定"))
    ok(
        ledger(
            "report",
            ID,
            *LEAD,
            "--progress",
            "60%",
            "--note",
            "设备到位",
            "--difficulty",
            "缺检测员",
            "--next",
            "联合检测",
        )
    )
    ok(ledger("block", ID, *LEAD, "--difficulty", "缺检测员", "--needs", "增编两名"))
    ok(ledger("resume", ID, *LEAD, "--note", "人员到岗"))
    ok(ledger("submit", ID, *LEAD, "--evidence", evidence))
    done = item(ledger)
    assert (done["status"], done["evidence_sha256"]) == ("submitted", hashlib.sha256(b"%PDF").hexdigest())
    refused = ledger("approve", ID, "--actor", "li@zlb", "--yes")
    assert refused.code == 1 and "li@jxkj" in refused.err
    ok(ledger("return", ID, *OFFICE, "--note", "缺盖章"))
    assert item(ledger)["result"] == "缺盖章"
    ok(ledger("submit", ID, *LEAD, "--evidence", "文〔2025〕1号"))
    ok(ledger("approve", ID, *OFFICE, "--note", "属实", "--yes"))
    closed = item(ledger)
    assert (closed["status"], closed["progress"], closed["closed_late"], closed["light"]) == (
        "closed",
        100,
        False,
        "green",
    )
    assert "closed on time" in closed["light_reason"]
    ok(ledger("reopen", ID, *OFFICE, "--reason", "复查发现问题"))
    assert (item(ledger)["status"], item(ledger)["progress"]) == ("active", 60)
    ok(ledger("terminate", ID, *OFFICE, "--document", "区质发〔2025〕2号"))
    assert item(ledger)["light"] == "grey"
    kinds = [event["kind"] for event in item(ledger)["events"] if event["kind"].startswith("task.")]
    assert kinds[1:] == [
        "task.confirm", "task.accept", "task.report", "task.block", "task.resume", "task.submit", "task.return",
        "task.submit", "task.approve", "task.reopen", "task.terminate",
    ]  # fmt: skip


def test_update_takes_the_same_steps(ledger) -> None:
    ok(ledger("update", ID, *LEAD, "--status", "办理中", "--progress", "20"))
    refused = ledger("update", ID, *LEAD, "--status", "submitted")
    assert refused.code == 2 and "--evidence" in refused.err
    ok(ledger("update", ID, *LEAD, "--status", "submitted", "--evidence", "https://example.org/1"))
    refused = ledger("update", ID, *LEAD, "--status", "closed")
    assert refused.code == 1 and "办理" not in refused.err and "office" in refused.err
    ok(ledger("update", ID, *OFFICE, "--status", "closed", "--yes"))
    assert item(ledger)["status"] == "closed"


def test_extension_asked_granted_refused_and_shown(ledger) -> None:
    ok(ledger("accept", ID, *LEAD))
    ok(ledger("extend", ID, *LEAD, "--to", "2026-03-31", "--reason", "设备晚到"))
    assert item(ledger)["extension_requested"] == "2026-03-31"
    assert "an extension to 2026-03-31 was asked for on 2025-03-03" in item(ledger)["light_reason"]
    both = ledger("extend", ID, *OFFICE, "--refuse", "--to", "2026-03-31")
    assert both.code == 2 and "--refuse" in both.err
    ok(ledger("extend", ID, *OFFICE, "--refuse", "--reason", "可以赶上"))
    ok(ledger("extend", ID, *LEAD, "--to", "2026-03-31", "--reason", "设备晚到"))
    granted = ok(ledger("extend", ID, *OFFICE, "--yes"))
    assert "2026-03-31" in granted.out
    shown = item(ledger)
    assert (shown["deadline"], shown["original_deadline"], shown["extensions"]) == (
        "2026-03-31",
        "2025-12-31",
        1,
    )
    assert "extended once by the office" in ledger("show", ID).out
    ledger.at(datetime(2026, 2, 2, tzinfo=UTC))
    assert ledger("overdue", "--dept", "jxkj", "--format", "json").json["items"] != []
    against = {
        line["id"] for line in ledger("overdue", "--against", "original", "--format", "json").json["items"]
    }
    assert ID in against
    assert ID not in {line["id"] for line in ledger("overdue", "--format", "json").json["items"]}


def test_assign_takes_any_name_of_a_department_and_several_supporters(ledger) -> None:
    ok(
        ledger(
            "assign",
            ID,
            "--lead",
            "市监局",
            "--support",
            "发改、nync",
            "--support",
            "经信",
            "--owner",
            "待定",
            "--yes",
        )
    )
    shown = item(ledger)
    assert (shown["lead"], shown["support"], shown["basis"]) == ("scjg", ["fgj", "nync", "jxkj"], "confirmed")
    unknown = ledger("assign", ID, "--lead", "教委会")
    assert unknown.code == 2 and item(ledger)["lead"] == "scjg"
    ok(ledger("assign", ID, "--support", "", "--yes"))
    assert item(ledger)["support"] == []


def test_a_dispute_is_heard_for_three_working_days(ledger) -> None:
    ok(ledger("confirm", ID, *OFFICE))
    ledger.at(datetime(2025, 3, 7, 1, 0, tzinfo=UTC))
    late = ledger("dispute", ID, *LEAD, "--reason", "职能不符")
    assert late.code == 1 and "3 working days" in late.err
    ok(ledger("dispute", ID, *LEAD, "--reason", "职能不符", "--on", "2025-03-06"))
    ok(ledger("assign", ID, *OFFICE, "--lead", "scjg"))
    assert (item(ledger)["dispute"], item(ledger)["lead"]) == (None, "scjg")


def test_more_than_three_tasks_ask_first_and_all_or_none_change(ledger) -> None:
    many = ("T1.2.1", "T1.2.2", "T1.2.3", "T2.1.1")
    asked = ledger("accept", *many)
    assert asked.code == 2 and "--yes" in asked.err
    ok(ledger("accept", *many, "--yes"))
    refused = ledger("accept", "T1.1", "T2.1.1")
    assert refused.code == 1 and item(ledger, "T1.1")["status"] == "assigned"
    dry = ok(ledger("accept", "T1.1", "--dry-run"))
    assert "would change" in dry.out and item(ledger, "T1.1")["status"] == "assigned"


def test_stale_writers_and_retries(ledger) -> None:
    version = item(ledger)["version"]
    ok(ledger("accept", ID, "--if-version", version, "--request-id", "k1"))
    again = ok(ledger("accept", ID, "--if-version", version, "--request-id", "k1"))
    assert "already written" in again.out
    stale = ledger("report", ID, "--progress", "10", "--version", version)
    assert stale.code == 4 and "qplan show" in stale.err
    nothing = ledger("assign", ID, "--support", "no such body")
    assert nothing.code == 2


def test_nothing_to_change_is_said_and_not_written(ledger) -> None:
    ok(ledger("accept", ID, "--progress", "5"))
    seq = ledger("log", "--format", "json", "--limit", "1").json["items"][0]["seq"]
    same = ledger("report", ID, "--progress", "5")
    assert same.code == 1 and "already" in same.err
    assert ledger("log", "--format", "json", "--limit", "1").json["items"][0]["seq"] == seq


def test_a_heading_says_whose_light_it_shows(ledger) -> None:
    ok(ledger("accept", "T2.1.1", "T2.1.2", "T2.1.3", "--progress", "65"))
    ok(ledger("report", "T2.1.2", "--progress", "50"))
    reason = item(ledger, "T2.1")["light_reason"]
    assert item(ledger, "T2.1")["light"] == "yellow" and "T2.1.2: at 50 %" in reason


def test_a_supporting_department_reports_its_part(ledger) -> None:
    ok(ledger("accept", ID, *LEAD))
    support = item(ledger)["support"][0]
    ok(ledger("report", ID, "--note", "本单位部分完成", "--actor", f"zhao@{support}"))
    assert item(ledger)["support_note"] == f"{support} 2025-03-03 本单位部分完成"
    refused = ledger("report", ID, "--progress", "50", "--note", "x", "--actor", f"zhao@{support}")
    assert refused.code == 2 and "--progress" in refused.err


def test_urging_proposes_records_and_shows_what_is_unanswered(ledger) -> None:
    ok(ledger("accept", "T2.1.1", "T2.1.2", "T1.1"))
    ledger.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    listed = ledger("overdue", "--format", "json").json["items"]
    assert {line["proposed_level"] for line in listed} == {"reminder"}
    asked = ledger("urge", "--due")
    assert asked.code == 2 and "--yes" in asked.err
    ok(ledger("urge", "--due", "--dept", "nync", "--yes"))
    ok(ledger("urge", "--due", "--yes"))
    assert {line["proposed_level"] for line in ledger("overdue", "--format", "json").json["items"]} == {None}
    assert ok(ledger("urge", "--due")).err.strip() == "Nothing is to be urged now."
    ok(ledger("report", "T2.1.1", "--note", "赶工", *LEAD))
    ledger.at(datetime(2026, 1, 14, 1, 0, tzinfo=UTC))  # answers were due by Monday the 12th
    assert item(ledger, "T2.1.1")["urge_state"] == "answered"
    shown = item(ledger, "T2.1.2")
    assert shown["urge_state"] == "unanswered"
    assert "was to be answered by 2026-01-12 and is not" in shown["light_reason"]
    assert "no answer by 2026-01-12" in ledger("overdue").out
    skip = ledger("urge", "T2.1.2", "--level", "约谈")
    assert skip.code == 2 and "--note" in skip.err
    told = ok(ledger("urge", "T2.1.2", "--level", "约谈", "--note", "领导批示"))
    assert "skips: urge, notice" in told.out


def test_what_was_urged_is_in_the_list_the_annex_and_the_notice_of_the_day(ledger, tmp_path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is in the office extra")
    ok(ledger("accept", ID, *LEAD))
    ledger.at(datetime(2026, 1, 6, 1, 0, tzinfo=UTC))
    ok(ledger("urge", ID, "--level", "interview", "--note", "领导批示", "--answer-by", "2026-01-20"))

    def listed(*more):
        rows = ledger("overdue", "--format", "csv", "--columns", "id,level,answer_by", *more).out.splitlines()
        return next(row for row in rows if row.startswith(f"{ID},"))

    assert listed() == f"{ID},interview,2026-01-20"
    assert listed("--as-of", "2026-01-11") == f"{ID},interview,2026-01-20", "to the end of the week"
    item = next(i for i in ledger("overdue", "--format", "json").json["items"] if i["id"] == ID)
    assert (item["proposed_level"], item["proposed_answer_by"]) == (None, None)
    assert ID not in ledger("urge", "--due", "--dry-run").out

    ok(ledger("notice", ID, "--out", tmp_path / "order.docx"))
    order = docx.Document(tmp_path / "order.docx")
    text = "\n".join(line.text for line in order.paragraphs)
    assert "于2026年1月20日前" in text
    assert "此前已于" not in text, "the urge of the day is the one that this notice is about"

    ledger.at(datetime(2026, 1, 12, 1, 0, tzinfo=UTC))
    ok(ledger("weekly", "--week", "2026-W02", "--out", tmp_path / "week.docx"))
    annex = docx.Document(tmp_path / "week.docx").tables[0]
    cells = next([cell.text for cell in row.cells] for row in annex.rows if row.cells[1].text == ID)
    assert cells[-2:] == ["约谈", "2026-01-20"]


def test_a_notice_about_a_task_in_time_does_not_ask_why_it_is_late(ledger, tmp_path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is in the office extra")
    ok(ledger("accept", ID, *LEAD))
    ok(ledger("notice", ID, "--out", tmp_path / "order.docx"))
    order = docx.Document(tmp_path / "order.docx")
    cells = [cell.text for row in order.tables[0].rows for cell in row.cells]
    assert "逾期原因" not in "\n".join([line.text for line in order.paragraphs] + cells)


def test_a_report_by_the_office_does_not_answer_an_urge(ledger) -> None:
    ok(ledger("accept", ID, *LEAD))
    ledger.at(datetime(2026, 1, 6, 1, 0, tzinfo=UTC))
    ok(ledger("urge", ID))
    ok(ledger("report", ID, "--note", "电话了解：设备在途", *OFFICE))
    assert item(ledger)["answered_on"] is None
    ok(ledger("report", ID, "--note", "设备到货", *LEAD))
    assert item(ledger)["answered_on"] == "2026-01-06"


@pytest.mark.parametrize(
    "argv",
    [
        ("urge",),
        ("urge", "T1.1", "--due"),
        ("urge", "T1.1", "--dept", "scjg"),
        ("urge", "--due", "--level", "urge"),
        ("urge", "T1.1", "--answer-by", "soon"),
        ("milestone", "drop", "T1.1"),
        ("milestone", "add", "T1.1", "--title", "x"),
        ("milestone", "add", "T1.1", "T1.2.1", "--title", "x", "--due", "2025-06-30"),
        ("milestone", "add", "T1.1", "--title", "x", "--due", "2025-06-31"),
        ("milestone", "done", "T1.1/m1", "--to", "2025-06-30"),
        ("milestone", "done", "T1.1/m9"),
        ("milestone", "move", "T1.1/m1", "--to", "2025-06-30"),
        ("milestones", "--due-within", "soon"),
        ("measure", "I3", "--year", "2024", "--value", "96,2", "--source", "x"),
        ("measure", "I33", "--year", "2024", "--value", "96.2", "--source", "x"),
        ("measure", "I3", "--year", "next", "--value", "96.2", "--source", "x"),
        ("measure", "I3", "--year", "2024", "--value", "96.2"),
        ("target", "I9", "--value", "318", "--document", "文"),
        ("score", "--year", "1999"),
        ("score", "--against", "today"),
        ("extend", "T1.1", "--to", "31.12.2025"),
        ("report", "T1.1", "--progress", "half"),
        ("mine", "--dept", "无此单位"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(ledger, argv) -> None:
    before = ledger("log", "--format", "json", "--limit", "1").json["items"][0]["seq"]
    answer = ledger(*argv)
    assert (answer.code, answer.out) == (2, "") and answer.err and "Traceback" not in answer.err
    assert ledger("log", "--format", "json", "--limit", "1").json["items"][0]["seq"] == before


def test_scores_follow_the_rules_and_the_deadline_asked_for(ledger) -> None:
    everything = ledger("tasks", "--dept", "tjj", "--format", "json").json["items"]
    assert everything == []  # a department that leads nothing has no points
    ok(ledger("accept", "T2.4.1", "--actor", "a@zrzy"))
    ok(ledger("submit", "T2.4.1", "--actor", "a@zrzy", "--evidence", "文1号"))
    ok(ledger("approve", "T2.4.1", *OFFICE, "--yes"))
    ledger.at(datetime(2026, 2, 2, 1, 0, tzinfo=UTC))

    def year(*more):
        return {s["dept"]: s for s in ledger("score", "--format", "json", *more).json["items"]}

    scored = year("--year", "2025")
    assert "tjj" not in scored
    assert (scored["zrzy"]["closed_in_time"], scored["zrzy"]["points"]) == (1, "100.0")
    lead = year("--year", "2026")["jxkj"]
    assert lead["overdue"] == lead["tasks"] and "zrzy" not in year("--year", "2026")
    assert lead["points"] == "40.0"  # overdue; the ledger was loaded later than this day: nothing is stale
    ok(ledger("extend", ID, "--to", "2026-06-30", "--reason", "x", *OFFICE))
    assert year()["jxkj"]["overdue"] == lead["overdue"] - 1
    assert year("--against", "original")["jxkj"]["overdue"] == lead["overdue"]
    assert "points" in ledger("score").out.lower()


def test_urges_of_the_year_that_nobody_answered_take_points(ledger) -> None:
    ledger.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    ok(ledger("urge", "T2.4.1", "--answer-by", "2026-01-12"))
    ledger.at(datetime(2026, 1, 12, 1, 0, tzinfo=UTC))

    def urges():
        scored = ledger("score", "--year", "2026", "--format", "json").json["items"]
        return next(s["unanswered"] for s in scored if s["dept"] == "zrzy")

    assert urges() == 0  # the last day of the answer
    ledger.at(datetime(2026, 1, 13, 1, 0, tzinfo=UTC))
    assert urges() == 1
    ok(ledger("accept", "T2.4.1", "--actor", "a@zrzy"))
    assert urges() == 1  # answered, but too late
    ok(ledger("urge", "T2.4.1", "--level", "reminder", "--answer-by", "2026-01-20"))
    ok(ledger("report", "T2.4.1", "--progress", "80", "--actor", "a@zrzy"))
    ledger.at(datetime(2026, 1, 26, 1, 0, tzinfo=UTC))
    assert urges() == 1


def test_undoing_puts_past_lists_right_again(ledger) -> None:
    ledger.at(datetime(2026, 1, 12, 1, 0, tzinfo=UTC))
    late = [row["id"] for row in ledger("overdue", "--as-of", "2026-01-05", "-f", "json").json["items"]]
    week = ok(ledger("weekly", "--week", "2026-W01", "-f", "json")).json
    assert "T1.3" in late
    ok(ledger("extend", "T1.3", "--to", "2027-06-30", "--on", "2025-12-20"))
    answer = ok(ledger("undo"))
    assert "It takes effect from 2025-12-20 on" in answer.err
    assert [
        row["id"] for row in ledger("overdue", "--as-of", "2026-01-05", "-f", "json").json["items"]
    ] == late
    again = ok(ledger("weekly", "--week", "2026-W01", "-f", "json")).json
    assert [row["id"] for row in again["overdue"]] == [row["id"] for row in week["overdue"]]
    entry = ok(ledger("log", "-n", "1", "-f", "json")).json["items"][0]
    assert (entry["effective_on"], entry["late"]) == ("2025-12-20", True)
    ok(ledger("extend", "T1.3", "--to", "2026-03-31", "--on", "2025-12-18"))


def test_the_office_grants_what_was_asked_for_only_when_it_says_so(ledger) -> None:
    ok(ledger("accept", "T1.2.3", *LEAD))
    ok(ledger("extend", "T1.2.3", *LEAD, "--to", "2026-03-31", "--reason", "晚到"))
    answer = ledger("extend", "T1.2.3", *OFFICE)
    assert answer.code == 2 and "2026-03-31" in answer.err and "晚到" in answer.err and "--yes" in answer.err
    assert item(ledger, "T1.2.3")["deadline"] == "2025-12-31"
    ok(ledger("extend", "T1.2.3", *OFFICE, "--yes"))
    assert item(ledger, "T1.2.3")["deadline"] == "2026-03-31"


def test_confirming_a_task_confirms_its_deadline(ledger) -> None:
    listed = ledger("tasks", "--format", "json").json["items"]
    proposed = next(one["id"] for one in listed if one["deadline_basis"] == "proposed")
    ok(ledger("confirm", proposed, *OFFICE))
    shown = item(ledger, proposed)
    assert (shown["basis"], shown["deadline_basis"]) == ("confirmed", "confirmed")
    assert ledger("confirm", proposed, *OFFICE).code == 1
    assert "nothing has changed" in ok(ledger("load", *OFFICE)).out


def test_an_undoing_describes_what_it_reverts_once(ledger) -> None:
    ok(ledger("accept", "T2.1.1", *LEAD))
    line = ok(ledger("undo", *LEAD, "--lang", "zh")).out
    assert "所撤登记号" not in line and "（撤销第 " in line and "[" not in line
    assert "所撤登记号：" in ok(ledger("log", "T2.1.1", "--lang", "zh")).out


@pytest.mark.parametrize(
    "words",
    [
        ("measure", "I1", "--year", "2024", "--value", "1", "--source", "x"),
        ("measure", "I1", "--year", "2023", "--value", "2", "--source", "x"),
        ("milestone", "move", "T2.1.1/m1", "--to", "2025-06-30", "--reason", "x"),
        ("milestone", "add", "T2.1.1", "--title", "x", "--due", "2025-06-30"),
        ("report", "T2.1.1", "--note", "x"),
        ("update", "T2.1.1", "--status", "active", "--note", "x"),
        ("assign", "T2.1.1", "--lead", "scjg"),
        ("extend", "T2.1.1", "--to", "2027-06-30"),
    ],
)
def test_a_repeated_request_answers_what_it_wrote(ledger, words):
    if words[0] == "measure":
        ok(ledger("measure", "I1", "--year", "2024", "--value", "3", "--source", "x", *OFFICE))
    first = ok(ledger(*words, "--request-id", "k", *OFFICE)).out
    again = ok(ledger(*words, "--request-id", "k", *OFFICE)).out
    assert "already written by this request" in again and again.split()[1] == first.split()[1]
