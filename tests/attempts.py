"""How many attempts a test has made: attacks, faults and writes, counted for the table of docs/reliability.md.

``tools/attacks.py`` reads the numbers from pytest's report. A test that counts none made one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

MADE = [0]


def attempt(number: int = 1) -> None:
    """Count attempts that were made."""
    MADE[0] += number


@pytest.fixture(autouse=True)
def counted(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Report the attempts of a test; those that a fixture of a module made are the first test's."""
    yield
    record_property("attempts", MADE[0] or 1)
    MADE[0] = 0
