"""The schema, said three times (tables, migrations, records) and once meant."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
import stat
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from ledger import plans
from qplan.core.model import RECORDS, Event, TaskFilter
from qplan.errors import ChangedMeanwhile, NoLedger, Refused
from qplan.ledger import create, schema, statements, tables
from qplan.ledger.connection import SCHEMA_VERSION
from qplan.ledger.store import Ledger


@pytest.fixture(scope="module")
def made():
    with create.in_memory(plans.RECORDED) as ledger:
        yield ledger.connection.raw


def test_the_migrations_make_what_the_tables_say(made: sqlite3.Connection):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", creator=lambda: made, poolclass=StaticPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        with warnings.catch_warnings():  # an index on lower(id) cannot be reflected; the next test sees it
            warnings.simplefilter("ignore")
            difference = compare_metadata(context, tables.Row.metadata)
    assert difference == [], "ledger/migrations/versions: a migration is missing, see CONTRIBUTING.md"


def test_the_number_of_the_schema_is_that_of_the_newest_migration():
    """Ledgers of an earlier number are upgraded; with the same number the migration would not run."""
    newest = max(int(path.name[:4]) for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert newest == SCHEMA_VERSION, (
        "ledger/connection.py: SCHEMA_VERSION is not the newest migration's number"
    )


def test_the_text_of_a_new_ledger_is_what_the_migrations_make():
    assert schema.SCHEMA_SQL.read_text("utf-8") == schema.schema_sql(), "run make generate"


def test_a_new_ledger_imports_neither_alembic_nor_sqlmodel():
    code = (
        "import sys\nfrom qplan.ledger import create\ncreate.in_memory('2025-01-01T00:00:00Z').close()\n"
        "print(*({'alembic', 'sqlmodel', 'sqlalchemy'} & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == ""


def ddl(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Each table's definition as its sorted parts, each index's as it is."""
    found = {}
    for name, sql in db.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
    ):
        if name != "alembic_version":
            # a column that was added later stands in the line of the one before it
            parts = re.split(r",(?![^(]*\))|\n", sql)
            found[name] = sorted(filter(None, (part.strip(" ,\t)") for part in parts)))
    return found


