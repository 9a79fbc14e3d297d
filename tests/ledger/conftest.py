"""Engines that keep a ledger. The contract suite runs on each of them, unchanged.

An engine is a class with ``make(ident)`` (a new, empty, open ledger), ``again()`` (the same ledger
opened once more) and ``close()``; add it to ENGINES.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attempts import counted  # noqa: F401 - a fixture
from ledger import plans, server
from qplan.ledger import create
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

if TYPE_CHECKING:
    from ledger.district import District


class Memory:
    """SQLite in memory: nothing to share, so a second look is the same connection."""

    def __init__(self, tmp_path: Path) -> None:
        self.ledger: Ledger | None = None

    def make(self, ident: str | None = None) -> Ledger:
        self.ledger = create.in_memory(plans.RECORDED, ident)
        return self.ledger

    def again(self) -> Ledger:
        assert self.ledger is not None
        return self.ledger

    def close(self) -> None:
        if self.ledger is not None:
            self.ledger.close()


class File:
    """SQLite in a file."""

    def __init__(self, tmp_path: Path) -> None:
        self.place = str(tmp_path / "ledger.db")
        self.open: list[Ledger] = []

    def make(self, ident: str | None = None) -> Ledger:
        with create.new_ledger(self.place, plans.RECORDED, ident):
            pass
        return self.again()

    def again(self) -> Ledger:
        self.open.append(Ledger.open(self.place, write=True))
        return self.open[-1]

    def close(self) -> None:
        for ledger in self.open:
            ledger.close()


class Postgres(File):
    """A database of its own on a real server."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path)
        self.database = server.Database()
        self.place = self.database.url()

    def close(self) -> None:
        super().close()
        self.database.drop()


ENGINES = {"memory": Memory, "file": File, "postgres": Postgres}


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path):
    made = ENGINES[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def empty(engine) -> Ledger:
    """A ledger without a plan."""
    return engine.make("feedc0de00000001")


@pytest.fixture
def ledger(empty: Ledger) -> Ledger:
    """A ledger with the small plan."""
    with empty.transaction():
        plans.fill(empty)
    return empty


@pytest.fixture(scope="module")
def district():
    from ledger.district import District  # only where a server is wanted

    made = District()
    yield made
    made.close()


@pytest.fixture
def temporary(district: District):
    """Everybody may make temporary tables, as on a server where that was not revoked."""
    name = district.database.name
    district.database.admin.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO PUBLIC')
    yield
    district.database.admin.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')


@pytest.fixture
def refused(district: District):
    """Whatever is tried in a test, the journal and the rows stay as they were."""

    def everything() -> Any:
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []
            return ledger.head(), ledger.rows()

    before = everything()
    yield
    assert everything() == before
