"""Sentences that must not mislead: each says what is the case and what to do about it."""

from __future__ import annotations

import json

import pytest


def refused(answer, *words, code=2):
    assert (answer.code, answer.out) == (code, ""), answer
    for word in words:
        assert word in answer.err
    assert "inside qplan" not in answer.err
    return answer.err


@pytest.mark.parametrize(
    "argv", [("tasks",), ("weekly", "--week", "2019-W01"), ("show", "T1.1"), ("dashboard",), ("summary",)]
)
def test_before_the_plans_first_day_the_plan_is_not_missing(qplan, ledger, argv):
    where = () if "--week" in argv else ("--as-of", "2019-01-01")
    assert "qplan load" not in refused(qplan(*argv, *where), "2021-01-01")


def test_two_plans_of_one_title_are_told_apart(qplan, ledger, tmp_path):
    import qplan.plan.bundled as bundled

    folder = tmp_path / "plan"
    import shutil

    shutil.copytree(bundled.folder(), folder)
    text = (folder / "plan_tasks.yaml").read_text(encoding="utf-8")
    ident = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("  id:"))
    (folder / "plan_tasks.yaml").write_text(
        text.replace(f"  id: {ident}", "  id: another", 1), encoding="utf-8"
    )
    refused(qplan("load", folder, "--yes"), ident, "another", code=1)


def test_a_device_is_not_to_be_removed(qplan):
    assert "emove" not in refused(qplan("tasks", "--ledger", "/dev/null"), "/dev/null")


@pytest.mark.parametrize("given", [("--out", "j.xlsx"), ("--out", "j.csv"), ("--format", "csv")])
def test_the_journal_is_written_as_json_lines_only(qplan, ledger, tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    refused(qplan("export", "--journal", *given), "JSON lines")
    assert not (tmp_path / given[1]).exists()


def test_a_long_cell_is_not_a_missing_quote(qplan, ledger, tmp_path):
    assert qplan("accept", "T1.1").code == 0
    (tmp_path / "r.csv").write_text("id,note\nT1.1," + "长" * 200_000 + "\n", encoding="utf-8")
    assert "quotes" not in refused(qplan("update", "--from", tmp_path / "r.csv"), "200000")


def test_brackets_without_end_are_bad_json(qplan, ledger, tmp_path):
    (tmp_path / "r.jsonl").write_text('{"id": ' + "[" * 200_000 + "\n", encoding="utf-8")
    refused(qplan("update", "--from", tmp_path / "r.jsonl"), "r.jsonl:1:", "JSON")
    (tmp_path / "j.jsonl").write_text("[" * 200_000, encoding="utf-8")
    refused(qplan("import", tmp_path / "j.jsonl", "--ledger", tmp_path / "n.db"), "j.jsonl")


def test_an_unknown_column_is_quoted_in_short(qplan, ledger, tmp_path):
    (tmp_path / "r.csv").write_text("id," + "x" * 5000 + "\nT1.1,1\n", encoding="utf-8")
    assert len(refused(qplan("update", "--from", tmp_path / "r.csv"), "unknown column")) < 600


def test_a_bad_id_of_a_group_is_no_cycle(qplan, tmp_path):
    (tmp_path / "plan_tasks.yaml").write_text(
        "format: 1\n"
        "plan: {id: p, title: x, office: a, begins: 2021-01-01, ends: 2025-12-31}\n"
        "departments:\n  - {id: a, name: 甲, role: office}\n"
        "tasks:\n  - id: 坏 id\n    title: g\n    clause: 一\n    tasks:\n"
        "      - {id: T1.1, title: t, clause: 一1, lead: a, recurs: 3}\n",
        encoding="utf-8",
    )
    answer = qplan("check", tmp_path)
    assert answer.code == 2 and "is no id" in answer.out
    assert "cycle" not in answer.out and "`clause`?" not in answer.out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("list", "qplan tasks"),
        ("ls", "qplan tasks"),
        ("search", "--search"),
        ("done", "qplan submit"),
        ("rm", "qplan terminate"),
        ("history", "qplan log"),
        ("edit", "qplan update"),
        ("overdeu", "overdue"),
        ("add", "qplan milestone add"),
        ("status", "qplan summary"),
        ("diff", "qplan changes"),
        ("init", "qplan load"),
        ("close", "qplan submit"),
        ("new", "qplan load"),
        ("register", "qplan log"),
        ("balance", "qplan summary"),
        ("merge", "qplan collect"),
        ("clone", "qplan backup"),
        ("checkout", "--as-of"),
    ],
)
def test_words_of_other_programs_lead_to_the_command(qplan, typed, meant):
    refused(qplan(typed), meant)


