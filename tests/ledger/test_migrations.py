"""A ledger of an earlier release: refused with the remedy, upgraded with a copy, the same afterwards.

``data/schema-N.sql`` is such a ledger as SQLite dumps it, ``data/schema-N.json`` what its own program
answered for each day. Before the schema changes, the pair of the present one is kept (:func:`keep`):

    GOLDEN=1 python -m pytest tests/ledger/test_migrations.py -k has_its_example
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from pathlib import Path

import pytest

from qplan.core.model import RECORDS
from qplan.errors import NoLedger
from qplan.ledger import backup
from qplan.ledger.connection import APPLICATION_ID, SCHEMA_VERSION
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

DATA = Path(__file__).with_name("data")
NOW = "2026-06-01T00:00:00Z"
OLD = sorted(int(path.stem.removeprefix("schema-")) for path in DATA.glob("schema-*.sql"))


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, object]]:
    place = tmp_path / "ledger.db"
    db = sqlite3.connect(place)
    db.executescript((DATA / f"schema-{request.param}.sql").read_text("utf-8"))
    db.close()
    return place, json.loads((DATA / f"schema-{request.param}.json").read_text("utf-8"))


def test_every_earlier_schema_has_its_example(tmp_path: Path):
    if os.environ.get("GOLDEN"):
        keep(tmp_path / "ledger.db")
    assert list(range(1, SCHEMA_VERSION)) == OLD, (
        "tests/ledger/data has a pair of files for each earlier schema and no other: on the commit before the change run "
        "GOLDEN=1 python -m pytest tests/ledger/test_migrations.py -k has_its_example"
    )


def keep(place: Path) -> None:
    """Write the pair of the present schema: the newest example upgraded, and its answers."""
    newest, (sql, answers) = OLD[-1], (DATA / f"schema-{SCHEMA_VERSION}{end}" for end in (".sql", ".json"))
    db = sqlite3.connect(place)
    db.executescript((DATA / f"schema-{newest}.sql").read_text("utf-8"))
    db.close()
    backup.upgrade(str(place), NOW)
    head = f"-- The ledger of schema-{newest}.sql, upgraded to schema {SCHEMA_VERSION}; test_migrations.py upgrades it further."
    marks = (f"PRAGMA application_id = {APPLICATION_ID};", f"PRAGMA user_version = {SCHEMA_VERSION};")
    sql.write_text("\n".join([head, *sqlite3.connect(place).iterdump(), *marks, ""]), "utf-8")
    with Ledger.open(str(place)) as ledger:
        days = json.loads((DATA / f"schema-{newest}.json").read_text("utf-8"))["days"]
        given = {
            "head": list(ledger.head()),
            "days": {day: answer(ledger, day, columns(place)) for day in days},
        }
    answers.write_text(json.dumps(given, indent=1, ensure_ascii=False) + "\n", "utf-8")


def answer(ledger: Ledger, day: str, known: dict[str, set[str]]) -> dict[str, object]:
    """The last entry that counts for a day, and a digest of the rows of that day with the columns that are known."""
    then = ledger.at(day)
    rows = {
        entity: sorted(
            [value for name, value in record._asdict().items() if name in known[entity]]
            for record in found.values()
        )
        for entity, found in then.rows().items()
        if known[entity]
    }
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    return {"seq": then.head().seq, "rows": hashlib.sha256(text.encode()).hexdigest()}


def test_an_older_ledger_is_refused_with_the_remedy(old):
    with pytest.raises(NoLedger, match="qplan doctor --upgrade"):
        Ledger.open(str(old[0]))


def test_the_upgrade_keeps_a_copy_and_the_journal(old):
    place, answers = old
    before = list(sqlite3.connect(place).execute("SELECT * FROM event ORDER BY seq"))
    done = backup.upgrade(str(place), NOW)
    assert done is not None and done.copy is not None
    for path in (place, Path(done.copy)):
        assert list(sqlite3.connect(path).execute("SELECT * FROM event ORDER BY seq")) == before
    with Ledger.open(str(place)) as ledger:
        assert list(ledger.head()) == answers["head"]
        assert verify(ledger.connection).damage == []


def columns(place: Path) -> dict[str, set[str]]:
    """The columns that an old ledger has: a later release may read more of each record."""
    db = sqlite3.connect(place)
    return {entity: {row[1] for row in db.execute(f"PRAGMA table_info({entity})")} for entity in RECORDS}


def test_every_past_day_is_answered_alike(old):
    place, answers = old
    known = columns(place)
    backup.upgrade(str(place), NOW)
    with Ledger.open(str(place)) as ledger:
        for day, then in answers["days"].items():
            assert answer(ledger, day, known) == then, day


def test_an_upgraded_ledger_is_written_to_like_a_new_one(old):
    place, _answers = old
    backup.upgrade(str(place), NOW)
    db = sqlite3.connect(place)
    assert (
        db.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE '%task_before%' OR name = 'task_kept'"
        ).fetchall()
        == []
    )
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("DELETE FROM task")
