"""What every engine must do: one suite, run on each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger import plans
from ledger.contract import ENTRY, LEAD, OFFICE, accept, assert_whole, order, report
from qplan.core import events
from qplan.core.model import RECORDS, Actor, Change, TaskFilter
from qplan.errors import BadInput, ChangedMeanwhile, NoLedger, NotVerified, Refused
from qplan.ledger import heads, statements
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.plan.source import read_plan
from qplan.service import actions, reversal, webhooks
from qplan.service.actions import WriteContext

EXAMPLES = sorted(path.parent for path in Path(__file__).parents[2].glob("examples/*/plan_tasks.yaml"))


def test_a_new_ledger_has_an_identity_and_no_plan(empty: Ledger):
    head = empty.head()
    assert (head.ledger, head.seq, head.hash) == ("feedc0de00000001", 0, events.genesis("feedc0de00000001"))
    assert not empty.has_plan()
    with pytest.raises(NoLedger, match="qplan load"):
        empty.plan()
    assert_whole(empty)


def test_what_goes_in_comes_out(ledger: Ledger):
    whole = plans.plan()
    assert ledger.plan()._replace(version=0) == whole.head
    assert [t._replace(version=0) for t in ledger.tasks(TaskFilter(groups=True))] == list(whole.tasks)
    assert [m._replace(version=0) for m in ledger.milestones()] == list(whole.milestones)
    assert [d._replace(version=0) for d in ledger.departments()] == list(whole.departments)
    assert [i._replace(version=0) for i in ledger.indicators()] == list(whole.indicators)
    assert_whole(ledger)


def test_tasks_are_read_together_as_they_are_read_alone(ledger: Ledger):
    known = [task.id for task in ledger.tasks(TaskFilter(groups=True))]
    assert known
    # more of them than one question holds, in another order, unknown ones and other cases among them
    asked = [
        *known[::-1],
        *(f"X{number}" for number in range(len(statements.IDS))),
        known[0].lower(),
        known[0],
    ]
    found = ledger.tasks_named(asked)
    assert found == {ident: ledger.task(ident) for ident in known}
    assert ledger.tasks_named([]) == {}


def test_an_event_says_who_when_and_what(ledger: Ledger):
    (receipt,) = accept(ledger)
    event = ledger.event(receipt.seq)
    assert event is not None
    assert event[1:6] == ("2024-03-01T02:00:00Z", "2024-03-01", "李@scjg", "task.accept", "T1.1")
    body = events.changes_in(event)
    assert body["before"] == {"accepted_on": None, "last_update": None, "status": "assigned"}
    assert body["after"] == {"accepted_on": "2024-03-01", "last_update": "2024-03-01", "status": "active"}
    assert event.prev == ledger.event(receipt.seq - 1).hash
    assert ledger.task("t1.1").version == receipt.seq


def test_the_entries_between_two_days_are_those_effective_then(ledger: Ledger):
    accept(ledger, on="2024-03-01")
    for progress, day in ((10, "2024-03-31"), (20, "2024-04-01"), (30, "2024-04-07"), (40, "2024-04-08")):
        report(ledger, progress, on=day)
    accept(ledger, "T1.2", on="2024-04-07")

    def between(first: str, last: str, within: Ledger = ledger) -> list[tuple[str, str]]:
        return [(event.effective_on, event.subject) for event in within.events_between(first, last)]

    week = [("2024-04-01", "T1.1"), ("2024-04-07", "T1.1"), ("2024-04-07", "T1.2")]
    assert between("2024-04-01", "2024-04-07") == week
    assert between("2024-04-02", "2024-04-06") == []
    with ledger.past("2024-04-06") as then:
        assert between("2024-04-01", "2024-04-07", then) == week[:1], "a past day knows nothing of later ones"


def test_an_error_inside_a_transaction_leaves_nothing(ledger: Ledger):
    before = ledger.head()
    change = Change(
        "task.report", "T1.1", {"note": None, "version": ledger.task("T1.1").version}, {"note": "x"}
    )
    with pytest.raises(RuntimeError), ledger.transaction():
        ledger.append([change], ENTRY)
        raise RuntimeError
    assert ledger.head() == before
    assert ledger.task("T1.1").note is None
    assert_whole(ledger)


def test_a_change_decided_on_an_old_row_is_refused_whole(ledger: Ledger):
    before = ledger.head()
    good = Change(
        "task.report", "T1.2", {"note": None, "version": ledger.task("T1.2").version}, {"note": "a"}
    )
    stale = Change("task.report", "T1.1", {"note": None, "version": 1}, {"note": "b"})
    with pytest.raises(ChangedMeanwhile, match=r"T1\.1"), ledger.transaction():
        ledger.append([good, stale], ENTRY)
    assert ledger.head() == before
    assert ledger.task("T1.2").note is None


def test_an_expected_version_guards_against_overwriting(ledger: Ledger):
    seen = ledger.task("T1.1").version
    accept(ledger)
    with pytest.raises(ChangedMeanwhile, match="meanwhile") as caught:
        report(ledger, 10, expected=seen)
    assert caught.value.exit == 4
    assert report(ledger, 10, expected=ledger.task("T1.1").version)


def test_a_retried_command_writes_once(ledger: Ledger):
    first = accept(ledger, "T1.1", "T1.2", request="r-1")
    head = ledger.head()
    again = accept(ledger, "T1.1", "T1.2", request="r-1")
    assert ledger.head() == head
    assert [r.seq for r in again] == [r.seq for r in first]
    assert all(r.repeated for r in again) and not any(r.repeated for r in first)
    assert_whole(ledger)


def test_a_dry_run_writes_nothing_and_says_what_it_would(ledger: Ledger):
    head = ledger.head()
    (would,) = accept(ledger, dry_run=True)
    assert would.seq == 0 and would.after["status"] == "active"
    assert ledger.head() == head


def test_one_command_on_many_tasks_is_all_or_nothing(ledger: Ledger):
    accept(ledger, "T1.2")
    head = ledger.head()
    with pytest.raises(Refused, match=r"T1\.2"):
        accept(ledger, "T1.1", "T1.2")
    assert ledger.head() == head


def test_a_future_day_and_one_before_the_plan_are_refused(ledger: Ledger):
    for on in ("2026-01-02", "2021-07-31"):
        with pytest.raises(BadInput):
            accept(ledger, on=on)


class TestThePast:
    def test_a_past_day_is_what_was_said_then(self, ledger: Ledger):
        accept(ledger)
        report(ledger, 30, on="2024-04-01")
        then = ledger.head()
        report(ledger, 60, on="2024-07-01")
        past = ledger.at("2024-06-30")
        assert past.task("T1.1").progress == 30
        assert past.head() == then
        assert ledger.at("2024-07-01") is ledger
        assert ledger.at("2024-02-01").task("T1.1").status == "assigned"

    def test_a_late_report_counts_for_its_day_and_is_marked(self, ledger: Ledger):
        accept(ledger)
        actions.take(ledger, ["T1.1"], "report", {"progress": 40}, order(on="2024-06-01"))
        late = actions.take(
            ledger, ["T1.1"], "assign", {"owner": "王"},
            WriteContext(OFFICE, "2024-08-01T02:00:00Z", date(2026, 1, 1), date(2024, 5, 1)),
        )  # fmt: skip
        assert ledger.at("2024-05-15").task("T1.1").owner == "王"
        assert ledger.at("2024-05-15").task("T1.1").progress == 0
        assert ledger.at(seq=late[0].seq - 1).task("T1.1").owner is None
        assert events.is_late(ledger.event(late[0].seq), "+08:00")
        assert not events.is_late(ledger.event(late[0].seq - 1), "+08:00")

    def test_a_late_report_cannot_go_below_a_later_one(self, ledger: Ledger):
        accept(ledger)
        report(ledger, 40, on="2024-06-01")
        with pytest.raises(Refused, match="2024-06-01"):
            report(ledger, 20, on="2024-05-01")

    def test_the_past_can_be_asked_and_not_written(self, ledger: Ledger):
        accept(ledger)
        past = ledger.at("2024-02-01")
        assert [t.id for t in past.tasks(TaskFilter(under="T1"))] == ["T1.1", "T1.2", "T1.3", "T1.4"]
        assert [t.id for t in past.tasks(TaskFilter(search="任务 3"))] == ["T1.3"]
        assert past.events("T1.1")[-1].kind == "task.define"

    def test_replay_gives_the_rows(self, ledger: Ledger):
        accept(ledger)
        report(ledger, 40)
        state = events.replay(ledger.events())
        rows = ledger.rows()
        assert state.keys() == {(entity, ident) for entity in RECORDS for ident in rows[entity]}
        for (entity, ident), fields in state.items():
            assert events.record(entity, ident, fields) == rows[entity][ident]


def test_a_clock_set_back_changes_nothing_in_the_order(ledger: Ledger):
    accept(ledger, on="2024-03-01")
    late = order(on="2024-04-01")._replace(recorded_at="2019-01-01T00:00:00Z")
    actions.take(ledger, ["T1.1"], "report", {"progress": 5}, late)
    report(ledger, 7, on="2024-04-02")
    assert [e.seq for e in ledger.events()] == list(range(1, ledger.head().seq + 1))
    assert ledger.task("T1.1").progress == 7
    assert_whole(ledger)


HOSTILE = [
    "'; DROP TABLE task; --",
    "\x1b[31mred",
    "a\nb\x00c",
    "=1+1",
    "\u202eevil",
    "😀" * 50,
    "%_!",
    "{x}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_kept_as_it_is(ledger: Ledger, text: str):
    if "\x00" in text and getattr(ledger.connection, "place", "").startswith("postgres"):
        pytest.skip("PostgreSQL has no NUL in text; the command line refuses it")
    change = Change(
        "task.report", "T1.1", {"note": None, "version": ledger.task("T1.1").version}, {"note": text}
    )
    with ledger.transaction():
        ledger.append([change], ENTRY)
    assert ledger.task("T1.1").note == text
    assert [t.id for t in ledger.tasks(TaskFilter(search=text))] == ["T1.1"]
    assert verify(ledger.connection).damage == []


def test_the_lines_of_a_report_stay_in_row_and_journal(ledger: Ledger):
    said = {
        "note": "1.已开工\r\n2.资金到位",
        "difficulty": "缺地\n缺钱",
        "needs": "用地\n资金",
        "next_step": "招标\n开工",
    }
    accept(ledger)
    first = actions.take(ledger, ["T1.1"], "block", said, order(on="2024-04-01", request="say-2"))
    again = actions.take(ledger, ["T1.1"], "block", said, order(on="2024-04-01", request="say-2"))
    assert [one.seq for one in again] == [one.seq for one in first]
    row = ledger.task("T1.1")
    assert (row.note, row.difficulty, row.next_step) == ("1.已开工\n2.资金到位", "缺地\n缺钱", "招标\n开工")
    part = {"note": "第一条\n第二条"}
    for _time in range(2):
        actions.take(
            ledger, ["T1.1"], "contribute", part, order(Actor("某", "fgj"), "2024-04-02", request="say-3")
        )
    assert ledger.task("T1.1").support_note == "fgj 2024-04-02 第一条\n 第二条"
    assert_whole(ledger)


def test_a_request_id_belongs_to_its_actor_and_its_content(ledger: Ledger):
    first = actions.take(ledger, ["T1.1"], "accept", {"note": "已签收"}, order(LEAD, request="r-1"))
    again = actions.take(ledger, ["T1.1"], "accept", {"note": "已签收"}, order(LEAD, request="r-1"))
    assert again[0].repeated and again[0].seq == first[0].seq
    for who, task, given in (
        (OFFICE, "T1.1", {"note": "已签收"}),
        (LEAD, "T1.2", {"note": "已签收"}),
        (LEAD, "T1.1", {"note": "别的"}),
    ):
        with pytest.raises(Refused, match="used for another command"):
            actions.take(ledger, [task], "accept", given, order(who, request="r-1"))


def test_whoever_claimed_a_completion_does_not_verify_it_under_another_name_of_the_record(ledger: Ledger):
    clerk, chief = Actor("李", "zlb"), Actor("王", "zlb")
    actions.take(ledger, ["T1.1"], "accept", {}, order(LEAD))
    (claim,) = actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order(clerk))
    reversal.undo(ledger, claim.seq, order(clerk))
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order(LEAD))
    with pytest.raises(Refused, match="cannot verify it"):
        actions.take(ledger, ["T1.1"], "approve", {}, order(clerk))
    actions.take(ledger, ["T1.1"], "approve", {}, order(chief))


def test_what_the_office_enters_for_a_department_is_not_its_answer_to_an_urging(ledger: Ledger):
    accept(ledger)
    actions.take(ledger, ["T1.1"], "urge", {}, order(OFFICE, on="2026-01-01"))
    (heard,) = actions.take(ledger, ["T1.1"], "report", {"note": "电话报告"}, order(OFFICE, on="2026-01-01"))
    assert heard.info["on_behalf_of"] == "scjg" and ledger.task("T1.1").answered_on is None
    actions.take(ledger, ["T1.1"], "report", {"note": "书面答复"}, order(LEAD, on="2026-01-01"))
    assert ledger.task("T1.1").answered_on == "2026-01-01"
    assert_whole(ledger)


def test_a_request_id_is_bound_to_the_level_of_an_urging(ledger: Ledger):
    urge = order(OFFICE, on="2026-01-01", request="urge-1")
    given = {"level": "urge", "note": "急"}
    first = actions.take(ledger, ["T1.1"], "urge", given, urge)
    label = ledger.task("T1.1").urge_level
    assert label == "urge"
    again = actions.take(ledger, ["T1.1"], "urge", {**given, "level": " URGE "}, urge)
    assert [one.seq for one in again] == [one.seq for one in first]
    with pytest.raises(Refused, match="another command"):
        actions.take(ledger, ["T1.1"], "urge", {**given, "level": "interview"}, urge)


def test_a_request_id_is_bound_to_the_evidence(ledger: Ledger):
    accept(ledger)
    said = order(on="2024-04-01", request="say-1")
    first = actions.take(ledger, ["T1.1"], "report", {"evidence": " 文1号 \n文2号"}, said)
    again = actions.take(ledger, ["T1.1"], "report", {"evidence": "文1号\n 文2号"}, said)
    assert again[0].repeated and again[0].seq == first[0].seq
    with pytest.raises(Refused, match="another command"):
        actions.take(ledger, ["T1.1"], "report", {"evidence": "文3号"}, said)


def test_a_request_id_is_bound_to_the_supporting_departments(ledger: Ledger):
    hand = order(OFFICE, on="2024-04-01", request="hand-1")
    first = actions.take(ledger, ["T1.1"], "assign", {"support": "", "owner": "王"}, hand)
    again = actions.take(ledger, ["T1.1"], "assign", {"support": "", "owner": "王"}, hand)
    assert again[0].seq == first[0].seq
    with pytest.raises(Refused, match="another command"):
        actions.take(ledger, ["T1.1"], "assign", {"support": "fgj", "owner": "王"}, hand)


def test_a_message_that_was_sent_is_an_entry_that_changes_no_field(ledger: Ledger):
    robot = webhooks.Robot("wecom", "https://example.org/key")
    urged = actions.take(ledger, ["T1.1"], "urge", {}, order(OFFICE, on="2024-06-03"))
    (sent,) = webhooks.record(ledger, ["T1.1"], robot, 2, order(OFFICE, on="2024-06-03"))
    assert (sent.kind, sent.after, sent.info) == ("task.send", {}, {"channel": "WeCom", "parts": "2"})
    assert ledger.task("T1.1").version == sent.seq
    with pytest.raises(Refused, match="by the office"):
        webhooks.record(ledger, ["T1.1"], robot, 1, order(on="2024-06-03"))
    with pytest.raises(Refused, match="cannot be undone"):
        reversal.undo(ledger, sent.seq, order(OFFICE, on="2024-06-03"))
    (undone,) = reversal.undo(ledger, None, order(OFFICE, on="2024-06-03"))
    assert undone.info["undoes"] == urged[0].seq
    assert_whole(ledger)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_the_example_plans_are_kept_like_any_other(empty: Ledger, folder: Path):
    whole = read_plan(folder).plan
    with empty.transaction():
        plans.fill(empty, whole)
    assert [t._replace(version=0) for t in empty.tasks(TaskFilter(groups=True))] == list(whole.tasks)
    assert [i._replace(version=0) for i in empty.indicators()] == list(whole.indicators)
    assert [d._replace(version=0) for d in empty.departments()] == list(whole.departments)
    assert_whole(empty)
    state = events.replay(empty.events())
    for entity, rows in empty.rows().items():
        for ident, row in rows.items():
            fields = {name: value for name, value in state[entity, ident].items() if name != "version"}
            assert RECORDS[entity](**{"id": ident, **fields}) == row._replace(version=0)


def test_of_plans_that_replaced_one_another_the_newest_is_in_force_from_its_day(ledger: Ledger):
    first = ledger.plan()
    after = first._replace(title="下一规划", begins="2026-01-01", ends="2026-12-31")._asdict()
    fields = {
        name: value for name, value in after.items() if name not in ("id", "version") and value is not None
    }
    entry = ENTRY._replace(effective_on="2025-12-31")
    with ledger.transaction():
        ledger.append([Change("plan.define", "next", {}, fields)], entry)
    assert (ledger.plan().id, ledger.plan().title) == ("next", "下一规划")
    assert ledger.at("2025-12-30").plan() == first
    assert_whole(ledger)


def test_a_journal_that_does_not_continue_the_head_seen_last_is_refused(
    ledger: Ledger, engine, tmp_path: Path
):
    """On a server and in a file: what was seen is compared with the entry of that number."""
    if not hasattr(engine, "place"):
        pytest.skip("nobody comes back to a ledger in memory")
    folder, place, notices = str(tmp_path / "heads"), engine.place, []
    head = heads.check(ledger, folder, place, notices.append)
    address = ledger.connection.address
    assert head == ledger.head() == heads.seen(ledger, folder)
    accept(ledger)
    assert ledger.written[-1] == (ledger.event(head.seq + 1),) * 2
    assert heads.check(ledger, folder, place, notices.append) == ledger.head() == heads.seen(ledger, folder)
    heads.remember(folder, address, head)
    assert heads.check(ledger, folder, place, notices.append) == ledger.head()
    for last, words in (
        (head._replace(seq=head.seq + 2), "entries are gone"),
        (head._replace(hash="0" * 64), "was rewritten"),
    ):
        heads.remember(folder, address, last)
        with pytest.raises(NotVerified, match=words):
            heads.check(ledger, folder, place, notices.append)
        assert heads.seen(ledger, folder) == last
    assert notices == [] and len(list((tmp_path / "heads").iterdir())) == 1


def test_a_paused_reader_keeps_no_snapshot(engine):
    """What is slow to read beside the ledger is read while the reader keeps nobody from writing."""
    writer = engine.make()
    with writer.transaction():
        plans.fill(writer)
    reader = Ledger.open(engine.place) if hasattr(engine, "place") else writer
    try:
        assert reader.task("T1.1").status == "assigned"
        with reader.connection.paused():
            accept(writer)
        assert reader.task("T1.1").status == "active"
    finally:
        reader.close()
