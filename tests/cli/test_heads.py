"""The head of a ledger that this machine saw last: a journal that was cut or written anew is refused."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from qplan.cli import settings
from qplan.ledger.store import Ledger


@pytest.fixture
def state(monkeypatch, tmp_path):
    """The folder of what the program keeps about ledgers that it has seen."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "qplan" / "heads"


@pytest.fixture
def older(qplan, state, ledger, tmp_path):
    """A copy of the ledger from before its last entry."""
    copy = tmp_path / "older.db"
    shutil.copy(ledger, copy)
    assert qplan("accept", "T2.1.3").code == 0
    return copy


def head(path):
    with Ledger.open(str(path)) as ledger:
        return ledger.head()


def kept(state):
    return {path: path.read_text() for path in state.iterdir()}


def test_a_command_keeps_the_head_for_its_user_alone(qplan, state, ledger):
    assert qplan("tasks").code == 0
    (path,) = state.iterdir()
    assert path.read_text() == f"{ledger}\n{' '.join(map(str, head(ledger)))}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(state.stat().st_mode) == 0o700
    written = path.stat().st_mtime_ns
    for words in (("tasks",), ("show", "T2.1.3"), ("log",), ("weekly",)):
        assert qplan(*words).code == 0
    assert path.stat().st_mtime_ns == written, "it is written when the head has moved, and not before"
    assert qplan("accept", "T2.1.3").code == 0
    assert path.read_text().splitlines()[1] == " ".join(map(str, head(ledger)))


@pytest.mark.parametrize(
    "words",
    ["", "tasks", "tasks --as-of 2026-01-01", "show T2.1.3", "weekly", "accept T2.1.2", "accept T2.1.2 --dry-run",
     "load", "seal", "backup {out}", "export", "export --journal", "changes", "score", "dashboard", "forms --out {out}",
     "move --to {out}", "evidence", "plan coverage"],
)  # fmt: skip
def test_a_journal_that_was_cut_is_refused(qplan, state, ledger, older, words, tmp_path):
    last, now = head(ledger), head(older)
    shutil.copy(older, ledger)
    before = kept(state)
    answer = qplan(*words.format(out=tmp_path / "out").split())
    assert answer.code == 3 and answer.out == ""
    for part in (str(last.seq), last.hash[:12], str(now.seq), now.hash[:12], "qplan verify --accept-head"):
        assert part in answer.err
    assert kept(state) == before and head(ledger) == now and not (tmp_path / "out").exists()


def test_a_journal_that_was_written_anew_is_refused(qplan, state, ledger, older, monkeypatch):
    last = head(ledger).seq
    shutil.copy(older, ledger)
    own = state.parents[1]
    monkeypatch.setenv("XDG_STATE_HOME", str(own / "another machine"))
    assert qplan("accept", "T2.1.2").code == qplan("accept", "T2.3.2").code == 0
    monkeypatch.setenv("XDG_STATE_HOME", str(own))
    answer = qplan("tasks")
    assert answer.code == 3 and "was rewritten" in answer.err and f"no. {last}" in answer.err


def test_verify_and_doctor_name_it(qplan, state, ledger, older):
    seq = head(ledger).seq
    shutil.copy(older, ledger)
    found = qplan("verify", "-f", "json")
    assert found.code == 3 and [(one["check"], one["seq"]) for one in found.json["items"]] == [("seen", seq)]
    assert "seen before" in qplan("doctor").out and qplan("doctor").code == 1


def test_what_was_accepted_is_in_the_journal(qplan, state, ledger, older):
    last = head(ledger)
    shutil.copy(older, ledger)
    accepted = qplan("verify", "--accept-head")
    assert accepted.code == 0 and f"Accepted and recorded as no. {last.seq}" in accepted.err
    (entry,) = qplan("log", "--kind", "accept_head", "-f", "json").json["items"]
    assert entry["kind"] == "plan.accept_head" and entry["seq"] == last.seq
    assert f"{last.seq}:{last.hash}" in qplan("log", "--kind", "accept_head").out
    assert qplan("tasks").code == qplan("accept", "T2.1.2").code == qplan("verify").code == 0
    refused = qplan("undo", str(last.seq))
    assert refused.code == 1 and "cannot be undone" in refused.err
    nothing = qplan("verify", "--accept-head")
    assert nothing.code == 0 and "nothing to accept" in nothing.err
    assert qplan("tasks", "--as-of", "2026-01-01").code == 0


