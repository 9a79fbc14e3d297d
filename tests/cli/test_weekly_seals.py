"""Seals of weekly runs: put where the config file says, into a folder or to a command."""

import sqlite3

import pytest

from qplan.ledger import seal
from qplan.ledger.store import Ledger


@pytest.fixture
def config(monkeypatch, tmp_path):
    path = tmp_path / "config" / "config.toml"
    path.parent.mkdir()
    monkeypatch.setenv("QPLAN_CONFIG", str(path))
    return path


@pytest.fixture
def folder(config, tmp_path):
    found = tmp_path / "seals"
    found.mkdir()
    config.write_text('seal_to = "../seals"\n')
    return found


def head(ledger):
    with Ledger.open(str(ledger)) as one:
        return one.head()


def test_nothing_is_sealed_unless_it_is_wanted(qplan, ledger, config, tmp_path):
    config.write_text("")
    before = sorted(tmp_path.rglob("*"))
    assert qplan("weekly").err == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words", [(), ("--out", "{out}"), ("--out", "{out}", "--per-dept"), ("-f", "json")])
def test_each_week_has_a_seal_in_the_folder(qplan, ledger, folder, words, tmp_path):
    answer = qplan("weekly", *(word.format(out=tmp_path / "week") for word in words))
    (path,) = folder.iterdir()
    assert answer.code == 0 and str(path.name) in answer.err
    assert path.name == f"{head(ledger).ledger}-{head(ledger).seq:07}.seal" and seal.read(
        str(path)
    ).head == head(ledger)
    kept = path.read_bytes()
    assert qplan("weekly").err == "" and path.read_bytes() == kept, "an entry is sealed once"
    assert qplan("verify", "--seal", str(path)).code == 0
    assert qplan("accept", "T2.1.3").code == 0 and "Sealed" in qplan("weekly").err
    assert len(list(folder.iterdir())) == 2


def test_a_command_gets_the_seal_on_its_input(qplan, ledger, config, tmp_path):
    target = tmp_path / "kept $(touch x)"
    config.write_text(f"seal_to = ['sh', '-c', 'cat > \"$0\".$1', '{target}', '{{name}}']\n")
    assert qplan("weekly").code == 0
    (path,) = tmp_path.glob("kept*")
    assert path.name.endswith(f"-{head(ledger).seq:07}.seal") and seal.read(str(path)).head == head(ledger)
    assert 'seal_to = "sh …"\n' in qplan("config").out, "its words may hold secrets"


@pytest.mark.parametrize(
    ("value", "words"),
    [("'/none'", "there is no folder /none"), ("['/none']", "/none: there is no such file"), ("[]", "no words"),
     ("['sh', '-c', 'echo no room >&2; exit 7']", "sh ended with 7: no room"), ("'../config/config.toml'", "no folder")],
)  # fmt: skip
def test_what_hinders_a_seal_is_a_warning_and_the_list_is_there(qplan, ledger, config, value, words):
    config.write_text(f"seal_to = {value}\n")
    answer = qplan("weekly", "--quiet")
    assert answer.code == 0 and answer.out and words in answer.err and answer.err.count("\n") == 1


def test_a_seal_of_the_same_entry_with_another_hash_is_exit_3(qplan, ledger, folder):
    assert qplan("weekly").code == 0
    (path,) = folder.iterdir()
    path.write_text(path.read_text().replace(head(ledger).hash, "0" * 64))
    answer = qplan("weekly")
    assert answer.code == 3 and answer.out and "was rewritten" in answer.err
    path.write_bytes(b"")
    assert qplan("weekly").code == 0 and seal.read(str(path)).head == head(ledger), "left by a killed command"


def test_a_ledger_that_does_not_verify_is_not_sealed(qplan, ledger, folder):
    db = sqlite3.connect(ledger)
    db.execute("UPDATE task SET note = 'x' WHERE id = 'T2.1.3'")
    db.commit()
    db.close()
    answer = qplan("weekly")
    assert answer.code == 3 and answer.out and "not sealed" in answer.err and not list(folder.iterdir())


def test_the_setting_is_changed_and_checked_like_the_others(qplan, config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert qplan("config", "set", "seal_to", "seals").code == 0
    assert config.read_text() == f'seal_to = "{tmp_path / "seals"}"\n'
    config.write_text("seal_to = 3\n")
    assert qplan("tasks").code == 2
    config.write_text('seal_to = ["git", 3]\n')
    assert qplan("tasks").code == 2
