"""Seals kept elsewhere: what the chain alone cannot show."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from ledger import plans
from ledger.test_triggers import tampered
from qplan.core.model import Head
from qplan.errors import BadInput, QplanError
from qplan.ledger import create, schema, seal
from qplan.ledger.seal import Seal
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

WHEN = "2025-06-30T01:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with create.new_ledger(str(path), plans.RECORDED) as ledger:
        plans.fill(ledger)
        ledger.append([plans.FIGURE], plans.ENTRY)
    return path


def head(place: Path) -> Head:
    with Ledger.open(str(place)) as ledger:
        return ledger.head()


def against(place: Path, one: Seal) -> tuple[list, list]:
    """(what verify finds by itself, what the seal shows)"""
    with Ledger.open(str(place)) as ledger:
        return verify(ledger.connection).findings, seal.check(ledger.connection, one)


def write(tmp_path: Path, one: Seal) -> str:
    path = tmp_path / "week.seal"
    path.write_text(one.text(), "ascii", newline="")
    return str(path)


def test_a_seal_reads_back(tmp_path: Path):
    one = Seal(Head("feed", 7, "ab" * 32), WHEN)
    assert seal.read(write(tmp_path, one)) == one
    windows = tmp_path / "crlf"
    windows.write_bytes(one.text().replace("\n", "\r\n").encode())
    assert seal.read(str(windows)) == one


@pytest.mark.parametrize(
    "text",
    ["", "x" * 5000, "qplan seal 1\n", "qplan seal 2\nledger a\nseq 1\nhash b\nsealed c\n", "\xff\xfe",
     "qplan seal 1\nledger a\nseq -1\nhash " + "a" * 64 + "\nsealed c\n",
     "qplan seal 1\nledger a\nseq 1\nseq 2\nhash " + "a" * 64 + "\nsealed c\n",
     "qplan seal 1\nledger a\nseq 1\nhash " + "a" * 64 + "\nsealed c\nmore d\n"],
)  # fmt: skip
def test_what_is_no_seal(tmp_path: Path, text: str):
    path = tmp_path / "x"
    path.write_bytes(text.encode("latin1"))
    with pytest.raises(BadInput, match="not a seal"):
        seal.read(str(path))
    with pytest.raises(BadInput):
        seal.read(str(tmp_path / "nowhere"))


def test_a_ledger_that_went_on_holds(place: Path):
    one = Seal(head(place), WHEN)
    with Ledger.open(str(place), write=True) as ledger, ledger.transaction():
        ledger.append(
            [plans.FIGURE._replace(subject="I1/2022", after=plans.FIGURE.after | {"year": 2022})], plans.ENTRY
        )
    assert against(place, one) == ([], [])
    assert against(place, Seal(Head(one.head.ledger, 0, schema.genesis(one.head.ledger)), WHEN)) == ([], [])


def test_a_cut_tail_shows_though_the_ledger_agrees_with_itself(place: Path):
    one = Seal(head(place), WHEN)
    db = sqlite3.connect(place)
    tampered(db, "DELETE FROM event WHERE kind = 'actual.measure'", "event_no_delete")
    tampered(db, "DELETE FROM actual", "actual_no_delete")
    db.close()
    itself, found = against(place, one)
    assert itself == []
    assert [f.seq for f in found] == [one.head.seq]


def test_a_full_rewrite_shows_though_the_ledger_agrees_with_itself(place: Path, tmp_path: Path):
    one = Seal(head(place), WHEN)
    rewritten = tmp_path / "rewritten.db"
    with create.new_ledger(str(rewritten), plans.RECORDED, one.head.ledger) as ledger:
        plans.fill(ledger, plans.plan(t1="something else"))
        ledger.append([plans.FIGURE], plans.ENTRY)
    itself, found = against(rewritten, one)
    assert itself == []
    assert [f.seq for f in found] == [one.head.seq]


def test_a_spliced_ledger_shows(place: Path, tmp_path: Path):
    """Another ledger given this one's identity, its own journal kept."""
    one = Seal(head(place), WHEN)
    other = tmp_path / "other.db"
    with create.new_ledger(str(other), plans.RECORDED) as ledger:
        plans.fill(ledger)
        ledger.append([plans.FIGURE], plans.ENTRY)
    assert [f.seq for f in against(other, one)[1]] == [None]
    db = sqlite3.connect(other)
    same = f"UPDATE ledger SET id = '{one.head.ledger}', genesis = '{schema.genesis(one.head.ledger)}'"
    tampered(db, same, "ledger_no_update")
    db.close()
    itself, found = against(other, one)
    assert itself and found


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("office", "stranger"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    public = (folder / "office.pub").read_text()
    (folder / "allowed").write_text(f"office@example.org {public}")
    return folder


class TestSignatures:
    @pytest.fixture
    def path(self, tmp_path: Path) -> str:
        return write(tmp_path, Seal(Head("feed", 7, "ab" * 32), WHEN))

    def signed(self, path: str, key: Path) -> None:
        Path(seal.signature_of(path)).write_text(seal.sign(Path(path).read_text(), str(key)))

    def test_a_good_one_names_its_signer(self, path: str, keys: Path):
        self.signed(path, keys / "office")
        assert seal.check_signature(path, str(keys / "allowed")) == ("office@example.org", [])
        assert seal.check_signature(path, None) == (None, [])

    def test_a_strangers_shows(self, path: str, keys: Path):
        self.signed(path, keys / "stranger")
        assert seal.check_signature(path, None)[1] == []
        assert "not among" in seal.check_signature(path, str(keys / "allowed"))[1][0].what

    @pytest.mark.parametrize("allowed", ["allowed", None])
    def test_a_changed_seal_shows(self, path: str, keys: Path, allowed: str | None):
        self.signed(path, keys / "office")
        Path(path).write_text(Seal(Head("feed", 8, "ab" * 32), WHEN).text())
        who, found = seal.check_signature(path, allowed and str(keys / allowed))
        assert who is None and "does not hold" in found[0].what

    def test_one_made_for_another_purpose_shows(self, path: str, keys: Path):
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(keys / "office"), "-n", "git", path]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        assert seal.check_signature(path, str(keys / "allowed"))[1]

    def test_rubbish_and_absence_show(self, path: str, keys: Path):
        assert seal.check_signature(path, None) == (None, [])
        assert "not signed" in seal.check_signature(path, str(keys / "allowed"))[1][0].what
        Path(seal.signature_of(path)).write_text("rubbish")
        assert seal.check_signature(path, None)[1]
        assert seal.check_signature(path, str(keys / "allowed"))[1]

    def test_a_key_that_is_none_is_a_sentence(self, tmp_path: Path, keys: Path):
        with pytest.raises(BadInput, match="no key"):
            seal.sign("x", str(tmp_path / "nowhere"))
        with pytest.raises(QplanError, match="does not sign"):
            seal.sign("x", str(keys / "allowed"))

    def test_no_name_reaches_a_shell(self, tmp_path: Path, keys: Path):
        odd = tmp_path / "$(touch pwned) ; touch pwned"
        odd.mkdir()
        path = write(odd, Seal(Head("feed", 7, "ab" * 32), WHEN))
        self.signed(path, keys / "office")
        assert seal.check_signature(path, str(keys / "allowed"))[1] == []
        assert "pwned" not in os.listdir(".") and "pwned" not in os.listdir(odd)


def test_an_empty_file_left_by_a_killed_command_is_replaced_and_nothing_else(place: Path, tmp_path: Path):
    from qplan.service import seals

    path = tmp_path / "week.seal"
    path.touch()
    with Ledger.open(str(place)) as ledger:
        made, _files = seals.seal_ledger(ledger, WHEN, str(path), None)
        assert seal.read(str(path)) == made
        with pytest.raises(BadInput, match="not written over"):
            seals.seal_ledger(ledger, WHEN, str(path), None)
