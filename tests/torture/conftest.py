"""How many rounds each test does, for the table of docs/reliability.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from torture import harness


@pytest.fixture(autouse=True)
def count_rounds(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Report the rounds that a test has asked for."""
    before = harness.ASKED[0]
    yield
    if done := harness.ASKED[0] - before:
        record_property("did", done)
