"""The same ledger and week give the same bytes, on any day and on any machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Runs qplan with a clock that is so many days ahead, for whoever asks it.
SHIFTED = """
import datetime, sys, time
days = int(sys.argv.pop(1))
real, span = time.time, datetime.timedelta(days)
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + span
    @classmethod
    def utcnow(cls):
        return super().utcnow() + span
class Day(datetime.date):
    @classmethod
    def today(cls):
        return super().today() + span
time.time = lambda: real() + days * 86400
localtime = time.localtime
time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)
datetime.datetime, datetime.date = Later, Day
from qplan.cli.run import run
sys.exit(run(sys.argv[1:]))
"""


def built(year: Path, folder: Path, days: int, **environ: str) -> dict[str, bytes]:
    formats = ("md", "csv", "tsv", "txt")
    base = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "QPLAN_LANG": "zh", "QPLAN_CONFIG": "", **environ}
    common = ["--week", "2026-W06", "--ledger", str(year)]
    calls = [["--out", f"{folder}/"], *(["--out", str(folder / f"list.{suffix}")] for suffix in formats)]
    for call in calls:
        subprocess.run(
            [sys.executable, "-c", SHIFTED, str(days), "weekly", *common, *call],
            env=base, check=True, capture_output=True, cwd=folder.parent,
        )  # fmt: skip
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_format_is_the_same_bytes_under_another_clock(year, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = built(year, tmp_path / "a", 0, TZ="Asia/Shanghai", PYTHONHASHSEED="1")
    two = built(year, tmp_path / "b", 400, TZ="America/Lima", PYTHONHASHSEED="2", USER="somebody")
    assert {Path(name).suffix for name in one} == {
        ".docx", ".xlsx", ".html", ".json", ".ics", ".md", ".csv", ".tsv", ".txt",
    }  # fmt: skip
    assert [name for name in one if one[name] != two[name]] == []
    assert list(one) == list(two)


def test_what_is_newly_overdue_was_not_on_the_list_of_the_week_before(year):
    from datetime import date, timedelta

    from qplan.core.calendar import Week
    from qplan.ledger.store import Ledger
    from qplan.service import weekly

    before: set[str] = set()
    new = gone = 0
    with Ledger.open(str(year)) as ledger:
        for number in range(57):
            week = Week.of(date(2025, 1, 6) + timedelta(7 * number))
            with weekly.weekly(ledger, date(2026, 2, 16), week) as (_snapshot, content):
                now = {late.item.task.id for late in content.overdue}
                assert {late.item.task.id for late in content.newly_overdue} == now - before, week
                assert content.total.change == len(now) - len(before), week
                new, gone = new + len(now - before), gone + len(before - now)
                before = now
    assert new > 10 and gone > 3
