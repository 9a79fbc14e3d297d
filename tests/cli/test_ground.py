"""The ground floor through the program itself: parsing, exit codes, streams, the JSON contract."""

import os
import sqlite3
from datetime import UTC, datetime

import pytest

TASK_FIELDS = [
    "id",
    "kind",
    "title",
    "clause",
    "section",
    "column",
    "parent",
    "lead",
    "support",
    "leader",
    "owner",
    "basis",
    "confirmed",
    "deadline",
    "original_deadline",
    "extensions",
    "status",
    "progress",
    "light",
    "overdue_days",
    "overdue_workdays",
    "last_update",
    "note",
    "difficulty",
    "next_step",
    "closed_on",
    "closed_late",
    "version",
]
INDICATOR_FIELDS = [
    "id",
    "core",
    "name",
    "unit",
    "operator",
    "target",
    "target_status",
    "baseline",
    "baseline_year",
    "nature",
    "lead",
    "task",
    "clause",
    "deadline",
    "actuals",
    "attainment",
    "light",
]


def test_load_says_what_it_holds_and_a_second_load_changes_nothing(qplan):
    first = qplan("load")
    assert first.code == 0
    assert "83 tasks that somebody answers for" in first.out
    assert "11 core indicators" in first.out
    again = qplan("load")
    assert again.code == 0
    assert "nothing has changed since the last load" in again.out
    assert qplan("log", "--format", "json").json["ledger"]["seq"] == len(
        qplan("log", "--format", "json").json["items"]
    )


def test_a_dry_run_of_a_load_writes_nothing(qplan, tmp_path):
    answer = qplan("load", "--dry-run", "--format", "json")
    assert answer.code == 0
    assert answer.json["dry_run"] is True
    assert {item["kind"] for item in answer.json["items"]} == {
        "plan.define", "department.define", "task.define", "milestone.define", "indicator.define",
    }  # fmt: skip
    assert not (tmp_path / "ledger.db").exists()


def test_the_envelope_and_the_fields_of_a_task(qplan, ledger):
    answer = qplan("tasks", "--format", "json").json
    assert list(answer)[:4] == ["schema", "kind", "as_of", "ledger"]
    assert (answer["schema"], answer["kind"], answer["as_of"]) == (1, "tasks", "2026-11-23")
    assert set(answer["ledger"]) == {"id", "seq", "head"}
    assert len(answer["items"]) == 83
    for item in answer["items"]:
        assert set(TASK_FIELDS) <= set(item)
        assert item["kind"] in ("task", "column_item", "safeguard")
        assert item["basis"] in ("plan", "proposed")
        assert isinstance(item["support"], list)
        assert item["light"] == "red"  # every deadline of the plan has passed by then
        assert item["overdue_days"] == 327


def test_headings_only_when_asked_for(qplan, ledger):
    kinds = [item["kind"] for item in qplan("tasks", "--all", "--format", "json").json["items"]]
    assert kinds.count("group") == 6 + 23 + 9 - 14  # the 14 subtasks without measures answer themselves
    assert len(kinds) == 83 + kinds.count("group")


def test_the_fields_of_an_indicator(qplan, ledger):
    items = qplan("indicators", "--core", "--format", "json").json["items"]
    assert [item["id"] for item in items] == [f"I{n}" for n in range(1, 12)]
    for item in items:
        assert set(INDICATOR_FIELDS) <= set(item)
    assert [i["id"] for i in items if i["nature"] == "binding"] == ["I9", "I11"]
    assert {i["target_status"] for i in items if i["nature"] == "binding"} == {"to_be_assigned"}


@pytest.mark.parametrize("name", ["scjg", "SCJG", "市场监管", "市监局", "市场监"])
def test_a_department_goes_by_many_names(qplan, ledger, name):
    items = qplan("tasks", "--dept", name, "--format", "json").json["items"]
    assert len(items) == 33
    assert {item["lead"] for item in items} == {"scjg"}


def test_support_adds_the_tasks_a_department_supports(qplan, ledger):
    items = qplan("tasks", "--dept", "fgj", "--support", "--format", "json").json["items"]
    assert any(item["lead"] != "fgj" for item in items)
    assert all(item["lead"] == "fgj" or "fgj" in item["support"] for item in items)