def test_checks_and_partial_indexes_too(made: sqlite3.Connection):
    """What Alembic's comparison does not look at: CHECK, STRICT, conditions of indexes."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    db = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool)
    tables.Row.metadata.create_all(engine)
    assert ddl(db) == ddl(made), "ledger/migrations/versions: a migration is missing, see CONTRIBUTING.md"


def test_every_table_is_strict(made: sqlite3.Connection):
    loose = [row[1] for row in made.execute("PRAGMA table_list") if row[2] == "table" and not row[5]]
    assert set(loose) <= {"sqlite_schema", "sqlite_temp_schema", "alembic_version"}


def test_records_have_the_columns_of_their_tables(made: sqlite3.Connection):
    for entity, record in {**RECORDS, "event": Event}.items():
        columns = [row[1] for row in made.execute(f"PRAGMA table_info({entity})")]
        assert sorted(columns) == sorted(record._fields), entity  # those added later come last
    assert set(SQLModel.metadata.tables) == set()


FILTERS: dict[str, Any] = {
    "lead": "a", "lead_or_support": "a", "status": "active", "column": 1, "under": "T1", "due_before": "2025-01-01",
    "due_from": "2025-01-01", "open": True, "unconfirmed": True, "search": "x", "groups": True, "limit": 5,
}  # fmt: skip


def every_statement() -> list[str]:
    fixed = [
        v
        for k, v in vars(statements).items()
        if k.isupper() and isinstance(v, str) and v.split()[0] in ("SELECT", "INSERT")
    ]
    made = [statements.insert(entity) for entity in RECORDS]
    made += [statements.by_id(entity) for entity in RECORDS] + [
        statements.by_folded_id(entity) for entity in RECORDS
    ]
    made += [statements.by_ids("task")]
    made += [
        statements.update(e, tuple(f for f in r._fields if f not in ("id", "version")))
        for e, r in RECORDS.items()
    ]
    made += [statements.versions_before(entity) for entity in RECORDS]
    made += [
        statements.tasks(TaskFilter(sort=sort, **dict(pair)))[0]
        for pair in itertools.combinations(FILTERS.items(), 2)
        for sort in statements.TASK_ORDER
    ]
    made.append(statements.tasks(TaskFilter(**FILTERS))[0])
    return [*fixed, *made]


def test_every_statement_compiles(made: sqlite3.Connection):
    everything = every_statement()
    assert len(everything) > 100
    for statement in everything:
        made.execute(f"EXPLAIN {statement}", Anything())


class Anything(dict):
    """A value for every parameter."""

    def __missing__(self, name: str) -> None:
        return None


def test_every_filter_has_its_condition():
    """What is given is asked for, and every parameter of the query has its value."""
    alone = statements.tasks(TaskFilter())[0]
    for name, value in FILTERS.items():
        text, values = statements.tasks(TaskFilter(**{name: value}))
        assert text != alone or name == "search", name  # the ledger compares the words itself
        assert set(re.findall(r":(\w+)", text)) == set(values), name
    assert {*FILTERS, "retired", "sort"} == {*TaskFilter._fields}, "add the new filter to FILTERS here"


def test_a_statement_takes_known_fields_only():
    with pytest.raises(ValueError, match="no"):
        statements.update("task", ("title", "x = 1; --"))


class TestANewLedger:
    def test_it_is_its_owners_alone(self, tmp_path: Path):
        place = tmp_path / "data" / "ledger.db"
        place.parent.mkdir()
        with create.new_ledger(str(place), plans.RECORDED) as ledger:
            plans.fill(ledger)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert os.listdir(place.parent) == ["ledger.db"]

    def test_it_is_not_there_before_it_is_whole(self, tmp_path: Path):
        place = tmp_path / "ledger.db"
        with pytest.raises(RuntimeError), create.new_ledger(str(place), plans.RECORDED) as ledger:
            plans.fill(ledger)
            assert not place.exists()
            raise RuntimeError
        assert os.listdir(tmp_path) == []

    def test_one_made_meanwhile_is_never_overwritten(self, tmp_path: Path):
        place = tmp_path / "ledger.db"
        with pytest.raises(ChangedMeanwhile), create.new_ledger(str(place), plans.RECORDED) as ledger:
            plans.fill(ledger)
            place.write_text("mine")
        assert place.read_text() == "mine"
        assert os.listdir(tmp_path) == ["ledger.db"]

    def test_it_is_filled_in_one_transaction(self, tmp_path: Path):
        with create.new_ledger(str(tmp_path / "l.db"), plans.RECORDED) as ledger:
            plans.fill(ledger)
            assert ledger.connection.raw.in_transaction

    @pytest.mark.parametrize("folder", ["file", "missing"])
    def test_a_folder_that_is_not_there_is_not_made(self, tmp_path: Path, folder: str):
        (tmp_path / "file").write_text("")
        with (
            pytest.raises(NoLedger, match=f"There is no folder .*{folder};"),
            create.new_ledger(str(tmp_path / folder / "x.db"), ""),
        ):
            pass
        assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    "version, safe",
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)  # fmt: skip
def test_wal_only_where_it_is_safe(version: tuple[int, ...], safe: bool):
    assert schema.wal_is_safe(version) is safe


def test_a_reader_cannot_write(tmp_path: Path):
    place = str(tmp_path / "l.db")
    with create.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
    with Ledger.open(place) as ledger, pytest.raises(Refused):
        ledger.connection.run("UPDATE task SET progress = 1")


def test_the_columns_of_the_tables_are_the_fields_of_the_records():
    """A new entity or field: edit core/model.py and write a migration in ledger/migrations/versions."""
    made = {
        table.name: {column.name for column in table.columns} for table in tables.Row.metadata.sorted_tables
    }
    assert made == {name: set(columns) for name, columns in schema.COLUMNS.items()}, (
        "ledger/tables.py and core/model.py differ"
    )
    with create.in_memory("2025-01-01T00:00:00Z") as ledger:
        assert schema.column_differences(ledger.connection) == [], "write a migration, then: make generate"


def test_a_column_that_the_program_does_not_know_is_found():
    with create.in_memory("2025-01-01T00:00:00Z") as ledger:
        ledger.connection.run("ALTER TABLE task ADD COLUMN mood TEXT")
        ledger.connection.run("ALTER TABLE task DROP COLUMN remark")
        assert schema.column_differences(ledger.connection) == ["task.mood", "task.remark"]