def test_a_long_option_with_one_dash_is_one(qplan, ledger, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(qplan("tasks", "-overdue"), "--overdue")
    refused(qplan("tasks", "-dept", "scjg"), "--dept")
    assert qplan("tasks", "-n5").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_a_command_with_a_dash_is_no_output_file(qplan, ledger, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "verdue”" not in refused(qplan("-overdue"), "-overdue", "qplan overdue")
    assert not list(tmp_path.glob("verdue*"))


def test_open_steps_are_those_that_have_something_to_act_on(qplan, ledger):
    before = qplan("resume", "T1.1")
    assert "--refuse" not in before.err and "confirm" in before.err
    assert qplan("confirm", "T1.1").code == 0
    assert "confirm" not in qplan("resume", "T1.1").err
    lead = ("--actor", "li@scjg", "--on", "2025-12-01")
    assert qplan("accept", "T1.3", *lead).code == 0
    assert "--refuse" not in qplan("resume", "T1.3").err
    assert qplan("extend", "T1.3", "--to", "2027-06-30", "--reason", "x", *lead).code == 0
    assert "--refuse" in qplan("resume", "T1.3").err


@pytest.mark.parametrize("command", ["load", "check"])
def test_a_missing_plan_is_not_sought_in_the_plans_folder(qplan, tmp_path, command):
    for path in (tmp_path, tmp_path / "none"):
        answer = qplan(command, path)
        assert answer.code == 2 and "plan_tasks.yaml" in answer.err + answer.out
        assert "relative" not in answer.err + answer.out


def test_no_question_is_asked_about_what_is_no_backup(qplan, ledger, tmp_path):
    paper = tmp_path / "paper.txt"
    paper.write_text("x" * 2000)
    for path, word in ((tmp_path / "none.db", "no backup"), (paper, "no backup"), (ledger, "ledger itself")):
        for more in ((), ("--yes",)):
            sentence = refused(qplan("restore", path, *more), word)
            assert (
                "takes the place" not in sentence
                and "qplan load" not in sentence
                and "--ledger" not in sentence
            )


def test_a_refused_period_names_the_option_that_was_given(qplan, ledger):
    for option in ("--year", "--period"):
        sentence = refused(qplan("measure", "I1", option, "2099", "--value", "1", "--source", "x"), option)
        assert ("--period" in sentence) is (option == "--period")


def test_an_empty_argument_is_no_option_to_leave_out(qplan):
    assert "option" not in refused(qplan("config", "set", "ledger", ""), "empty")


@pytest.mark.parametrize("format", ["table", "md", "csv", "tsv", "html", "json", "ics"])
def test_a_weeks_file_of_any_format_is_written_again_after_a_late_entry(qplan, ledger, tmp_path, format):
    folder = tmp_path / "weeks"
    words = ("weekly", "--week", "2026-W40", "--format", format, "--out", f"{folder}/")
    assert qplan(*words).code == 0
    assert qplan("accept", "T1.1", "--on", "2026-09-29").code == 0
    again = qplan(*words)
    assert again.code == 0, again.err
    assert "eplaced" in again.err
    (file,) = folder.iterdir()
    file.write_text("my own words\n" * 3, encoding="utf-8")
    refused(qplan(*words), "not written by qplan", code=1)


def test_json_of_a_limited_list_has_the_total(qplan, ledger):
    document = json.loads(qplan("tasks", "--limit", "1", "--format", "json").out)
    assert (document["total"], len(document["items"])) == (83, 1)