def test_dept_without_a_value_groups_by_lead(qplan, ledger):
    answer = qplan("tasks", "--dept")
    assert answer.code == 0
    assert "区市场监管局 (scjg): 33" in answer.out
    assert qplan("tasks", "--dept", "--limit", "3").code == 0


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--column", "3"), {f"C3.{n}" for n in range(1, 10)}),
        (("--under", "t1.2"), {"T1.2.1", "T1.2.2", "T1.2.3", "C1.1", "C1.2", "C1.3", "C1.4"}),
        (("--search", "明厨亮灶"), {"T2.1.3"}),
        (("--status", "已销号"), set()),
        (("--status", "assigned", "--column", "8"), {"C8.1", "C8.2"}),
        (("--due-before", "2025-12-31"), set()),
        (("--as-of", "2025-12-15", "--due-within", "16", "--column", "8"), {"C8.1", "C8.2"}),
        (("--as-of", "2025-12-15", "--due-within", "15"), set()),
        (("--overdue", "--as-of", "2025-12-31"), set()),
        (("--overdue", "--as-of", "2026-01-01", "--column", "8"), {"C8.1", "C8.2"}),
        (("--light", "红灯", "--column", "8"), {"C8.1", "C8.2"}),
        (("--light", "green"), set()),
    ],
)
def test_filters(qplan, ledger, options, wanted):
    answer = qplan("tasks", *options, "--format", "json")
    assert answer.code == 0, answer.err
    assert {item["id"] for item in answer.json["items"]} == wanted


def test_update_goes_through_the_transition_table(qplan, ledger):
    done = qplan("update", "t2.1.2", "--status", "active", "--progress", "40", "--note", "样板基地选址")
    assert done.code == 0, done.err
    assert "T2.1.2" in done.out
    assert "no. " in done.out
    item = qplan("show", "T2.1.2", "--format", "json").json["item"]
    assert (item["status"], item["progress"], item["note"]) == ("active", 40, "样板基地选址")
    assert item["last_update"] == "2026-11-23"
    assert item["events"][-1]["kind"] == "task.accept"
    refused = qplan("update", "T2.1.2", "--status", "closed")
    assert refused.code == 1
    assert "submit" in refused.err
    assert qplan("show", "T2.1.2", "--format", "json").json["item"]["version"] == item["version"]


def test_several_ids_are_one_transaction(qplan, ledger):
    assert qplan("update", "T1.1", "T1.3", "--status", "active").code == 0
    before = qplan("log", "--format", "json").json["ledger"]
    # T1.1 could be blocked, C1.1 is not accepted yet: neither is changed
    refused = qplan("block", "T1.1", "C1.1", "--difficulty", "缺资金", "--needs", "拨付")
    assert refused.code == 1
    assert "C1.1" in refused.err
    assert qplan("log", "--format", "json").json["ledger"] == before


def test_many_tasks_are_not_changed_without_being_asked(qplan, ledger):
    ids = ("T1.1", "T1.3", "C1.1", "C1.2")
    refused = qplan("update", *ids, "--status", "active")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert qplan("update", *ids, "--status", "active", "--yes").code == 0


def test_a_stale_writer_is_told(qplan, ledger):
    version = qplan("show", "T1.1", "--format", "json").json["item"]["version"]
    assert qplan("update", "T1.1", "--status", "active").code == 0
    late = qplan("update", "T1.1", "--progress", "5", "--if-version", version)
    assert late.code == 4
    assert "qplan show T1.1" in late.err


def test_overdue_and_its_exit_code(qplan, ledger):
    answer = qplan("overdue", "--as-of", "2026-01-15", "--format", "json")
    assert len(answer.json["items"]) == 83
    first = answer.json["items"][0]
    # 2026-01-01 to -03 are the New Year holiday, 2026-01-04 (a Sunday) is a working day
    assert (first["overdue_days"], first["overdue_workdays"]) == (15, 10)
    assert first["proposed_level"] == "reminder"
    assert qplan("overdue", "--as-of", "2026-01-15", "--exit-code").code == 5
    assert qplan("overdue", "--as-of", "2025-12-31", "--exit-code").code == 0
    assert qplan("overdue", "--as-of", "2025-12-31", "--format", "json").json["items"] == []


def test_weekly_has_its_parts(qplan, ledger):
    week = qplan("weekly", "--week", "2026-W02", "--format", "json").json
    assert (week["week"], week["from"], week["to"], week["as_of"]) == (
        "2026-W02", "2026-01-05", "2026-01-11", "2026-01-11",
    )  # fmt: skip
    for part in ["totals", "overdue", "newly_overdue", "due_soon", "stale", "closed", "submitted", "by_dept"]:
        assert part in week
    assert len(week["overdue"]) == 83
    assert week["newly_overdue"] == []
    assert len(qplan("weekly", "--week", "2026-W01", "--format", "json").json["newly_overdue"]) == 83
    for fmt in ("table", "md", "json"):
        assert qplan("weekly", "--week", "2026-W02", "--format", fmt).code == 0


