"""Where the records of a plan are written in its files."""

#: File, line and column (from 1).
Place = tuple[str, int, int]


class Places(dict[str, Place]):
    """Where the records are written: record id -> file, line, column.

    The key of a department is ``department:ID``, of a level ``level:ID``; a reference that leads nowhere has
    ``ID REFERENCE``; ``plan:`` and ``rules:`` are the maps of those names.
    """

    def first(self, *keys: str) -> Place | None:
        """The place of the first key that has one."""
        return next((self[key] for key in keys if key in self), None)
