"""A district on a server: three departments, the roles of their people, and a bare driver for each."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest

from attempts import attempt
from golden import AGAIN
from ledger import plans, server
from qplan.core import events
from qplan.ledger import create
from qplan.ledger.postgres import rights, structure
from qplan.ledger.store import Ledger
from qplan.service import actions, reversal
from qplan.service.actions import WriteContext
from qplan.service.receipts import Receipt

psycopg = pytest.importorskip("psycopg")

ON = "2024-04-01"


class District:
    """A ledger of three departments with its roles: 市监 leads T1.x and 发改 supports, 发改 leads C1.1."""

    def __init__(self) -> None:
        self.database = server.Database()
        self.prefix = self.database.name
        with create.new_ledger(self.database.url(), plans.RECORDED) as ledger:
            plans.fill(ledger, plans.plan(leaves=15))
        with Ledger.open(self.database.url(), write=True) as ledger:
            rights.apply(ledger.connection, self.prefix)
            faults = list(structure.faults(ledger.connection))
        assert not faults or os.environ.get("GOLDEN"), f"ledger/postgres/objects*.txt: {AGAIN}\n{faults}"
        admit = self.database.admit
        unit = {name: f"{self.prefix}_{name}" for name in ("office", "dept_scjg", "dept_fgj", "auditor")}
        self.roles = {
            "office": unit["office"], "lead": unit["dept_scjg"], "other": unit["dept_fgj"], "auditor": unit["auditor"],
            "person": f"{self.prefix}_wang", "clerk": f"{self.prefix}_li",
            "both": f"{self.prefix}_both", "stranger": f"{self.prefix}_nobody",
        }  # fmt: skip
        self.urls = {name: admit(self.roles[name]) for name in ("office", "lead", "other", "auditor")}
        self.urls["person"] = admit(self.roles["person"], unit["dept_scjg"])
        self.urls["clerk"] = admit(self.roles["clerk"], unit["office"])
        self.urls["both"] = admit(self.roles["both"], unit["dept_scjg"])
        self.database.admin.execute(f'GRANT "{unit["dept_fgj"]}" TO "{self.roles["both"]}"')
        self.database.admin.execute(f'CREATE ROLE "{self.roles["stranger"]}"')
        self.urls["stranger"] = admit(self.roles["stranger"])
        self.bare = {name: psycopg.connect(url, autocommit=True) for name, url in self.urls.items()}

    def row(self, ident: str, table: str = "task") -> dict[str, Any]:
        with Ledger.open(self.database.url()) as ledger:
            return dict(ledger.any(table, ident)._asdict())

    def head(self) -> Any:
        with Ledger.open(self.database.url()) as ledger:
            return ledger.head()

    def call(
        self, who: str, *changes: tuple[str, str, str, int | None], on: str = ON, request: str | None = None
    ) -> Any:
        kinds, subjects, bodies, versions = (list(column) for column in zip(*changes, strict=True))
        return (
            self.bare[who]
            .execute(
                "SELECT * FROM qplan.record(%s, %s, %s, %s::integer[], %s, %s)",
                [kinds, subjects, bodies, versions, on, request],
            )
            .fetchall()
        )

    def entry(self, kind: str, ident: str, after: dict[str, Any], **more: Any) -> tuple[str, str, str, int]:
        """An entry as an honest client would make it, with what a test wants forged."""
        row = self.row(ident, kind.partition(".")[0])
        body = {"before": {name: row[name] for name in after}, "after": after, **more}
        return kind, ident, events.canonical({k: v for k, v in body.items() if v is not None}), row["version"]

    def act(self, who: str, ident: str, action: str, on: str = ON, **given: Any) -> list[Receipt]:
        with Ledger.open(self.urls[who], write=True) as ledger:
            actor = rights.own_actor(ledger.connection)
            order = WriteContext(actor, "2000-01-01T00:00:00Z", date(2025, 1, 1), date.fromisoformat(on))
            return actions.take(ledger, [ident], action, given, order)

    def close(self) -> None:
        for bare in self.bare.values():
            bare.close()
        self.database.drop()


def denied(district: District, who: str, statement: str) -> psycopg.Error:
    attempt()
    with pytest.raises(psycopg.Error) as caught:
        district.bare[who].execute(statement)
    return caught.value


def state_of(district: District, who: str, *changes: Any, **more: Any) -> str:
    attempt()
    with pytest.raises(psycopg.Error) as caught:
        district.call(who, *changes, **more)
    assert caught.value.diag.message_detail  # the Chinese sentence goes with the English one
    return f"{caught.value.sqlstate} {caught.value.diag.message_primary}"


def context(ledger: Ledger, on: str = ON) -> WriteContext:
    """How the role of a ledger writes on a day, entered much later."""
    return WriteContext(
        rights.own_actor(ledger.connection), plans.RECORDED, date(2026, 1, 1), date.fromisoformat(on)
    )


def undo(district: District, who: str, seq: int, on: str = ON) -> Any:
    """Undo an entry as one of the district's people, by the program."""
    with Ledger.open(district.urls[who], write=True) as ledger:
        return reversal.undo(ledger, seq, context(ledger, on), only=True)