def test_a_week_is_the_same_on_any_later_day(qplan, ledger):
    first = {
        fmt: qplan("weekly", "--week", "2026-W02", "--format", fmt).out
        for fmt in ("table", "md", "json", "csv")
    }
    assert qplan("update", "T1.1", "--status", "active", "--progress", "50").code == 0
    qplan.at(datetime(2027, 1, 2, tzinfo=UTC))
    for fmt, text in first.items():
        assert qplan("weekly", "--week", "2026-W02", "--format", fmt).out == text


def test_the_default_week_is_the_last_complete_one(qplan, ledger):
    assert qplan("weekly", "--format", "json").json["week"] == "2026-W47"


def test_weekly_can_be_asked_as_of_a_day(qplan, ledger):
    """The last complete week before that day; a week is listed up to it, and not before it begins."""
    first = qplan("weekly", "--as-of", "2026-01-12", "--format", "json").json
    assert (first["week"], first["as_of"]) == ("2026-W02", "2026-01-11")
    within = qplan("weekly", "--week", "2026-W02", "--as-of", "2026-01-07", "--format", "json").json
    assert within["as_of"] == "2026-01-07"
    assert within["overdue"][0]["overdue_days"] == 7
    for more in ((), ("--as-of", "2026-12-31")):
        refused = qplan("weekly", "--week", "2030-W01", *more)
        assert (refused.code, refused.out) == (2, "")
        assert "2029-12-31" in refused.err


def test_undoing_and_a_late_closing_are_told_in_chinese(qplan, ledger):
    """Taking an entry back is not 撤销任务, which would mean that the task was called off."""
    qplan("accept", "T1.1")
    qplan("submit", "T1.1", "--evidence", "文〔2026〕1号")
    qplan("approve", "T1.1", "--actor", "another", "--yes")
    closed = qplan("show", "T1.1", "--lang", "zh").out
    assert "（逾期完成）" in closed and "after its" not in closed
    qplan("undo")
    said = qplan("log", "T1.1", "--limit", "1", "--lang", "zh").out
    assert "撤销登记（任务）" in said and "所撤登记号：" in said


def test_what_a_chinese_keyboard_writes_is_understood(qplan, ledger):
    """Full-width letters, digits and signs where a program expects plain ones."""
    as_lead = ("--actor", "李＠经信局")
    assert (
        qplan("accept", "Ｔ１．２．１", *as_lead, "--progress", "２０％", "--on", "２０２６－１１－２０").code
        == 0
    )
    entry = qplan("log", "ｔ１.2.1", "--format", "json").json["items"][-1]
    assert (entry["actor"], entry["effective_on"]) == ("李@jxkj", "2026-11-20")
    assert entry["after"]["progress"] == 20
    assert len(qplan("tasks", "--limit", "３", "--format", "json").json["items"]) == 3
    assert qplan("measure", "Ｉ３", "--year", "２０２４", "--value", "９６．２", "--source", "抽查").code == 0
    assert qplan("show", "I3", "--format", "json").json["item"]["actuals"][0]["value"] == "96.2"
    assert qplan("weekly", "--week", "２０２６－Ｗ０２", "--format", "json").json["week"] == "2026-W02"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("show", "T9.9"), "T9.9"),
        (("update", "T2.1.9", "--progress", "5"), "T2.1.3"),  # the nearest ones are offered
        (("tasks", "--dept", "市长"), "市长"),
        (("tasks", "--dept", "区"), ""),
        (("tasks", "--due-before", "2026-02-30"), "2026-02-30"),
        (("tasks", "--as-of", "soon"), "soon"),
        (("tasks", "--status", "done"), "submitted (to verify), closed"),
        (("tasks", "--status", "逾期"), "--overdue"),
        (("tasks", "--status", "nosuch"), "active"),
        (("tasks", "--light", "purple"), "red"),
        (("tasks", "--sort", "title; DROP TABLE task"), "--sort"),
        (("tasks", "--column", "x"), "--column"),
        (("update", "T1.1", "--progress", "101"), "0 to 100"),
        (("update", "T1.1", "--progress", "-1"), ""),
        (("update", "T1.1", "--progress", "ten"), "0 to 100"),
        (("update", "T1.1"), "--progress"),
        (("update", "T1.1", "--status", "active", "--on", "2026-11-24"), "future"),
        (("weekly", "--week", "2026-54"), "2026-54"),
        (("overdue", "--against", "nothing"), "--against"),
        (("summary", "--by", "moon"), "--by"),
        (("load", "nowhere.yaml"), "nowhere.yaml"),
        (("tasks", "--format", "pdf"), "pdf"),
    ],
)
def test_bad_input_is_told_and_exits_2(qplan, ledger, argv, said):
    before = ledger.read_bytes()
    answer = qplan(*argv)
    assert answer.code == 2, answer
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert ledger.read_bytes() == before


def test_no_ledger_yet(qplan):
    answer = qplan("tasks")
    assert answer.code == 2
    assert "qplan load" in answer.err


