"""The fictitious year: played again it gives the same journal and the same weekly lists, byte for byte."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from golden import check_golden
from qplan import i18n
from qplan.core.calendar import LIGHTS
from qplan.core.rules import DEFAULT_LEVELS
from qplan.core.workflow import BY_ACTION, STATUS

TOOL = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "tools" / "play_year.py")))
#: Mid-year, the first overdue tasks, the interviews.
WEEKS = ("2025-W26", "2026-W01", "2026-W06")
GOLDEN = Path(__file__).parent / "golden"
#: What the chat group was sent.
MESSAGES: list[str] = []


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The script, played into a ledger of its own."""
    place = str(tmp_path_factory.mktemp("year") / "ledger.db")
    MESSAGES[:] = TOOL.play(place, TOOL.SCRIPT.read_text(encoding="utf-8"))
    yield place
    i18n.use("en")


@pytest.fixture(scope="module")
def entries():
    lines = TOOL.JOURNAL.read_text(encoding="utf-8").splitlines()[1:]
    return [{**(event := json.loads(line)), **json.loads(event["body"])} for line in lines]


def asked(place, *argv):
    with TOOL.clock(TOOL.END):
        code, out, err = TOOL.call(*argv, "--ledger", place, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def test_the_script_gives_the_journal_that_is_kept(year) -> None:
    assert TOOL.journal(year) == TOOL.JOURNAL.read_text(encoding="utf-8"), "run make generate"


@pytest.mark.parametrize("week", WEEKS)
def test_weekly_lists_are_golden(year, week) -> None:
    check_golden(GOLDEN / f"weekly-{week}.txt", TOOL.weekly(year, week).encode())


def test_the_kept_journal_makes_the_same_ledger(year, tmp_path) -> None:
    place = str(tmp_path / "imported.db")
    code, _out, err = TOOL.call("import", str(TOOL.JOURNAL), "--ledger", place)
    assert code == 0, err
    assert TOOL.weekly(place, "2026-W06") == TOOL.weekly(year, "2026-W06")
    assert TOOL.call("verify", "--ledger", place)[0] == 0


def test_everything_that_can_happen_happens(entries) -> None:
    kinds = {entry["kind"] for entry in entries}
    steps = {f"task.{action}" for action in BY_ACTION}
    assert steps | {"milestone.add", "milestone.done", "milestone.move"} <= kinds
    assert {"actual.measure", "actual.correct", "indicator.target"} <= kinds
    levels = {e["after"].get("urge_level") for e in entries if e["kind"] == "task.urge"}
    assert levels - {None} == {one.level for one in DEFAULT_LEVELS}
    info = {name for entry in entries for name in entry.get("info", {})}
    assert {"skipped", "late", "done_late", "closed_late"} <= info


def test_every_state_and_light_is_seen(year) -> None:
    states, lights = set(), set()
    for day in ("2025-01-07", "2025-04-15", "2025-06-26", "2025-07-10", "2025-12-12", "2026-01-06"):
        for item in asked(year, "tasks", "--as-of", day)["items"]:
            states.add(item["status"])
            lights.add(item["light"])
    assert (states, lights) == (set(STATUS), set(LIGHTS))


def test_actors_stand_for_nobody(entries) -> None:
    assert {entry["actor"].startswith("演示-") for entry in entries} == {True}
    assert "虚构" in TOOL.SCRIPT.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("day", ["2021-01-01", "2024-07-01", "2025-03-31", "2025-12-31", "2026-02-14"])
@pytest.mark.parametrize(
    "command",
    [
        ("tasks",),
        ("overdue",),
        ("summary",),
        ("indicators",),
        ("milestones",),
        ("mine",),
        ("score",),
        ("show", "C7.3"),
    ],
)
def test_any_day_since_the_plan_began_can_be_asked(year, day, command) -> None:
    page = asked(year, *command, "--as-of", day)
    assert page["as_of"] == day


def test_a_past_day_knows_nothing_of_what_came_after(year) -> None:
    before = asked(year, "show", "C7.3", "--as-of", "2026-01-08")["item"]
    after = asked(year, "show", "C7.3", "--as-of", "2026-01-09")["item"]
    assert (before["deadline"], before["extensions"], before["light"]) == ("2025-12-31", 0, "red")
    assert (after["deadline"], after["extensions"], after["original_deadline"]) == (
        "2026-02-13",
        1,
        "2025-12-31",
    )
    target = [
        asked(year, "show", "I9", "--as-of", day)["item"]["target"] for day in ("2025-02-17", "2025-02-18")
    ]
    assert target == [None, "318"]
    assert asked(year, "mine", "--dept", "jxkj", "--as-of", "2025-01-08")["disputed"][0]["id"] == "C7.4"


def test_a_milestone_is_missed_from_the_day_after_its_date_until_it_is_done(year) -> None:
    day = "2025-12-31"
    goals = asked(year, "milestones", "--as-of", day)["items"]
    assert {goal["due"] < day for goal in goals} == {True, False}
    assert any(goal["due"] == day and goal["done_on"] is None for goal in goals)
    for goal in goals:
        assert goal["missed"] == (goal["done_on"] is None and goal["due"] < day), goal
    seen = set()
    for ident in sorted({goal["task"] for goal in goals if goal["due"] <= day}):
        for goal in asked(year, "show", ident, "--as-of", day)["item"]["milestones"]:
            assert goal["missed"] == (goal["done_on"] is None and goal["due"] < day), goal
            seen.add((goal["missed"], goal["due"] == day))
    assert {(True, False), (False, False), (False, True)} <= seen


def test_doctor_names_the_years_whose_working_days_are_known(year) -> None:
    with TOOL.clock(TOOL.END):
        _code, out, err = TOOL.call("doctor", "--ledger", year, "--lang", "en")
    assert "known from 2021 to 2026" in out + err
    i18n.use("en")


def test_the_year_is_assessed_against_either_deadline(year) -> None:
    def points(*more):
        scored = asked(year, "score", "--year", "2026", *more)["items"]
        return {line["dept"]: (line["overdue"], line["points"]) for line in scored}

    now, first = points(), points("--against", "original")
    assert now["zhzf"][0] == 1 and first["zjj"][0] == now["zjj"][0] + 1  # T2.2.2 was given until March
    assert asked(year, "score", "--year", "2025")["as_of"] == "2025-12-31"


def test_reports_come_late_and_empty_and_not_at_all(year) -> None:
    page = asked(year, "reporting", "--period", "2025-Q3")
    assert page["totals"] == {"in_time": 76, "late": 1, "empty": 1, "missing": 1, "pending": 0}
    outcomes = {task["id"]: task["outcome"] for one in page["items"] for task in one["tasks"]}
    assert (outcomes["C7.3"], outcomes["S2"], outcomes["C1.4"]) == ("late", "empty", "missing")
    scored = {one["dept"]: one for one in asked(year, "score", "--year", "2025")["items"]}
    assert (scored["zhzf"]["reported_late"], scored["czj"]["reported_empty"]) == (1, 1)
    assert scored["jxkj"]["not_reported"] == 3


def test_a_batch_is_undone_in_one_step(year, entries) -> None:
    undone = [
        entry for entry in entries if entry["kind"] == "task.undo" and entry["effective_on"] == "2025-09-30"
    ]
    assert {entry["subject"] for entry in undone} == {"C1.2", "C1.3"}
    changed = asked(year, "changes", "--since", "2025-09-30", "--until", "2025-10-02")["items"]
    assert [item["id"] for item in changed] == ["C7.3"]


def test_letters_are_written_and_sent_and_the_journal_has_their_receipts(year, entries) -> None:
    folder = TOOL.folder_of(year)
    urged = {e["subject"] for e in entries if e["kind"] == "task.urge" and e["effective_on"] == "2026-01-05"}
    sent = {e["subject"] for e in entries if e["kind"] == "task.send"}
    assert sent == urged and len(urged) > 3
    texts = [path.read_text(encoding="utf-8").strip() for path in (folder / "催办").glob("*工作提醒单*.txt")]
    assert sorted(MESSAGES) == sorted(texts)
    for kind in ("docx", "eml", "txt"):
        papers = {path.name.partition("-")[0] for path in (folder / "督办").glob(f"*.{kind}")}
        assert papers >= {"区卫生健康局", "区住房城乡建设局"}
    (paper,) = (folder / "通报").glob("*.txt")
    assert {"C7.1", "C5.2"} <= set(re.findall(r"[TCS]\d(?:\.\d)*", paper.read_text(encoding="utf-8")))


def test_copies_of_the_evidence_are_kept_and_checked(year, tmp_path) -> None:
    kept = asked(year, "evidence", "T3.4.2")["items"]
    assert [(one["evidence"], one["state"]) for one in kept] == [("维权援助站点验收记录.txt", "kept")]
    assert Path(kept[0]["path"]).read_bytes() == (TOOL.EVIDENCE / "维权援助站点验收记录.txt").read_bytes()
    place = str(tmp_path / "copy.db")
    shutil.copy(year, place)
    shutil.copytree(f"{year}.evidence", f"{place}.evidence")
    assert TOOL.call("verify", "--ledger", place)[0] == 0
    (Path(f"{place}.evidence") / Path(kept[0]["path"]).name).write_text("forged", encoding="utf-8")
    assert TOOL.call("verify", "--ledger", place)[0] == 3
