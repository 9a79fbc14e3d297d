"""``update --from``: a file of reports is one command."""

from __future__ import annotations

import io
import sqlite3
import sys
from types import SimpleNamespace

import pytest

ROWS = "id,status,progress,note\nT1.1,active,20,开工\nT1.3,active,,受理\nS1,active,5,\n"


@pytest.fixture
def ledger(qplan, loaded, tmp_path):
    import shutil

    shutil.copy(loaded, tmp_path / "ledger.db")
    return qplan


def entries(tmp_path):
    return sqlite3.connect(tmp_path / "ledger.db").execute("SELECT count(*) FROM event").fetchone()[0]


def test_a_file_is_written_whole(ledger, tmp_path):
    (tmp_path / "r.csv").write_text(ROWS, encoding="utf-8")
    answer = ledger("update", "--from", str(tmp_path / "r.csv"), "--format", "json")
    assert answer.code == 0, answer.err
    assert [item["subject"] for item in answer.json["items"]] == ["T1.1", "T1.3", "S1"]
    shown = ledger("show", "T1.1", "--format", "json").json["item"]
    assert (shown["status"], shown["progress"], shown["note"]) == ("active", 20, "开工")


def test_one_bad_line_and_nothing_is_written(ledger, tmp_path):
    before = entries(tmp_path)
    (tmp_path / "r.csv").write_text(ROWS + "T1.2.1,closed,,\nT9.9,active,,\n", encoding="utf-8")
    answer = ledger("update", "--from", str(tmp_path / "r.csv"), "--yes")
    assert answer.code == 2
    assert (
        "r.csv:5:1: T1.2.1" in answer.err
        and "r.csv:6:1: " in answer.err
        and "nothing was written" in answer.err
    )
    assert entries(tmp_path) == before


def test_what_file_and_ledger_find_wrong_is_told_at_once_in_the_order_of_the_lines(ledger, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("id,status\nT1.1,active\n", encoding="utf-8")
    words = ("update", "--from", str(path), "--request-id", "k1")
    assert ledger(*words).code == 0
    before = entries(tmp_path)
    path.write_text(
        "id,status,progress\nT9.9,,1\nT1.1,,130\nＴ１．１,closed,3\nS1,active,4\nT9.8,,1\n", encoding="utf-8"
    )
    answer = ledger(*words)  # that its request was written before does not hide what is wrong with it
    assert answer.code == 2 and entries(tmp_path) == before
    told = [line.partition("r.csv:")[2] for line in answer.err.splitlines() if "r.csv:" in line]
    assert [line.split(":")[:2] for line in told] == [
        ["2", "1"],
        ["3", "7"],
        ["4", "1"],
        ["6", "1"],
    ], answer.err


def test_standard_input_and_a_version_that_has_moved_on(ledger, tmp_path, monkeypatch):
    before = entries(tmp_path)
    rows = '{"id": "T1.1", "note": "a", "version": 1}\n'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(rows.encode()), isatty=lambda: False))
    answer = ledger("update", "--from", "-")
    assert answer.code == 2 and "standard input:1:1" in answer.err and "changed meanwhile" in answer.err
    assert entries(tmp_path) == before


def test_many_lines_are_asked_about_and_a_retry_writes_nothing_twice(ledger, tmp_path):
    (tmp_path / "r.csv").write_text(ROWS + "S2,active,1,\n", encoding="utf-8")
    words = ("update", "--from", str(tmp_path / "r.csv"), "--request-id", "k1")
    assert "--yes" in ledger(*words).err
    first = ledger(*words, "--yes")
    assert first.code == 0, first.err
    written = entries(tmp_path)
    assert "already written" in ledger(*words, "--yes").out and entries(tmp_path) == written


@pytest.mark.parametrize("words", [("T1.1",), ("--note", "x"), ("--if-version", "3")])
def test_nothing_stands_beside_a_file(ledger, tmp_path, words):
    (tmp_path / "r.csv").write_text(ROWS, encoding="utf-8")
    assert ledger("update", *words, "--from", str(tmp_path / "r.csv")).code == 2


def test_without_ids_and_without_a_file_it_asks_which(ledger):
    answer = ledger("update", "--note", "x")
    assert answer.code == 2 and "--from" in answer.err
