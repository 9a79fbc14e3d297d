"""A task whose deadline was moved is in time by the one in force, and late by the first one."""

from __future__ import annotations

import json
import runpy
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

TOOL = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "tools" / "play_year.py")))


def run(place: str, day: str, *words: str, actor: str = "li@zlb") -> str:
    with TOOL.clock(datetime.fromisoformat(day).replace(hour=1, tzinfo=UTC)):
        code, out, err = TOOL.call(*words, "--ledger", place, "--actor", actor)
    assert code == 0, err
    return str(out)


def test_what_was_closed_after_the_first_deadline_scores_as_late_against_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("QPLAN_CONFIG", "")
    place = str(tmp_path / "ledger.db")
    run(place, "2025-12-01", "load")
    run(place, "2025-12-02", "accept", "T1.3")
    run(place, "2025-12-03", "extend", "T1.3", "--to", "2026-06-30", "--reason", "顺延")
    run(place, "2026-02-02", "submit", "T1.3", "--evidence", "文〔2026〕1号", actor="wang@scjg")
    run(place, "2026-02-03", "approve", "T1.3", "--yes")

    def scored(*more: str) -> tuple[int, int]:
        out = run(place, "2026-03-01", "score", "--year", "2026", "--format", "json", *more)
        line = next(item for item in json.loads(out)["items"] if item["dept"] == "scjg")
        return line["closed_in_time"], line["closed_late"]

    assert (scored(), scored("--against", "original")) == ((1, 0), (0, 1))
