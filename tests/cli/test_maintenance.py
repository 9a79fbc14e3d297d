"""The commands that keep a ledger, through the program: exits, streams, the JSON envelope."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from qplan.ledger import backup, verify

from .conftest import NOW


def spoil(ledger: Path) -> None:
    db = sqlite3.connect(ledger)
    db.execute("UPDATE task SET progress = 99 WHERE id = 'T1.1'")
    db.commit()
    db.close()


class TestVerify:
    def test_a_whole_ledger(self, qplan, ledger):
        answer = qplan("verify")
        assert (answer.code, answer.err) == (0, "")
        assert "entries agree" in answer.out and "server" not in answer.out
        found = qplan("verify", "--format", "json").json
        assert (found["kind"], found["verified"], found["items"], found["first_bad"]) == (
            "verify",
            True,
            [],
            None,
        )
        assert found["ledger"]["seq"] == found["events"] > 100

    def test_a_broken_one_is_exit_3_and_says_all(self, qplan, ledger):
        spoil(ledger)
        answer = qplan("verify")
        assert answer.code == 3
        assert "T1.1: progress is 99; the journal says 0" in answer.out
        assert qplan("verify", "--format", "json").json["items"] == [
            {"check": "rows", "seq": None, "what": "T1.1: progress is 99; the journal says 0"}
        ]

    def test_against_a_seal(self, qplan, ledger, tmp_path):
        path = tmp_path / "week.seal"
        sealed = qplan("seal", path)
        assert sealed.out == path.read_text()
        qplan("update", "T1.1", "--status", "active")
        held = qplan("verify", "--seal", path)
        assert held.code == 0 and "holds against the seal" in held.out and "not signed" in held.out
        path.write_text(path.read_text().replace("hash ", "hash 0")[: -len("x")])
        assert qplan("verify", "--seal", path).code == 2
        assert qplan("verify", "--allowed-signers", tmp_path / "none").code == 2

    def test_a_cut_tail_is_exit_3(self, qplan, ledger, tmp_path):
        backup, path = tmp_path / "backup.db", tmp_path / "week.seal"
        qplan("backup", backup)
        qplan("update", "T1.1", "--status", "active")
        qplan("seal", path)
        answer = qplan("verify", "--seal", path, "--ledger", backup)
        assert answer.code == 3 and "entries are gone" in answer.out

    def test_a_signed_seal(self, qplan, ledger, tmp_path):
        key, path = tmp_path / "key", tmp_path / "week.seal"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        allowed = tmp_path / "allowed"
        allowed.write_text(f"office@example.org {key.with_suffix('.pub').read_text()}")
        assert qplan("seal", "--key", key).code == 2
        assert qplan("seal", path, "--key", key).code == 0
        answer = qplan("verify", "--seal", path, "--allowed-signers", allowed)
        assert answer.code == 0 and "signed by office@example.org" in answer.out
        Path(f"{path}.sig").unlink()
        assert qplan("verify", "--seal", path, "--allowed-signers", allowed).code == 3

    def test_a_seal_is_never_written_over_nor_made_of_a_broken_ledger(self, qplan, ledger, tmp_path):
        path = tmp_path / "week.seal"
        qplan("seal", path)
        before = path.read_text()
        assert qplan("seal", path).code == 2 and path.read_text() == before
        spoil(ledger)
        assert qplan("seal", tmp_path / "other.seal").code == 3
        assert not (tmp_path / "other.seal").exists()


class TestCopies:
    def test_backup_and_restore(self, qplan, ledger, tmp_path):
        backup = tmp_path / "backup.db"
        assert qplan("backup", backup).code == 0
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        qplan("update", "T1.1", "--status", "active")
        refused = qplan("restore", backup)
        assert refused.code == 2 and "--yes" in refused.err
        done = qplan("restore", backup, "--yes")
        assert done.code == 0 and "are only there" in done.err
        assert qplan("show", "T1.1", "--format", "json").json["item"]["status"] == "assigned"

    def test_a_restore_behind_a_seal_needs_force(self, qplan, ledger, tmp_path):
        backup, path = tmp_path / "backup.db", tmp_path / "week.seal"
        qplan("backup", backup)
        qplan("update", "T1.1", "--status", "active")
        qplan("seal", path)
        refused = qplan("restore", backup, "--seal", path, "--yes")
        assert refused.code == 1 and "--force" in refused.err
        assert qplan("restore", backup, "--seal", path, "--yes", "--force").code == 0

    def test_the_journal_makes_the_same_ledger_elsewhere(self, qplan, ledger, tmp_path):
        qplan("update", "T1.1", "--status", "active", "--note", "甲\u2028乙")
        qplan("export", "--journal", "--out", tmp_path / "j.jsonl")
        assert qplan("export", "--journal").out == (tmp_path / "j.jsonl").read_text("utf-8")
        new = tmp_path / "new.db"
        assert qplan("import", tmp_path / "j.jsonl", "--ledger", new).code == 0
        for command in (["tasks"], ["log"], ["export"], ["weekly"]):
            same = [qplan(*command, "--format", "json", "--ledger", place).out for place in (ledger, new)]
            assert same[0] == same[1]
        assert qplan("import", tmp_path / "j.jsonl", "--ledger", new).code == 1

    def test_export_of_rows(self, qplan, ledger):
        whole = qplan("export").json
        assert {"plan", "departments", "tasks", "milestones", "indicators", "actuals"} <= set(whole)
        assert sum(t["kind"] != "group" for t in whole["tasks"]) == 83
        lines = qplan("export", "--table", "departments", "--format", "csv").out.splitlines()
        assert lines[0].startswith("id,name,aliases") and len(lines) == len(whole["departments"]) + 1
        assert qplan("export", "--table", "nothing").code == 2
        assert qplan("export", "--journal", "--as-of", "2025-01-01").code == 2

    def test_export_has_a_name_for_each_entity(self, qplan):
        from qplan.core.model import RECORDS
        from qplan.views.maintenance import EXPORTS

        assert EXPORTS.keys() == RECORDS.keys(), "views/maintenance.py: EXPORTS"
        text = qplan("export", "--help").out
        missing = [name for name in EXPORTS.values() if name not in text]
        assert missing == [], "cli/commands/export.py: the help text of --table"

    def test_export_of_a_past_day(self, qplan, ledger):
        qplan("update", "T1.1", "--status", "active")
        then = {t["id"]: t["status"] for t in qplan("export", "--as-of", "2026-11-22").json["tasks"]}
        assert then["T1.1"] == "assigned"


class TestUndo:
    def test_it_appends_the_inverse(self, qplan, ledger):
        qplan("update", "T1.1", "--status", "active", "--progress", "10")
        answer = qplan("undo")
        assert answer.code == 0 and "active → to accept" in answer.out
        undone = qplan("log", "--format", "json").json["ledger"]["seq"]
        assert qplan("undo", undone).code == 0
        assert qplan("show", "T1.1", "--format", "json").json["item"]["status"] == "active"

    def test_it_names_the_later_entry_that_hinders(self, qplan, ledger):
        qplan("update", "T1.1", "--status", "active")
        first = qplan("log", "--format", "json").json["ledger"]["seq"]
        qplan("update", "T1.1", "--progress", "10")
        qplan("update", "T1.1", "--progress", "20")
        answer = qplan("undo", first + 1)
        assert answer.code == 1 and f"no. {first + 2}" in answer.err
        assert qplan("undo", "x").code == 2 and qplan("undo", "99999").code == 2


class TestDoctor:
    def states(self, answer) -> dict[str, str]:
        return {item["name"]: item["state"] for item in answer.json["items"]}

    def test_a_sound_ledger(self, qplan, ledger):
        answer = qplan("doctor", "--format", "json")
        assert answer.code == 0
        states = self.states(answer)
        assert states["ledger"] == states["schema"] == states["working days"] == "ok"

    def test_no_ledger_yet_is_no_fault(self, qplan):
        answer = qplan("doctor")
        assert answer.code == 0 and "qplan load" in answer.out

    @pytest.mark.parametrize("content", [b"", b"a thesis" * 1000])
    def test_what_is_no_ledger_is_wrong(self, qplan, tmp_path, content):
        (tmp_path / "ledger.db").write_bytes(content)
        answer = qplan("doctor")
        assert answer.code == 1 and "WRONG" in answer.out

    def test_it_sees_what_is_around(self, qplan, ledger, monkeypatch):
        qplan("update", "T1.1", "--status", "active")
        ledger.chmod(0o644)
        left = ledger.parent / f".{ledger.name}.01234567.new"
        left.write_text("")
        os.utime(left, (0, 0))
        qplan.at(NOW - timedelta(days=400))
        out = qplan("doctor").out
        assert "chmod 600" in out and "later than now" in out and left.name in out

    def test_an_unpublished_year_is_named(self, qplan, ledger):
        qplan.at(NOW.replace(year=2027))
        assert "not known for 2027" in qplan("doctor").out

    def test_upgrade_says_what_it_did(self, qplan, ledger, monkeypatch):
        assert "up to date" in qplan("doctor", "--upgrade").err
        monkeypatch.setattr(backup, "upgrade", lambda place, now: backup.Upgraded(0, "a copy"))
        assert "a copy" in qplan("doctor", "--upgrade").err


class TestConfig:
    @pytest.fixture
    def file(self, qplan, tmp_path, monkeypatch) -> Path:
        monkeypatch.setenv("QPLAN_CONFIG", "")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("HOME", str(tmp_path))
        return Path(qplan("config", "path").out.strip())

    def test_set_get_list_unset(self, qplan, file):
        assert qplan("config").out == ""
        assert qplan("config", "get", "lang").code == 2
        assert qplan("config", "set", "actor", '张 "三"@zlb').code == 0
        assert qplan("config", "get", "actor").out == '张 "三"@zlb\n'
        qplan("config", "set", "lang", "en")
        assert qplan("config", "list").out == 'actor = "张 \\"三\\"@zlb"\nlang = "en"\n'
        qplan("config", "unset", "actor")
        assert file.read_text("utf-8") == 'lang = "en"\n'

    def test_comments_and_the_rest_stay(self, qplan, file):
        file.parent.mkdir(parents=True)
        file.write_text('# ours\nlang = "en" # here\nledger = "x.db"\n', "utf-8")
        qplan("config", "set", "lang", "en")
        assert file.read_text("utf-8") == '# ours\nlang = "en"\nledger = "x.db"\n'

    @pytest.mark.parametrize(
        "words",
        [("put",), ("set", "lang"), ("set", "lang", "fr"), ("set", "colour", "red"), ("set", "actor", "a@"),
         ("get",), ("list", "lang"), ("set", "ledger", " "), ("set", "ledger", "a\nb")],
    )  # fmt: skip
    def test_bad_input_writes_nothing(self, qplan, file, words):
        assert qplan("config", *words).code == 2
        assert not file.exists()


def test_every_finding_has_a_name():
    from qplan.views.maintenance import checks

    constants = {
        verify.FILE,
        verify.SCHEMA,
        verify.CHAIN,
        verify.VALUES,
        verify.HISTORY,
        verify.PROGRAM,
        verify.ROWS,
        verify.REQUESTS,
        verify.SEAL,
        verify.RECEIPT,
        verify.SEEN,
        verify.SIGNATURE,
    }
    assert set(checks()) == constants | {"evidence"}


def test_a_format_is_honoured_or_not_taken(qplan, ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("QPLAN_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('lang = "en"\n')
    head = qplan("verify", "--format", "json").json["ledger"]
    found = qplan("seal", tmp_path / "week.seal", "--format", "json").json
    assert (found["kind"], found["ledger"], found["files"]) == ("seal", head, [str(tmp_path / "week.seal")])
    for words in (("list",), ("get", "lang"), ("path",), ("set", "actor", "x")):
        found = qplan("config", *words, "--format", "json").json
        assert found["kind"] == "config"
        assert {"name": "lang", "value": "en"} in found["items"] or words[0] == "set"
    for words in (
        ("backup", "x"),
        ("restore", "x"),
        ("import", "x"),
        ("move", "--to", "x"),
        ("roles", "--sql"),
    ):
        answer = qplan(*words, "--format", "json")
        assert answer.code == 2 and "--format" in answer.err
