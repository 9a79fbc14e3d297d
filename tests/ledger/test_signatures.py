"""Signatures of entries on both engines: kept beside the journal, moved with it, and on a server by the gate."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ledger.contract import accept, report
from ledger.district import District, denied
from qplan.ledger import signatures, ssh, transfer
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a file by which everybody may sign with it."""
    folder = tmp_path_factory.mktemp("keys")
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "key", "-f", str(folder / "key")]
    subprocess.run(command, check=True)
    (folder / "allowed").write_text(f"* {(folder / 'key.pub').read_text()}")
    return folder


def signature(ledger: Ledger, keys: Path, first: int, last: int) -> str:
    entries = ledger.event(first), ledger.event(last)
    text = signatures.text_of(ledger.head().ledger, *entries)
    return ssh.sign(text, str(keys / "key"), signatures.PURPOSE)


def checked(ledger: Ledger, keys: Path):
    head = ledger.head()
    return signatures.check(ledger.connection, head.ledger, head.seq, str(keys / "allowed"))


def test_what_is_signed_is_found_and_moves_with_the_journal(ledger: Ledger, keys: Path, tmp_path: Path):
    before = ledger.head().seq
    accept(ledger)
    report(ledger, 10)
    seq = ledger.head().seq
    signatures.add(ledger.connection, seq - 1, seq, signature(ledger, keys, seq - 1, seq))
    found = checked(ledger, keys)
    assert found == (signatures.Signed(2, ("李@scjg",), ((1, before),)), [])
    assert verify(ledger.connection).findings == []
    copy = str(tmp_path / "copy.db")
    transfer.read_in(transfer.lines(ledger.connection), "journal", copy)
    with Ledger.open(copy) as other:
        assert checked(other, keys) == found and other.head() == ledger.head()


@pytest.mark.parametrize("change", ["DELETE FROM signature", "UPDATE signature SET signature = 'x'"])
def test_a_signature_is_kept_as_it_was_made(ledger: Ledger, keys: Path, change: str):
    accept(ledger)
    seq = ledger.head().seq
    signatures.add(ledger.connection, seq, seq, signature(ledger, keys, seq, seq))
    with pytest.raises(Exception, match=r"cannot be changed|nothing is deleted"), ledger.transaction():
        ledger.connection.run(change)


class TestBySessionsOfDepartments:
    def signed(self, district: District, who: str, keys: Path, first: int, last: int) -> str:
        with Ledger.open(district.urls[who], write=True) as ledger:
            text = signature(ledger, keys, first, last)
            signatures.add(ledger.connection, first, last, text)
        return text

    def test_their_own_entries(self, district: District, keys: Path):
        (done,) = district.act("lead", "T1.1", "accept")
        self.signed(district, "lead", keys, done.seq, done.seq)
        with Ledger.open(district.urls["auditor"]) as ledger:
            signed, faults = checked(ledger, keys)
            assert faults == [] and signed.entries == 1
            assert verify(ledger.connection).findings == []

    def test_and_no_others(self, district: District, keys: Path):
        (done,) = district.act("lead", "T1.2", "accept")
        (other,) = district.act("other", "C1.1", "accept")
        with Ledger.open(district.urls["lead"]) as ledger:
            text = signature(ledger, keys, done.seq, done.seq)
        for who, first, last, given in (
            ("other", done.seq, done.seq, text), ("lead", done.seq, other.seq, text), ("lead", 1, 1, text),
            ("lead", other.seq + 1, other.seq + 1, text), ("lead", 0, done.seq, text), ("lead", done.seq, done.seq, "x"),
            ("lead", done.seq, done.seq, text.replace("\n", "\u2028")), ("lead", "NULL", done.seq, text), ("person", done.seq, done.seq, text),
        ):  # fmt: skip
            fault = denied(district, who, f"SELECT qplan.sign({first}, {last}, '{given}')")
            assert fault.sqlstate == "QP002", (who, first, last)
        for who in ("auditor", "stranger"):
            assert (
                denied(district, who, f"SELECT qplan.sign({done.seq}, {done.seq}, '{text}')").sqlstate
                == "42501"
            )
        for who in ("lead", "office"):
            assert denied(district, who, f"INSERT INTO qplan.signature VALUES ({done.seq}, {done.seq}, 'x')").sqlstate == "42501"  # fmt: skip
        self.signed(district, "lead", keys, done.seq, done.seq)
        assert (
            denied(district, "lead", f"SELECT qplan.sign({done.seq}, {done.seq}, '{text}')").sqlstate
            == "QP002"
        )
