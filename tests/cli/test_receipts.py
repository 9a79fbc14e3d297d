"""The receipt of an entry, and whether the entry still stands."""

import re
import sqlite3

import pytest

TASK = "T2.1.3"


@pytest.fixture
def receipt(qplan, ledger):
    answer = qplan("update", TASK, "--note", "一期完成主体工程建设")
    found = re.search(r"\b(\d+:[0-9a-f]{12})\b", answer.out)
    assert answer.code == 0 and found
    return found[1]


def test_the_entry_stands(qplan, receipt):
    assert qplan("update", TASK, "--note", "二期开工").code == 0
    answer = qplan("verify", "--receipt", receipt)
    assert answer.code == 0 and f"No. {receipt.partition(':')[0]} stands as it was written" in answer.out
    answer = qplan("verify", "--receipt", f"{receipt}…", "-f", "json")
    assert answer.json["receipts"][0]["hash"].startswith(receipt.partition(":")[2])


def test_json_has_the_whole_hash(qplan, ledger):
    answer = qplan("update", TASK, "--note", "一期完成主体工程建设", "-f", "json").json
    assert (
        re.fullmatch("[0-9a-f]{64}", answer["items"][0]["hash"])
        and answer["items"][0]["hash"] == answer["ledger"]["head"]
    )
    assert qplan("update", TASK, "--note", "x", "--dry-run", "-f", "json").json["items"][0]["hash"] is None


def test_a_journal_without_the_entry_shows(qplan, ledger, receipt, monkeypatch, tmp_path):
    """The tail cut and written anew, so that the ledger agrees with itself, on a machine that has not seen it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    seq = int(receipt.partition(":")[0])
    db = sqlite3.connect(ledger)
    triggers = [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    (before,) = db.execute("SELECT max(seq) FROM event WHERE subject = ? AND seq < ?", (TASK, seq)).fetchone()
    for name in names:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM event WHERE seq >= ?", (seq,))
    db.execute("UPDATE task SET note = NULL, last_update = NULL, version = ? WHERE id = ?", (before, TASK))
    for sql in triggers:
        db.execute(sql)
    db.commit()
    db.close()
    answer = qplan("verify", "--receipt", receipt)
    assert answer.code == 3 and "entries are gone" in answer.out
    while int(qplan("log", "-f", "json").json["ledger"]["seq"]) < seq:
        assert qplan("update", "T2.1.2", "--note", "另一条登记在此处").code == 0
    answer = qplan("verify", "--receipt", receipt)
    assert answer.code == 3 and "was rewritten" in answer.out


@pytest.mark.parametrize(
    "text", ["", "436", "9c1f2ab04d1e", "436:9c1f", "436:xyz12345", "0:9c1f2ab04d1e", "-1:9c1f2ab04d1e"]
)
def test_what_is_no_receipt(qplan, ledger, text):
    answer = qplan("verify", f"--receipt={text}")
    assert (answer.code == 2 and "436:9c1f2ab04d1e" in answer.err) or text == ""
