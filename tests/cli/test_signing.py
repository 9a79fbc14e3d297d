"""Entries signed with the SSH key of whoever writes them, and ``verify`` with a file of allowed signers."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from ledger.test_triggers import tampered
from qplan.ledger.store import Ledger

TASK = "T2.1.3"
SCRIPT = Path(__file__).parents[2] / "docs" / "audit_journal.py"

LOADED = []


@pytest.fixture(autouse=True)
def plan_loaded(loaded):
    """How many entries the load of the bundled plan makes: :func:`loaded_seq`."""
    with Ledger.open(str(loaded)) as ledger:
        LOADED[:] = [ledger.head().seq]


def loaded_seq():
    return LOADED[0]


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two keys without passphrase, one with, and the file of those who may sign."""
    folder = tmp_path_factory.mktemp("keys")
    for name, phrase in (("li", ""), ("stranger", ""), ("locked", "secret")):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    (folder / "allowed").write_text(f"li@scjg {(folder / 'li.pub').read_text()}")
    return folder


@pytest.fixture
def config(monkeypatch, tmp_path, keys):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("QPLAN_CONFIG", str(path))
    monkeypatch.setenv("QPLAN_ACTOR", "li@scjg")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    path.write_text(f'sign = true\nsign_key = "{keys / "li"}"\n')
    return path


def signed(qplan, keys):
    return qplan("verify", "--allowed-signers", keys / "allowed", "-f", "json")


def test_nothing_is_signed_unless_it_is_wanted(qplan, ledger, keys):
    assert qplan("accept", TASK, "--actor", "li@scjg").code == 0
    assert "Not signed" not in qplan("verify").out
    answer = signed(qplan, keys)
    assert answer.code == 0 and answer.json["signatures"] == {
        "entries": 0,
        "signers": [],
        "unsigned": [[1, loaded_seq() + 1]],
    }


def test_a_signed_entry_names_its_signer(qplan, ledger, config, keys):
    assert qplan("accept", TASK).code == 0
    assert qplan("update", TASK, "--note", "x").code == 0
    answer = signed(qplan, keys)
    assert answer.code == 0
    assert answer.json["signatures"] == {
        "entries": 2,
        "signers": ["li@scjg"],
        "unsigned": [[1, loaded_seq()]],
    }
    config.write_text(config.read_text() + f'allowed_signers = "{keys / "allowed"}"\n')
    answer = qplan("verify")
    assert (
        "Signed entries: 2, by li@scjg." in answer.out and f"Not signed: no. 1–{loaded_seq()}." in answer.out
    )


def test_one_signature_is_of_all_that_a_command_writes(qplan, ledger, config, keys):
    assert qplan("accept", "--dept", "scjg", "--yes").code == 0
    found = signed(qplan, keys).json["signatures"]
    assert found["entries"] > 5 and found["unsigned"] == [[1, loaded_seq()]]
    db = sqlite3.connect(ledger)
    assert db.execute("SELECT count(*) FROM signature").fetchone() == (1,)


def test_a_dry_run_and_a_refused_command_sign_nothing(qplan, ledger, config, keys):
    assert qplan("accept", TASK, "--dry-run").code == 0
    assert qplan("approve", TASK).code == 1
    assert signed(qplan, keys).json["signatures"]["entries"] == 0


def test_a_load_is_signed(qplan, tmp_path, config, keys, monkeypatch):
    monkeypatch.setenv("QPLAN_ACTOR", "li@scjg")
    assert qplan("load").code == 0
    assert signed(qplan, keys).json["signatures"] == {
        "entries": loaded_seq(),
        "signers": ["li@scjg"],
        "unsigned": [],
    }


