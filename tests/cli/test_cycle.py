"""The cycle through the program: every verb, its refusals, and what they leave in the ledger."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from qplan.cli.app import COMMANDS
from qplan.core.workflow import VERBS
from qplan.views import work

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
ID = "T2.1.1"


@pytest.fixture
def ledger(qplan, loaded, tmp_path, monkeypatch):
    """A copy of the loaded plan, on Monday 2025-03-03, nothing accepted yet."""
    import shutil

    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    return qplan


def item(qplan, ident=ID, *more):
    return qplan("show", ident, "--format", "json", *more).json["item"]


def ok(answer):
    assert answer.code == 0, answer.err
    return answer


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
    facts = {row.cells[0].text: row.cells[1].text for row in order.tables[0].rows}
    text = "\n".join(line.text for line in order.paragraphs)
    assert facts["回复时限"] == "2026年1月20日" and "于2026年1月20日前" in text
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


def test_milestones_are_added_done_moved_and_turn_the_light(ledger) -> None:
    ok(ledger("accept", ID, *LEAD, "--progress", "70"))  # a linear schedule expects 69 % on this day
    for mark in [m for m in item(ledger)["milestones"] if m["missed"]]:
        ok(ledger("milestone", "done", mark["id"], *LEAD))
    assert item(ledger)["light"] == "green"
    ok(ledger("milestone", "add", ID, *OFFICE, "--title", "方案印发", "--due", "2025-03-02"))
    shown = item(ledger)
    assert (shown["light"], f"{ID}/a1" in [m["id"] for m in shown["milestones"]]) == ("yellow", True)
    assert "milestones missed: 1" in shown["light_reason"]
    missed = ledger("milestones", "--missed", "--dept", "jxkj", "--format", "json").json["items"]
    assert f"{ID}/a1" in [m["id"] for m in missed]
    ok(ledger("milestone", "move", f"{ID.lower()}/a1", "--to", "2025-03-20", "--reason", "会期推迟", *OFFICE))
    near = ledger("milestones", "--due-within", "30", "--dept", "经信", "--format", "json").json["items"]
    assert [(m["id"], m["original_due"], m["missed"]) for m in near] == [(f"{ID}/a1", "2025-03-02", False)]
    ok(ledger("milestone", "done", f"{ID}/a1", *LEAD, "--note", "已印发"))
    assert item(ledger)["light"] == "green"
    assert "done" in ledger("milestones", "--dept", "jxkj").out
    assert ledger("milestones", "--missed", "--as-of", "2025-03-03", "--dept", "slj").code == 0


def test_milestones_that_people_added_survive_a_load(ledger) -> None:
    ok(ledger("milestone", "add", ID, "--title", "方案印发", "--due", "2025-06-30"))
    ok(ledger("load", "--yes"))
    assert f"{ID}/a1" in [m["id"] for m in item(ledger)["milestones"]]


def test_figures_and_targets(ledger) -> None:
    ok(
        ledger(
            "measure",
            "i3",
            "--year",
            "2024",
            "--value",
            "96.2",
            "--source",
            "年度监督抽查",
            "--on",
            "2025-01-20",
        )
    )
    shown = item(ledger, "I3")
    assert shown["actuals"] == [
        {"year": 2024, "period": "2024", "value": "96.2", "source": "年度监督抽查", "on": "2025-01-20"}
    ]
    assert (shown["attainment"], shown["light"]) == ("101.3", "green")
    ok(ledger("measure", "I3", "--year", "2024", "--value", "93.0", "--source", "复核"))
    assert [e["kind"] for e in item(ledger, "I3")["events"]][-2:] == ["actual.measure", "actual.correct"]
    assert item(ledger, "I3", "--as-of", "2025-02-01")["actuals"][0]["value"] == "96.2"
    waiting = item(ledger, "I9")
    assert (waiting["target_status"], waiting["light"], waiting["nature"]) == (
        "to_be_assigned",
        "waiting",
        "binding",
    )
    ok(
        ledger(
            "target",
            "I9",
            "--value",
            "318",
            "--unit",
            "天",
            "--operator",
            ">=",
            "--document",
            "绵环委〔2025〕3号",
        )
    )
    ok(ledger("measure", "I9", "--year", "2024", "--value", "310", "--source", "环境公报"))
    shown = item(ledger, "I9")
    assert (shown["target"], shown["unit"], shown["light"], shown["attainment"]) == (
        "318",
        "天",
        "red",
        "97.5",
    )
    ok(ledger("load", "--yes"))
    assert item(ledger, "I9")["target"] == "318"
    page = ledger("indicators", "--core", "--dept", "sthj", "--year", "2024").out
    assert "310天 (2024)" in page and "环境公报" in page
    assert (
        ledger("measure", "I3", "--year", "2024", "--value", "1", "--source", "x", "--actor", "a@slj").code
        == 1
    )


def test_figures_of_months_and_quarters_stand_beside_those_of_years(ledger) -> None:
    def figure(period: str, value: str, option: str = "--period") -> list[str]:
        return ["measure", "I3", option, period, "--value", value, "--source", "季报"]

    for period, value in (("2024-06", "91"), ("2024-Q3", "93"), ("2024年4月", "90")):
        ok(ledger(*figure(period, value)))
    shown = item(ledger, "I3")
    assert [(one["period"], one["value"]) for one in shown["actuals"]] == [
        ("2024-04", "90"), ("2024-06", "91"), ("2024-Q3", "93"),
    ]  # fmt: skip
    assert shown["attainment"] == "97.9"
    assert "93% (2024 Q3)" in ledger("indicators", "--core").out
    ok(ledger(*figure("2024", "96.2", "--year")))
    assert item(ledger, "I3")["attainment"] == "101.3"
    assert "2024-06" in ledger("show", "I3").out
    for wrong in (
        figure("2999-01", "1"),
        figure("六月底前后", "1"),
        [*figure("2024", "1"), "--year", "2024"],
    ):
        assert ledger(*wrong).code == 2
    assert ledger("measure", "I3", "--value", "1", "--source", "x").code == 2
    ok(ledger("undo", "--yes"))
    assert item(ledger, "I3")["attainment"] == "97.9"


def test_indicators_hang_on_their_tasks(ledger) -> None:
    shown = item(ledger, "C1.3")["indicators"]
    firms = next(i for i in shown if i["name"].startswith("高新技术企业"))
    assert (firms["baseline"], firms["target"]) == ("51", "200")
    ok(ledger("measure", firms["id"], "--year", "2023", "--value", "120", "--source", "科技统计"))
    assert "120" in ledger("show", "C1.3").out


def test_a_figure_can_be_undone_and_reported_again(ledger) -> None:
    if "undo" not in COMMANDS:
        pytest.skip("undo has no command yet")
    ok(ledger("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "年度监督抽查"))
    ok(ledger("undo", "--yes"))
    assert item(ledger, "I3")["actuals"] == []
    ok(ledger("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "年度监督抽查"))
    assert item(ledger, "I3")["actuals"][0]["value"] == "96.2"


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


def test_milestones_are_renamed_and_removed_and_a_load_leaves_them_so(ledger) -> None:
    first, second = (goal["id"] for goal in item(ledger)["milestones"][:2])
    ok(ledger("milestone", "rename", first, "--title", "改后的目标", *OFFICE))
    ok(ledger("milestone", "remove", second, "--reason", "并入总结", *OFFICE))
    ok(ledger("load", *OFFICE))
    titles = {goal["id"]: goal["title"] for goal in item(ledger)["milestones"]}
    assert titles[first] == "改后的目标" and second not in titles
    assert ledger("milestone", "rename", first, second, "--title", "x", *OFFICE).code == 2
    assert ledger("milestone", "remove", first, *OFFICE).code == 2
    assert ledger("milestone", "done", second, *OFFICE).code == 1
    ok(ledger("undo", "--yes", *OFFICE))
    assert second in {goal["id"] for goal in item(ledger)["milestones"]}


def test_confirming_a_task_confirms_its_deadline(ledger) -> None:
    listed = ledger("tasks", "--format", "json").json["items"]
    proposed = next(one["id"] for one in listed if one["deadline_basis"] == "proposed")
    ok(ledger("confirm", proposed, *OFFICE))
    shown = item(ledger, proposed)
    assert (shown["basis"], shown["deadline_basis"]) == ("confirmed", "confirmed")
    assert ledger("confirm", proposed, *OFFICE).code == 1
    assert "nothing has changed" in ok(ledger("load", *OFFICE)).out


def test_a_narrow_page_of_the_office_names_the_leads() -> None:
    """Whose task is blocked is what the office asks first; a department knows its own."""

    def rank(key):
        columns = {column.key: column for column in work._tasks(None, key, "", []).columns}
        return columns["lead"].rank

    assert rank("coordination") == rank("to_verify") == 0 < rank("overdue")


def test_an_undoing_describes_what_it_reverts_once(ledger) -> None:
    ok(ledger("accept", "T2.1.1", *LEAD))
    line = ok(ledger("undo", *LEAD, "--lang", "zh")).out
    assert "所撤登记号" not in line and "（撤销第 " in line and "[" not in line
    assert "所撤登记号：" in ok(ledger("log", "T2.1.1", "--lang", "zh")).out
