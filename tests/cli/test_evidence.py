"""Evidence: copies beside the ledger, what is said when it changes, what an approval asks, what is refused."""

import hashlib
import os
from datetime import UTC, datetime

import pytest

ID, LEAD, OFFICE = "T2.1.1", ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
DATA = b"%PDF the report"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def plan(ledger, qplan):
    """A task that its lead has accepted and reported on, with its milestones done."""
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    assert qplan("report", ID, "--progress", "90", *LEAD).code == 0
    goals = [goal["id"] for goal in qplan("show", ID, "-f", "json").json["item"]["milestones"]]
    assert qplan("milestone", "done", *goals, "--yes", *LEAD).code == 0
    return qplan


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "总结.pdf"
    path.write_bytes(DATA)
    return path


def store(tmp_path):
    return tmp_path / "ledger.db.evidence"


def state(plan, ident=ID):
    return [piece["state"] for piece in plan("evidence", ident, "-f", "json").json["items"]]


def submit(plan, *evidence, more=()):
    words = [word for one in evidence for word in ("--evidence", one)]
    answer = plan("submit", ID, *words, *LEAD, *more)
    assert answer.code == 0, answer.err
    return answer


def test_a_copy_is_kept_under_its_sha256(plan, report, tmp_path) -> None:
    submit(plan, report, "文〔2025〕1号", "https://example.org/a")
    (copy,) = store(tmp_path).iterdir()
    assert (copy.name, copy.read_bytes()) == (f"{DIGEST}.pdf", DATA)
    assert copy.stat().st_mode & 0o777 == (tmp_path / "ledger.db").stat().st_mode & 0o777
    assert state(plan) == ["kept", "cited", "cited"]
    assert "copy kept" in plan("show", ID).out
    assert plan("verify").code == 0


def test_without_a_copy_what_changes_or_goes_is_noticed(plan, report, tmp_path) -> None:
    submit(plan, report, more=("--no-copy",))
    assert not store(tmp_path).exists() and state(plan) == ["unchanged"]
    report.write_bytes(b"another")
    assert state(plan) == ["changed"]
    assert "changed since" in plan("show", ID).out
    assert f"Evidence of {ID}" in plan("verify").out
    report.unlink()
    assert state(plan) == ["missing"]
    asked = plan("approve", ID, *OFFICE)
    assert asked.code == 2 and "missing" in asked.err and "--yes" in asked.err
    assert plan("show", ID, "-f", "json").json["item"]["status"] == "submitted"
    assert plan("approve", ID, *OFFICE, "--yes").code == 0


def test_a_copy_serves_where_the_file_is_gone_and_a_changed_file_is_named_all_the_same(
    plan, report, tmp_path
) -> None:
    submit(plan, report)
    report.rename(tmp_path / "elsewhere.pdf")
    assert state(plan) == ["kept"]
    report.write_bytes(b"another")
    asked = plan("approve", ID, *OFFICE)
    assert asked.code == 2 and "changed since" in asked.err
    report.unlink()
    assert plan("approve", ID, *OFFICE).code == 0


def test_a_damaged_copy_is_no_copy_and_the_ledger_does_not_verify(plan, report, tmp_path) -> None:
    submit(plan, report)
    (copy,) = store(tmp_path).iterdir()
    os.chmod(copy, 0o600)
    copy.write_bytes(b"forged")
    verified = plan("verify")
    assert verified.code == 3 and copy.name in verified.out
    assert state(plan) == ["unchanged"]


def test_evidence_is_listed_and_copied_out(plan, report, tmp_path) -> None:
    submit(plan, report, "文〔2025〕1号")
    assert plan("evidence", "--dept", "scjg", "-f", "json").json["items"] == []
    listed = plan("evidence", "-f", "json").json
    assert listed["kind"] == "evidence" and {item["task"] for item in listed["items"]} == {ID}
    out = tmp_path / "out"
    assert plan("evidence", ID, "--out", f"{out}/").code == 0
    (copied,) = out.iterdir()
    assert (copied.name, copied.read_bytes()) == (f"{ID} 总结.pdf", DATA)
    copied.write_bytes(b"notes of mine")
    refused = plan("evidence", ID, "--out", out)
    assert refused.code == 1 and copied.read_bytes() == b"notes of mine"


@pytest.mark.parametrize("words", [("approve", ID), ("update", ID, "--status", "closed")])
def test_an_approval_asks_where_something_is_left_undone(ledger, qplan, words) -> None:
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    assert qplan("accept", ID, *LEAD).code == 0
    assert qplan("submit", ID, "--evidence", "文〔2025〕1号", *LEAD).code == 0
    asked = qplan(*words, *OFFICE)
    assert asked.code == 2 and "progress is 0 %" in asked.err and f"{ID}/m1" in asked.err
    refused = qplan(*words, *LEAD)
    assert refused.code == 1, "who may not close it is not asked"
    assert qplan(*words, *OFFICE, "--dry-run").code == 0
    assert qplan(*words, *OFFICE, "--yes").code == 0