@pytest.mark.parametrize("content", [b"", b"no database at all, just some text that is long enough", None])
def test_what_is_not_a_ledger_is_refused(qplan, tmp_path, content):
    path = tmp_path / "ledger.db"
    if content is None:
        sqlite3.connect(path).execute("CREATE TABLE something (a)").connection.close()
    else:
        path.write_bytes(content)
    for argv in (("tasks",), ("update", "T1.1", "--progress", "1"), ("load",)):
        answer = qplan(*argv)
        assert answer.code == 2, answer
        assert str(path) in answer.err


def test_a_newer_ledger_is_refused(qplan, ledger):
    with sqlite3.connect(ledger) as db:
        db.execute("PRAGMA user_version = 99")
    answer = qplan("tasks")
    assert answer.code == 2
    assert "newer" in answer.err


def test_both_languages(qplan, ledger):
    assert "待签收" in qplan("tasks", "--lang", "zh").out
    assert "to accept" in qplan("tasks", "--lang", "en").out


def test_every_look_prints_in_every_format(qplan, ledger, tmp_path):
    calls = [
        ("tasks",), ("tasks", "--tree"), ("show", "T2.1"), ("show", "T2.1.3"), ("show", "C1.3"), ("show", "I9"), ("depts",),
        ("indicators",), ("summary", "--by", "section"), ("summary", "--by", "column"), ("log", "T1.1"), (), ("overdue",),
    ]  # fmt: skip
    for call in calls:
        for fmt in ("table", "json", "csv", "tsv", "md", "html"):
            answer = qplan(*call, "--format", fmt)
            assert answer.code == 0, (call, fmt, answer.err)
            assert answer.out.strip()


def test_out_infers_the_format_from_the_suffix(qplan, ledger, tmp_path):
    target = tmp_path / "list.csv"
    assert qplan("tasks", "--dept", "scjg", "--out", target).code == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(target.read_text("utf-8-sig").splitlines()) == 34


def test_the_ledger_is_private(qplan, tmp_path, monkeypatch):
    monkeypatch.delenv("QPLAN_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "new"))
    monkeypatch.setattr("sys.platform", "linux")
    place = tmp_path / "new" / "qplan" / "ledger.db"
    assert qplan("load").code == 0
    assert oct(os.stat(place).st_mode & 0o777) == "0o600"
    assert oct(os.stat(place.parent).st_mode & 0o777) == "0o700"


def test_show_hangs_targets_on_their_task(qplan, ledger):
    item = qplan("show", "C1.3", "--format", "json").json["item"]
    firms = next(i for i in item["indicators"] if i["name"].startswith("高新技术企业"))
    assert (firms["baseline"], firms["target"]) == ("51", "200")


def test_check_reports_contradictions_as_remarks(qplan):
    answer = qplan("check")
    assert answer.code == 0
    assert "Q20" in answer.out
    assert "98%" in answer.out


def test_texts_are_kept_in_composed_form(qplan, ledger):
    decomposed, composed = "cafe\u0301 改造", "caf\u00e9 改造"
    assert qplan("update", "T1.1", "--status", "active", "--note", decomposed).code == 0
    assert qplan("show", "T1.1", "--format", "json").json["item"]["note"] == composed
    assert qplan("verify").code == 0
    again = qplan("update", "T1.1", "--note", composed, "--progress", "5")
    assert again.code == 0
    assert "caf" not in again.out  # the note is the same: nothing about it is written


def test_a_bare_load_does_not_replace_an_edited_plan_unasked(qplan, ledger, tmp_path):
    import shutil

    from qplan.plan.bundled import folder

    shutil.copytree(folder(), tmp_path / "plan")
    tasks = tmp_path / "plan" / "plan_tasks.yaml"
    text = tasks.read_text("utf-8")
    title = next(
        line for line in text.splitlines() if line.strip().startswith("title:") and "规划" not in line
    )
    tasks.write_text(text.replace(title, f"{title}（修订）", 1), "utf-8")
    assert qplan("load", tmp_path / "plan").code == 0
    before = qplan("export", "--journal").out
    assert qplan("load").code == 0, "it reads again the plan that the ledger was loaded from"
    assert qplan("export", "--journal").out == before


def test_check_counts_one_problem_in_the_singular(qplan, tmp_path):
    text = "format: 1\nplan: {id: a, title: b, begins: 2025-01-01, ends: 2025-12-31, office: o}\n"
    text += "departments: [{id: o, name: O, role: office}]\ntasks: [{no: 1, title: c, lead: nobody, deadline: 2025}]\n"
    (tmp_path / "plan_tasks.yaml").write_text(text, "utf-8")
    answer = qplan("check", str(tmp_path), "--lang", "en")
    assert answer.code == 2 and answer.err == "1 problem, 1 remark\n"