def test_signatures_go_with_the_journal(qplan, ledger, config, keys, tmp_path):
    assert qplan("accept", TASK).code == 0
    assert qplan("export", "--journal", "--out", tmp_path / "j.jsonl").code == 0
    script = ["python3", str(SCRIPT), str(tmp_path / "j.jsonl")]
    assert (
        f"{loaded_seq() + 1} entries agree".encode()
        in subprocess.run(script, check=True, capture_output=True).stdout
    )
    assert qplan("import", tmp_path / "j.jsonl", "--ledger", tmp_path / "new.db").code == 0
    assert qplan("backup", tmp_path / "backup.db").code == 0
    for place in ("new.db", "backup.db"):
        found = qplan(
            "verify", "--allowed-signers", keys / "allowed", "--ledger", tmp_path / place, "-f", "json"
        )
        assert found.code == 0 and found.json["signatures"]["entries"] == 1, place
    text = (tmp_path / "j.jsonl").read_text()
    seq = loaded_seq() + 1
    for damaged in (f'"signed_from":{seq + 1}', '"signed_from":0', f'"signed_from":"{seq}"', '"x":1'):
        (tmp_path / "bad.jsonl").write_text(text.replace(f'"signed_from":{seq}', damaged))
        answer = qplan("import", tmp_path / "bad.jsonl", "--ledger", tmp_path / "bad.db")
        assert (
            answer.code == 2 and f"bad.jsonl:{seq + 1}" in answer.err and not (tmp_path / "bad.db").exists()
        )


class TestWhatIsNoSignature:
    def named(self, qplan, keys, *words):
        answer = signed(qplan, keys)
        assert answer.code == 3
        (item,) = answer.json["items"]
        assert item["check"] == "signature" and item["seq"] == loaded_seq() + 1
        for word in words:
            assert word in item["what"]

    def test_by_a_key_that_is_not_allowed(self, qplan, ledger, config, keys):
        config.write_text(f'sign = true\nsign_key = "{keys / "stranger"}"\n')
        assert qplan("accept", TASK).code == 0
        self.named(qplan, keys, "li@scjg")

    def test_by_a_key_of_somebody_else(self, qplan, ledger, config, keys):
        assert qplan("accept", TASK, "--actor", "wang@scjg").code == 0
        self.named(qplan, keys, "wang@scjg")

    def test_of_entries_that_are_other_ones(self, qplan, ledger, config, keys):
        assert qplan("accept", TASK).code == 0
        db = sqlite3.connect(ledger)
        tampered(db, "UPDATE signature SET first_seq = seq - 1", "signature_no_update")
        db.close()
        self.named(qplan, keys)

    def test_moved_to_another_entry(self, qplan, ledger, config, keys):
        assert qplan("accept", TASK).code == 0
        db = sqlite3.connect(ledger)
        db.execute("INSERT INTO signature SELECT seq - 1, seq - 1, signature FROM signature")
        db.commit()
        db.close()
        answer = signed(qplan, keys)
        assert answer.code == 3 and [one["seq"] for one in answer.json["items"]] == [loaded_seq()]

    def test_rubbish(self, qplan, ledger, config, keys):
        config.write_text("")
        assert qplan("accept", TASK).code == 0
        db = sqlite3.connect(ledger)
        db.execute("INSERT INTO signature SELECT max(seq), max(seq), 'rubbish' FROM event")
        db.commit()
        self.named(qplan, keys)

    @pytest.mark.parametrize(
        "change", ["DELETE FROM signature", "UPDATE signature SET signature = ''",
                   "INSERT OR REPLACE INTO signature SELECT seq, first_seq, 'x' FROM signature", "INSERT INTO signature VALUES (9, 10, 'x')"],
    )  # fmt: skip
    def test_signatures_are_not_changed(self, qplan, ledger, config, change):
        assert qplan("accept", TASK).code == 0
        with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(ledger) as db:
            db.execute(change)


