"""Percents as people type them."""

from __future__ import annotations

import pytest

from qplan.core.percents import parse_percent
from qplan.errors import BadInput


@pytest.mark.parametrize(
    "text, percent",
    [
        ("0", 0), ("1", 1), ("40", 40), ("40%", 40), ("４０％", 40), (" 40 % ", 40), ("40.0", 40), ("0.4", 40), (".07", 7),
        ("0.29", 29), ("1.0", 1), ("100", 100), ("100%", 100), ("0%", 0), ("0.99", 99),
    ],
)  # fmt: skip
def test_a_whole_percent_or_a_share_of_one_is_read(text: str, percent: int) -> None:
    assert parse_percent(text) == percent


@pytest.mark.parametrize(
    "text", ["", "101", "100.5", "40.5", "0.4%", "0.405", "-1", "1e2", "half", "40%%", "1000"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="from 0 to 100"):
        parse_percent(text)