def test_files_of_the_system_large_ones_and_pipes_are_refused(plan, report, tmp_path, monkeypatch) -> None:
    from qplan.service import evidence

    link = tmp_path / "passwords.pdf"
    link.symlink_to("/etc/passwd")
    for path in ("/etc/passwd", link):
        refused = plan("submit", ID, "--evidence", path, *LEAD)
        assert refused.code == 2 and "file of the system" in refused.err
    monkeypatch.setattr(evidence, "MOST_BYTES", 10)
    refused = plan("submit", ID, "--evidence", report, *LEAD)
    assert refused.code == 2 and "are allowed" in refused.err
    assert plan("show", ID, "-f", "json").json["item"]["status"] == "active"


def test_an_office_names_the_folders_and_the_store(plan, report, tmp_path, monkeypatch) -> None:
    config, inside = tmp_path / "config.toml", tmp_path / "in"
    inside.mkdir()
    config.write_text(f'evidence_folders = ["{inside}"]\nevidence_store = "copies"\n')
    monkeypatch.setenv("QPLAN_CONFIG", str(config))
    refused = plan("submit", ID, "--evidence", report, *LEAD)
    assert refused.code == 2 and "evidence_folders" in refused.err
    good = inside / "总结.pdf"
    good.write_bytes(DATA)
    submit(plan, good)
    assert (tmp_path / "copies" / f"{DIGEST}.pdf").read_bytes() == DATA
    config.write_text('evidence_folders = "x"\n')
    assert plan("tasks").code == 2


def test_a_store_that_takes_nothing_is_a_notice_and_the_entry_stays(plan, report, tmp_path) -> None:
    store(tmp_path).write_text("in the way")
    answer = submit(plan, report)
    assert "No copy of the evidence is kept" in answer.err
    assert state(plan) == ["unchanged"]


def test_reading_evidence_stops_no_writer(plan, report, tmp_path, monkeypatch) -> None:
    import sqlite3

    from qplan.service import evidence

    ledger = tmp_path / "ledger.db"
    with sqlite3.connect(ledger) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # here a reader stops a writer
    opened, tried = evidence.opened, []

    def slowly(path):
        other = sqlite3.connect(ledger, timeout=0, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")  # fails while somebody reads
        other.execute("ROLLBACK")
        other.close()
        tried.append(path)
        return opened(path)

    monkeypatch.setattr(evidence, "opened", slowly)
    submit = ("submit", ID, "--evidence", str(report), *LEAD)
    for words in ((*submit, "--dry-run"), submit, ("verify",), ("evidence",), ("evidence", "--out", str(tmp_path / "copies")), ("show", ID)):  # fmt: skip
        tried.clear()
        answer = plan(*words)
        assert answer.code == 0 and tried, (words, answer)
    (tmp_path / "in.csv").write_text(f"id,evidence,note\n{ID},{report},n\n", encoding="utf-8")
    tried.clear()
    assert plan("return", ID, "--note", "x").code == 0
    assert plan("update", "--from", str(tmp_path / "in.csv"), "--dry-run", *LEAD).code == 0 and tried


def test_a_backup_has_the_evidence_beside_it_and_restores_it(plan, report, tmp_path) -> None:
    submit(plan, report)
    backups = tmp_path / "backups"
    backups.mkdir()
    made = plan("backup", f"{backups}/")
    assert made.code == 0, made.err
    (folder,) = (path for path in backups.iterdir() if path.is_dir())
    assert [path.name for path in folder.iterdir()] == [f"{DIGEST}.pdf"] and str(folder) in made.out
    assert plan("backup", f"{backups / 'second.db'}").code == 0
    assert [path for path in backups.iterdir() if path.is_dir()] == [folder], (
        "one for all backups of a ledger"
    )
    (copy,) = store(tmp_path).iterdir()
    copy.unlink()
    report.unlink()
    assert state(plan) == ["missing"]
    restored = plan("restore", backups / "second.db", "--yes")
    assert restored.code == 0 and "1" in restored.out.splitlines()[-1]
    assert state(plan) == ["kept"] and copy.read_bytes() == DATA


def test_a_damaged_copy_is_not_backed_up_and_a_folder_in_the_way_is_an_error(plan, report, tmp_path) -> None:
    submit(plan, report)
    (copy,) = store(tmp_path).iterdir()
    os.chmod(copy, 0o600)
    copy.write_bytes(b"forged")
    (tmp_path / "b").mkdir()
    made = plan("backup", tmp_path / "b" / "one.db")
    assert made.code == 0 and copy.name in made.err and "Evidence: 0 copies" in made.out
    copy.write_bytes(DATA)
    (folder,) = (path for path in (tmp_path / "b").iterdir() if path.is_dir())
    folder.rmdir()
    folder.write_text("in the way")
    failed = plan("backup", tmp_path / "b" / "two.db")
    assert failed.code == 1 and "the evidence is not" in failed.err and (tmp_path / "b" / "two.db").exists()


def test_a_file_that_could_not_be_read_is_no_number(plan) -> None:
    submit(plan, "没有的文件.pdf", "文〔2025〕1号", "https://example.org/a.pdf")
    assert state(plan) == ["named", "cited", "cited"]
    assert "name only" in plan("evidence", ID).out
