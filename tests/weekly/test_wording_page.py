"""docs/weekly.md names every field that a template is given, and no other."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from qplan.core.calendar import Week
from qplan.core.workflow import STATUS
from qplan.ledger.store import Ledger
from qplan.service import queries, weekly
from qplan.views import document, notice

PAGE = Path(__file__).parents[2] / "docs" / "weekly.md"


def given(year, monkeypatch):
    seen = {}
    monkeypatch.setattr(notice, "compose", lambda wording, values, tables: seen.update({wording.path[-10:]: (values, tables)}) or document.Document("", ()))  # fmt: skip
    day = date(2026, 2, 14)
    with Ledger.open(str(year)) as ledger, weekly.weekly(ledger, day, Week(2026, 6)) as (snapshot, week):
        notice.weekly(snapshot, week)
        notice.order(snapshot, queries.task(snapshot, "C1.4"))
    return seen


def test_the_page_names_the_fields(year, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_]+)(?:\.[a-zA-Z_]+)?`", text))
    seen = given(year, monkeypatch)
    for values, tables in seen.values():
        assert set(values) - told == set()
        assert set(tables) - told == set()
        for value in values.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                assert set(value[0]) - told == set()
            elif isinstance(value, dict) and not set(value) <= {*STATUS, "overdue"}:
                assert {
                    name for name in value if f"`{name}`" not in text and f".{name}`" not in text
                } == set()
    states = ", ".join(STATUS)
    assert f"`share.STATE` ({states};" in text, (
        "docs/weekly.md: the codes at count.STATE are not those of STATUS"
    )
    for mark in document.MARKS:
        assert f"`{mark} " in text or f"`{mark}`" in text
