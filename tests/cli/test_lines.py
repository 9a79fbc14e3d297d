"""Texts of reports keep their line breaks, whichever way they come in; a list has them in one line."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
docx = pytest.importorskip("docx", reason="python-docx is in the office extra")

TYPED = " 1.监测 320 批次；\r\n2.培训 3 场。\n\n"
KEPT = "1.监测 320 批次；\n2.培训 3 场。"
IN_A_LINE = "1.监测 320 批次； / 2.培训 3 场。"


@pytest.fixture
def ledger(qplan, loaded, tmp_path, monkeypatch):
    shutil.copy(loaded, tmp_path / "ledger.db")
    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.setenv("QPLAN_ACTOR", "张@scjg")
    monkeypatch.chdir(tmp_path)
    return qplan


def notes(ledger, ident="T2.1.3"):
    item = ledger("show", ident, "--format", "json").json["item"]
    return item["note"], item["difficulty"], item["needs"], item["next_step"]


def test_the_command_line_keeps_the_lines_and_says_so_in_one(ledger):
    answer = ledger(
        "block", "T2.1.3", "--note", TYPED, "--difficulty", TYPED, "--needs", TYPED, "--next", TYPED
    )
    assert answer.code == 2 or answer.code == 1  # it is not accepted yet
    ledger("accept", "T2.1.3", "--yes")
    answer = ledger(
        "block", "T2.1.3", "--note", TYPED, "--difficulty", TYPED, "--needs", TYPED, "--next", TYPED
    )
    assert answer.code == 0, answer.err
    assert answer.out.count("\n") == 1 and answer.out.count(IN_A_LINE) == 4
    assert notes(ledger) == (KEPT,) * 4
    assert ledger("verify").code == 0
    assert ledger("export", "--journal", "--out", "journal.jsonl").code == 0
    assert ledger("import", "journal.jsonl", "--ledger", "other.db", "--yes").code == 0
    assert ledger("show", "T2.1.3", "--format", "json", "--ledger", "other.db").json["item"]["note"] == KEPT


@pytest.mark.parametrize("kind", ["xlsx", "csv", "tsv", "jsonl"])
def test_files_keep_the_lines(ledger, tmp_path, kind):
    rows = [["编号", "进展情况", "存在困难", "需协调事项", "下一步措施"], ["T2.1.3", *[TYPED] * 4]]
    path = tmp_path / f"reports.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif kind == "jsonl":
        keys = ("id", "note", "difficulty", "needs", "next")
        path.write_text(json.dumps(dict(zip(keys, rows[1], strict=True)), ensure_ascii=False), "utf-8")
    else:
        out = io.StringIO()
        csv.writer(out, delimiter="," if kind == "csv" else "\t").writerows(rows)
        path.write_text(out.getvalue(), "utf-8", newline="")
    answer = ledger("update", "--from", str(path), "--yes")
    assert answer.code == 0, answer.err
    assert notes(ledger) == (KEPT,) * 4


def test_a_form_keeps_the_lines_of_lead_and_support_and_counts_once(ledger, tmp_path):
    ledger("accept", "T2.1.3", "--on", "2026-11-19", "--yes")
    assert ledger("forms", "--out", "forms", "-d", "scjg", "-d", "nync", "--actor", "李@zlb").code == 0
    for path in (tmp_path / "forms").glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        sheet = book["任务进展"]
        top = next(row for row in sheet.iter_rows() if any(cell.value == "编号" for cell in row))
        columns = {cell.value: cell.column for cell in top}
        row = next(
            n
            for n in range(top[0].row, sheet.max_row + 1)
            if sheet.cell(n, columns["编号"]).value == "T2.1.3"
        )
        sheet.cell(row, columns["本次进展情况"]).value = TYPED
        book.save(path)
    assert ledger("collect", "forms", "--yes", "--on", "2026-11-20").code == 0
    item = ledger("show", "T2.1.3", "--format", "json").json["item"]
    assert item["note"] == KEPT
    assert item["support_note"] == "nync 2026-11-20 1.监测 320 批次；\n 2.培训 3 场。"
    seq = ledger("log", "--format", "json").json["ledger"]["seq"]
    assert ledger("collect", "forms", "--yes").code == 0
    assert ledger("log", "--format", "json").json["ledger"]["seq"] == seq
    answer = ledger("changes", "--since", "2026-11-19", "--format", "json")
    assert answer.code == 0, answer.err
    entry = answer.json
    assert KEPT in json.dumps(entry, ensure_ascii=False).replace("\\n", "\n")


def test_every_format_shows_the_lines_and_a_list_has_them_in_one(ledger, tmp_path):
    ledger("report", "T2.1.3", "--note", TYPED)
    words = ("tasks", "--search", "320", "--columns", "id,note")
    assert IN_A_LINE in ledger(*words).out
    assert KEPT.replace("\n", "<br>") in ledger(*words, "--format", "md").out
    assert KEPT.replace("\n", "<br>") in ledger(*words, "--format", "html").out
    assert KEPT in ledger(*words, "--format", "csv").out
    assert KEPT.replace("\n", "\\n") in ledger(*words, "--format", "tsv").out
    assert ledger(*words, "--format", "json").json["items"][0]["note"] == KEPT
    for kind in ("xlsx", "docx", "csv"):
        assert ledger(*words, "--out", f"list.{kind}").code == 0
    sheet = openpyxl.load_workbook("list.xlsx").active
    assert KEPT in [cell.value for row in sheet.iter_rows() for cell in row]
    cells = [
        cell.text for table in docx.Document("list.docx").tables for row in table.rows for cell in row.cells
    ]
    assert KEPT in cells
    answer = ledger("update", "--from", "list.csv", "--yes")
    assert answer.code == 1 and answer.err, answer.out