class TestAKeyThatCannotSign:
    """Nothing is written: an entry that was to be signed would stay without."""

    def refused(self, qplan, ledger, *words):
        before = ledger.read_bytes()
        answer = qplan("accept", TASK)
        assert answer.code in (1, 2) and answer.out == "" and ledger.read_bytes() == before
        for word in words:
            assert word in answer.err
        assert answer.err.count("\n") == 1

    def test_with_a_passphrase_and_no_agent(self, qplan, ledger, config, keys):
        config.write_text(f'sign = true\nsign_key = "{keys / "locked"}"\n')
        self.refused(qplan, ledger, "passphrase", f"ssh-add {keys / 'locked'}")

    def test_with_a_passphrase_and_an_agent(self, qplan, ledger, config, keys, monkeypatch, tmp_path):
        started = subprocess.run(
            ["ssh-agent", "-a", str(tmp_path / "agent")], check=True, capture_output=True, text=True
        )
        number = started.stdout.partition("SSH_AGENT_PID=")[2].partition(";")[0]
        try:
            monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
            (tmp_path / "ask").write_text("#!/bin/sh\necho secret\n")
            (tmp_path / "ask").chmod(0o700)
            monkeypatch.setenv("SSH_ASKPASS", str(tmp_path / "ask"))
            monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
            subprocess.run(["ssh-add", "-q", str(keys / "locked")], check=True, capture_output=True)
            config.write_text(f'sign = true\nsign_key = "{keys / "locked"}"\n')
            assert qplan("accept", TASK).code == 0
            (tmp_path / "allowed").write_text(f"*@scjg {(keys / 'locked.pub').read_text()}")
            found = qplan("verify", "--allowed-signers", tmp_path / "allowed", "-f", "json")
            assert found.code == 0 and found.json["signatures"]["signers"] == ["li@scjg"]
        finally:
            subprocess.run(["kill", number], check=True)

    def test_that_is_not_there(self, qplan, ledger, config):
        config.write_text('sign = true\nsign_key = "none"\n')
        self.refused(qplan, ledger, "no key file")

    def test_of_a_user_who_has_none(self, qplan, ledger, config, monkeypatch, tmp_path):
        config.write_text("sign = true\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        self.refused(qplan, ledger, "no SSH key", "sign_key")

    def test_without_the_program(self, qplan, ledger, config, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        self.refused(qplan, ledger, "ssh-keygen", "not installed")

    def test_after_the_entry_is_written_it_is_a_warning(self, qplan, ledger, config, monkeypatch, keys):
        from qplan.ledger import signatures

        def fail(*_given):
            raise OSError(5, "broken")

        monkeypatch.setattr(signatures, "add", fail)
        answer = qplan("accept", TASK, "--quiet")
        assert answer.code == 0 and f"No. {loaded_seq() + 1} is written, but not signed" in answer.err


def test_the_settings(qplan, config, ledger):
    assert qplan("config", "set", "sign", "maybe").code == 2
    assert qplan("config", "set", "sign", "false").code == 0
    assert "sign = false\n" in config.read_text() and qplan("config", "get", "sign").out == "false\n"
    config.write_text('sign = "true"\n')
    assert qplan("tasks").code == 2
    assert qplan("verify", "--allowed-signers", "none").code == 2


SEALS = {"a folder": "seals", "a command": ["sh", "-c", "cat > seals/$0", "{name}"]}


@pytest.mark.parametrize("target", SEALS.values(), ids=SEALS)
def test_the_seal_of_a_week_is_signed_too(qplan, ledger, config, keys, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seals").mkdir()
    config.write_text(f"{config.read_text()}seal_to = {target!r}\n")
    answer = qplan("weekly")
    assert answer.code == 0 and "no seal" not in answer.err, answer.err
    path, signature = sorted((tmp_path / "seals").iterdir())
    assert signature.name == f"{path.name}.sig"
    assert "li@scjg" in qplan("verify", "--seal", path, "--allowed-signers", keys / "allowed").out
    path.write_text(path.read_text().replace("sealed 20", "sealed 19"))
    assert qplan("verify", "--seal", path, "--allowed-signers", keys / "allowed").code == 3
    signature.unlink()
    assert qplan("verify", "--seal", path, "--allowed-signers", keys / "allowed").code == 3


def test_a_seal_that_cannot_be_signed_is_none_and_a_warning(qplan, ledger, config, keys, tmp_path):
    (tmp_path / "seals").mkdir()
    config.write_text(f'sign = true\nsign_key = "{keys / "locked"}"\nseal_to = "{tmp_path / "seals"}"\n')
    answer = qplan("weekly")
    assert answer.code == 0 and "no seal was kept" in answer.err and "ssh-add" in answer.err
    assert not list((tmp_path / "seals").iterdir())


def test_a_seal_that_is_asked_for_is_signed_by_the_same_key(qplan, ledger, config, keys, tmp_path):
    path = tmp_path / "week.seal"
    assert qplan("seal", path).err.splitlines()[-1].endswith(f"{path}.sig")
    assert "li@scjg" in qplan("verify", "--seal", path, "--allowed-signers", keys / "allowed").out
