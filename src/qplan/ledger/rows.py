"""Where records are read: the rows as they stand. :mod:`qplan.ledger.as_of` reads them as they stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from qplan.core.model import Counted
from qplan.ledger import statements
from qplan.ledger.connection import Connection

R = TypeVar("R")


class Rows:
    """The rows of a ledger, asked with the statements of :mod:`qplan.ledger.statements`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.rows(statement, **values)

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one."""
        return self.connection.each(statement, **values)

    def records(self, record: Callable[..., R], statement: str, **values: Any) -> list[R]:
        """The same as records of one entity; the query selects the fields of the record, the id first."""
        # the statement's columns are the record's fields: to count and name them again for every row costs more than it
        make: Any = partial(tuple.__new__, record)  # type: ignore[arg-type]
        return list(map(make, self.connection.rows(statement, **values)))

    def counted(self, before: str, lead: str | None) -> Counted:
        """The leaves, or those of a lead, counted by what decides their lights."""
        scope = {} if lead is None else {"lead": lead}

        def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
            return self.rows(statements.counted(statement, lead is not None), **scope, **values)

        return Counted(
            rows(statements.OPEN_COUNTED),
            rows(statements.MISSED_AT_WORK, before=before),
            rows(statements.FINISHED_COUNTED),
        )

    def silent(self, begun: str, silent: str) -> Counter[str | None]:
        """How many tasks of each lead are silent."""
        return Counter(lead for (lead,) in self.rows(statements.SILENT, begun=begun, silent=silent))

    def close(self) -> None:
        """Let go of the ledger."""
        self.connection.close()