def test_a_ledger_that_does_not_verify_is_not_accepted(qplan, state, ledger, older):
    shutil.copy(older, ledger)
    db = sqlite3.connect(ledger)
    db.execute("UPDATE task SET note = 'x' WHERE id = 'T2.1.3'")
    db.commit()
    db.close()
    assert qplan("verify", "--accept-head").code == 3
    assert qplan("tasks").code == 3


def test_a_restore_here_needs_no_acceptance(qplan, state, ledger, older):
    assert qplan("restore", str(older), "--yes").code == 0
    assert qplan("tasks").code == qplan("accept", "T2.1.2").code == 0


def test_an_older_copy_elsewhere_is_a_copy(qplan, state, ledger, older, tmp_path):
    assert qplan("tasks", "--ledger", str(older)).code == 0
    assert qplan("tasks", "--ledger", str(tmp_path / "older.db"), "--ledger", str(ledger)).code == 0
    (tmp_path / "link.db").symlink_to(ledger)
    shutil.copy(older, ledger)
    assert qplan("tasks", "--ledger", str(tmp_path / "link.db")).code == 3, "a link is no other place"


def test_another_ledger_at_the_place_is_named_once_and_the_first_is_not_forgotten(
    qplan, state, ledger, older, tmp_path
):
    assert qplan("load", "--ledger", str(tmp_path / "other.db")).code == 0
    old, new = head(ledger), head(tmp_path / "other.db")
    shutil.copy(tmp_path / "other.db", ledger)
    answer = qplan("tasks")
    assert answer.code == 0 and old.ledger in answer.err and new.ledger in answer.err
    assert qplan("tasks").err == ""
    shutil.copy(older, ledger)
    assert qplan("tasks").code == 3


def test_a_new_ledger_at_the_place_is_silent(qplan, state, ledger, older, tmp_path):
    assert qplan("export", "--journal", "--ledger", str(older), "--out", str(tmp_path / "j.jsonl")).code == 0
    ledger.unlink()
    assert qplan("import", str(tmp_path / "j.jsonl")).code == 0
    assert qplan("tasks").code == 0
    ledger.unlink()
    assert qplan("load").code == 0
    assert qplan("tasks").err == ""


def test_what_was_written_while_a_list_was_read_is_no_fault(qplan, state, ledger, monkeypatch):
    """The file is newer than the snapshot of this command: the ledger is read once more."""
    db = sqlite3.connect(ledger)
    db.execute("PRAGMA journal_mode = WAL")  # readers and writers do not wait for each other
    db.close()
    assert qplan("tasks").code == 0
    real, calls = Ledger.is_last_seen, []

    def later(self, folder):
        if not calls:
            calls.append(self.head())
            assert qplan("accept", "T2.1.3").code == 0
        return real(self, folder)

    monkeypatch.setattr(Ledger, "is_last_seen", later)
    assert qplan("tasks").code == 0 and calls and calls[0] != head(ledger)
    assert kept(state)[next(state.iterdir())].splitlines()[1] == " ".join(map(str, head(ledger)))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\n", b"rubbish", b"{ledger}\nx y z\n", b"\0" * 5000])
def test_a_damaged_file_is_seen_anew(qplan, state, ledger, content):
    assert qplan("tasks").code == 0
    (path,) = state.iterdir()
    path.write_bytes(content.replace(b"{ledger}", os.fsencode(ledger)))
    assert qplan("tasks").code == 0
    assert path.read_text().splitlines()[1] == " ".join(map(str, head(ledger)))


def test_a_state_folder_that_takes_nothing_hinders_nothing(qplan, ledger, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert qplan("tasks").code == qplan("accept", "T2.1.3").code == 0


def test_the_folder_is_absolute_as_xdg_demands(monkeypatch):
    monkeypatch.setenv("HOME", "/home/li")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    assert settings.heads_folder() == "/s/qplan/heads"
    for given in ("", "state", "./state"):
        monkeypatch.setenv("XDG_STATE_HOME", given)
        assert settings.heads_folder() == "/home/li/.local/state/qplan/heads"
    monkeypatch.setenv("HOME", "relative")
    assert settings.heads_folder() is None or Path("~").expanduser().is_absolute()
