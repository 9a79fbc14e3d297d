"""The program itself, connected as a department's role: the gate takes what the workflow decides."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from core.cycle import GIVEN
from ledger import plans
from ledger.district import ON, District, state_of
from qplan.core import events, workflow
from qplan.core.model import Actor, Change
from qplan.errors import QplanError, Refused
from qplan.ledger.journal import Entry
from qplan.ledger.postgres import rights
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import actions, reversal, webhooks
from qplan.service import milestones as goals
from qplan.service.actions import WriteContext
from qplan.service.receipts import Receipt

psycopg = pytest.importorskip("psycopg")


class TestHonest:
    """The program itself, connected as a role: the gate is taken by itself and nothing else changes."""

    def test_a_joint_lead_takes_the_steps_of_a_lead(self, district: District):
        district.act("office", "T1.4", "assign", lead="scjg fgj", support="")
        assert (district.row("T1.4")["lead"], district.row("T1.4")["joint"]) == ("scjg", "fgj")
        district.act("other", "T1.4", "accept", progress=20)
        district.act("lead", "T1.4", "report", progress=30)
        (receipt,) = district.act("office", "T1.4", "report", progress=40)
        assert receipt.info["on_behalf_of"] == "scjg fgj"
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []

    def test_line_feeds_are_taken_in_the_texts_of_a_report_and_nowhere_else(self, district: District):
        (made,) = district.act("lead", "T1.6", "accept", note="第一条\r\n第二条", next_step="甲\n乙")
        assert (made.after["note"], made.after["next_step"]) == ("第一条\n第二条", "甲\n乙")
        (part,) = district.act("other", "T1.6", "contribute", note="第一条\n第二条")
        assert part.after["support_note"].endswith("第一条\n 第二条")
        for after, info in (
            *(({"note": f"甲{character}乙"}, None) for character in "\r\t\x0b\x1b\x85\u2028"),
            ({"owner": "甲\n乙"}, None),
            ({"note": "甲"}, {"note": "甲\n乙"}),
        ):
            forged = district.entry("task.report", "T1.6", {**after, "last_update": ON}, info=info)
            assert state_of(district, "lead", forged).startswith("QP00")
        fgj = f"fgj {ON} "
        for parts in (f"{fgj}甲\nscjg {ON} 乙", f"{fgj}甲\n", f"{fgj}甲\n\n 乙", f"{fgj}甲\n \x1b乙"):
            forged = district.entry("task.contribute", "T1.6", {"support_note": parts})
            assert state_of(district, "other", forged).startswith("QP00")
        forged = district.entry(
            "task.contribute", "T1.6", {"support_note": f"{fgj}甲"}, info={"note": "甲\n乙"}
        )
        assert state_of(district, "other", forged).startswith("QP00")

    def test_the_office_alone_renames_and_removes_a_goal_and_confirms_a_deadline(self, district: District):
        def change(who: str, what: str, *given: Any) -> Any:
            with Ledger.open(district.urls[who], write=True) as ledger:
                actor = rights.own_actor(ledger.connection)
                order = WriteContext(actor, plans.RECORDED, date(2025, 1, 1), date.fromisoformat(ON))
                goal = ledger.milestones("T1.1")[0].id
                ids = [goal] if what == "remove" else goal
                return getattr(goals, what)(ledger, ids, *given, order)

        with pytest.raises(QplanError):
            change("lead", "rename", "另名", None)
        (renamed,) = change("office", "rename", "另名", "更清楚")
        (removed,) = change("office", "remove", "并入总结")
        assert (renamed.kind, removed.after["retired"]) == ("milestone.rename", 1)
        (receipt,) = district.act("office", "T1.1", "confirm")
        assert receipt.after["basis"] == "confirmed"
        with Ledger.open(district.database.url()) as ledger:
            assert ledger.milestone(renamed.subject).retired and verify(ledger.connection).findings == []

    def test_the_office_enters_a_message_that_was_sent_and_nobody_else_does(self, district: District):
        sent = district.entry("task.send", "T1.4", {}, info={"channel": "WeCom", "parts": "1"})
        assert "is for" in state_of(district, "lead", sent)
        assert "not what" in state_of(
            district, "office", district.entry("task.send", "T1.4", {}, info={"parts": "1"})
        )
        assert "canonical" in state_of(
            district, "office", district.entry("task.report", "T1.4", {}, info={"note": "x"})
        )
        with Ledger.open(district.urls["office"], write=True) as ledger:
            context = WriteContext(
                Actor(district.roles["office"], "zlb"),
                f"{ON}T02:00:00Z",
                date.fromisoformat(ON),
                date.fromisoformat(ON),
            )
            (receipt,) = webhooks.record(
                ledger, ["T1.4"], webhooks.Robot("feishu", "https://example.org/k"), 1, context
            )
        assert receipt.kind == "task.send"
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []

    def test_the_verifier_closes_a_task_and_the_office_cannot(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger, ledger.transaction():
            version = ledger.task("T1.5").version
            change = Change(
                "task.amend",
                "T1.5",
                {"verifier": None, "support": "fgj", "version": version},
                {"verifier": "fgj", "support": ""},
            )
            ledger.append([change], Entry("张@zlb", plans.RECORDED, ON))
        district.act("lead", "T1.5", "accept")
        district.act("lead", "T1.5", "submit", evidence="文1号")
        closing = district.entry("task.approve", "T1.5", {"status": "closed", "progress": 100, "closed_on": ON, "closed_by": f"{district.roles['office']}@zlb"}, info={"closed_late": False})  # fmt: skip
        assert "is for" in state_of(district, "office", closing)
        with pytest.raises(Refused, match="verifier"):
            district.act("office", "T1.5", "approve")
        district.act("other", "T1.5", "approve")
        assert district.row("T1.5")["status"] == "closed"
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []

    def test_a_task_from_hand_over_to_closing(self, district: District):
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("office", "confirm", {"document": "区质发〔2024〕1号"}),
            ("lead", "accept", {"owner": "负责人", "note": "已签收"}),
            ("other", "contribute", {"note": "数据已报"}),
            ("person", "report", {"progress": 30, "next_step": "推进"}),
            ("lead", "block", {"difficulty": "缺场地", "needs": "协调"}),
            ("clerk", "urge", {}),
            ("lead", "resume", {"progress": 40}),
            ("lead", "request", {"to": "2026-06-30", "reason": "项目延后"}),
            ("office", "refuse", {"reason": "理由不足"}),
            ("lead", "request", {"to": "2026-06-30", "reason": "补充材料"}),
            ("office", "extend", {}),
            ("person", "submit", {"evidence": "文3号"}),
            ("office", "return", {"note": "佐证不全", "progress": 80}),
            ("person", "submit", {"evidence": "文4号"}),
            ("office", "approve", {"note": "同意"}),
            ("office", "reopen", {"reason": "复查"}),
            ("office", "reassign", {"lead": "fgj", "support": "scjg"}),
            ("other", "dispute", {"reason": "职能不符"}),
            ("office", "assign", {"lead": "scjg", "support": "fgj"}),
            ("lead", "accept", {}),
            ("office", "terminate", {"document": "区质发〔2024〕2号"}),
        ]
        left_out = {step.action for step in workflow.TRANSITIONS} - {action for _who, action, _said in steps}
        assert not left_out, "tests/ledger/test_gate.py: a step without a row here"
        for who, action, said in steps:
            (receipt,) = district.act(who, "T1.8", action, **said)
            assert receipt.seq == district.head().seq
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []
            named = {event.actor for event in ledger.events("T1.8")[1:]}
        assert named == {f"{district.roles[w]}@{d}" for w, d in (("office", "zlb"), ("clerk", "zlb"), ("lead", "scjg"), ("person", "scjg"), ("other", "fgj"))}  # fmt: skip

    def test_a_refusal_is_a_sentence_of_the_program(self, district: District, refused: None):
        with pytest.raises(Refused, match="other"):
            district.act("lead", "C1.1", "accept")

    def test_and_one_of_the_database_where_the_program_was_changed(self, district: District, refused: None):
        change = Change(
            "task.approve",
            "T1.2",
            {"status": "assigned", "version": district.row("T1.2")["version"]},
            {"status": "closed"},
        )
        entry = plans.Entry("甲@zlb", plans.RECORDED, ON)
        with (
            Ledger.open(district.urls["lead"], write=True) as ledger,
            pytest.raises(Refused, match="is for office"),
            ledger.transaction(),
        ):
            ledger.append([change], entry)

    def test_a_late_dispute_is_refused_by_the_program(self, district: District):
        district.act("office", "T1.9", "confirm", on="2024-03-28")  # a Thursday
        with pytest.raises(Refused, match="within 3 working days"):
            district.act("lead", "T1.9", "dispute", on="2024-04-03", reason="职能不符")
        district.act("lead", "T1.9", "dispute", on="2024-04-02", reason="职能不符")

    def test_a_request_id_writes_once(self, district: District):
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            order = WriteContext(
                Actor(district.roles["lead"], "scjg"),
                plans.RECORDED,
                date(2025, 1, 1),
                date.fromisoformat(ON),
                request="r-1",
            )
            first = actions.take(ledger, ["T1.10"], "accept", {}, order)
            again = actions.take(ledger, ["T1.10"], "accept", {}, order)
        assert again[0].repeated and again[0].seq == first[0].seq
        forged = district.entry("task.report", "T1.10", {"progress": 9}, request="r-1")
        assert "used for another command" in state_of(district, "lead", forged, request="r-1")
        assert district.row("T1.10")["progress"] == 0

    def test_undo_is_for_ones_own(self, district: District):
        district.act("lead", "T1.11", "accept")
        (said,) = district.act("lead", "T1.11", "report", progress=70, on="2024-04-02")

        def undo(who: str, seq: int) -> Any:
            with Ledger.open(district.urls[who], write=True) as ledger:
                actor = rights.own_actor(ledger.connection)
                return reversal.undo(
                    ledger, seq, WriteContext(actor, plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3))
                )

        with pytest.raises(Refused, match="the office can undo it"):
            undo("other", said.seq)
        (back,) = undo("person", said.seq)
        assert district.row("T1.11")["progress"] == 0
        undo("office", back.seq)
        assert district.row("T1.11")["progress"] == 70
        defined = next(
            e for e in Ledger.open(district.database.url()).events("T1.11") if e.kind == "task.define"
        )
        with pytest.raises(QplanError):
            undo("lead", defined.seq)

    def test_an_entry_and_its_undoing_are_no_hindrance(self, district: District):
        order = WriteContext(Actor("王", "zlb"), plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3))

        def undo(seq: int | None, who: str = "office") -> list[Receipt]:
            with Ledger.open(district.urls[who], write=True) as ledger:
                return reversal.undo(ledger, seq, order._replace(actor=rights.own_actor(ledger.connection)))

        district.act("lead", "T1.12", "accept")
        (first,) = district.act("lead", "T1.12", "report", progress=20)
        (second,) = district.act("lead", "T1.12", "report", progress=40, on="2024-04-02")
        with pytest.raises(Refused, match=f"no. {second.seq}"):
            undo(first.seq)
        undo(second.seq)
        undo(first.seq)
        assert district.row("T1.12")["progress"] == 0

    def test_a_department_takes_back_its_own_last_entry(self, district: District):
        order = WriteContext(Actor("王", "zlb"), plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3))
        district.act("lead", "T1.13", "accept")
        (said,) = district.act("lead", "T1.13", "report", progress=20)
        district.act("office", "T1.14", "confirm")
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            (back,) = reversal.undo(ledger, None, order._replace(actor=rights.own_actor(ledger.connection)))
        assert back.info == {"undoes": said.seq}

    def test_a_reporter_does_not_close_by_undoing(self, district: District):
        district.act("lead", "T1.15", "accept")
        district.act("clerk", "T1.15", "submit", evidence="文1号")
        district.act("office", "T1.15", "approve", on="2024-04-02")
        (opened,) = district.act("office", "T1.15", "reopen", on="2024-04-02", reason="复核")
        row = district.row("T1.15")
        back = {**opened.before}
        back.pop("version", None)
        before = {name: row[name] for name in back}
        body = events.canonical({"before": before, "after": back, "info": {"undoes": opened.seq}})
        said = state_of(district, "clerk", ("task.undo", "T1.15", body, row["version"]), on="2024-04-02")
        assert said.startswith("QP001") and "closes T1.15 again" in said
        district.call("office", ("task.undo", "T1.15", body, row["version"]), on="2024-04-02")
        assert district.row("T1.15")["status"] == "closed"

    def test_a_figure(self, district: District):
        def measure(
            who: str, kind: str, after: dict[str, Any], version: int | None = None, before: Any = None
        ) -> Any:
            body = events.canonical({"before": before or {}, "after": after})
            return district.call(who, (kind, "I1/2023", body, version))

        after = {"indicator": "I1", "year": 2023, "value": "97.1", "source": "年报", "measured_on": ON}
        for forged in (
            {"year": 2024},
            {"value": "1e5"},
            {"source": ""},
            {"measured_on": "2023-01-01"},
            {"indicator": "I2"},
        ):
            with pytest.raises(psycopg.Error) as caught:
                measure("lead", "actual.measure", {**after, **forged})
            assert caught.value.sqlstate in ("QP001", "QP002")
        with pytest.raises(psycopg.Error, match="is for office, lead, support"):
            measure("other", "actual.measure", after)
        measure("lead", "actual.measure", after)
        row = district.row("I1/2023", "actual")
        assert row["value"] == "97.1" and row["retired"] == 0
        measure("office", "actual.correct", {"value": "97.2"}, row["version"], {"value": "97.1"}) if row[
            "measured_on"
        ] == ON else None
        assert district.row("I1/2023", "actual")["value"] == "97.2"

    @pytest.mark.parametrize(
        "period, year, taken",
        [("2023-06", 2023, True), ("2023-Q1", 2023, True), ("2023-H1", 2023, True), ("2023-13", 2023, False),
         ("2022-06", 2023, False), ("2200-06", 2200, False), ("2023-06-01", 2023, False)],
    )  # fmt: skip
    def test_a_figure_of_a_part_of_a_year(self, district: District, period: str, year: int, taken: bool):
        after = {
            "indicator": "I1",
            "year": year,
            "period": period,
            "value": "9",
            "source": "季报",
            "measured_on": ON,
        }
        entry = ("actual.measure", f"I1/{period}", events.canonical({"before": {}, "after": after}), None)
        if not taken:
            with pytest.raises(psycopg.Error, match="this is not what"):
                district.call("lead", entry)
            return
        district.call("lead", entry)
        assert district.row(f"I1/{period}", "actual")["period"] == period

    def test_a_target_is_the_offices(self, district: District, refused: None):
        change = district.entry("indicator.target", "I1", {"target": "99", "target_document": "文5号"})
        assert "is for office" in state_of(district, "lead", change)


def test_departments_write_when_another_plan_replaced_the_first():
    made = District()
    try:
        with Ledger.open(made.database.url(), write=True) as ledger, ledger.transaction():
            head = ledger.plan()._replace(title="下一规划", begins="2024-02-01")._asdict()
            fields = {name: value for name, value in head.items() if name not in ("id", "version") and value}
            ledger.append([Change("plan.define", "next", {}, fields)], plans.ENTRY)
        made.act("office", "T1.2", "confirm")
        made.act("lead", "T1.2", "accept")
        made.act("other", "T1.2", "contribute", note="数据已报")
        with Ledger.open(made.database.url()) as ledger:
            assert verify(ledger.connection).findings == []
    finally:
        made.close()


DEPT = {"office": "zlb", "clerk": "zlb", "lead": "scjg", "person": "scjg", "other": "fgj"}


def test_the_gate_accepts_what_the_program_decides(walking: District):
    """A long random walk: the program decides in a dry run, the gate must write the very same."""
    chance = random.Random(2025)
    day, wrote = date(2024, 4, 1), 0
    for _step in range(120):
        day += timedelta(chance.randrange(3))
        ident = chance.choice(["T1.1", "T1.2", "T1.3"])
        with Ledger.open(walking.database.url()) as ledger:
            row = ledger.task(ident)
        open_now = [
            (who, step.action)
            for who, dept in DEPT.items()
            for step in workflow.open_transitions(row, workflow.role_of(Actor("", dept), row, "zlb"))
        ]
        who, action = chance.choice(open_now)
        said = {
            **GIVEN.get(action, {}),
            **chance.choice([{}, {"note": f"说明 {_step}"}, {"note": f"第一条\r\n第 {_step} 条"}]),
        }
        if "progress" in workflow.BY_ACTION[action].accepts and chance.random() < 0.5:
            said["progress"] = chance.randrange(101)
        if action in ("assign", "reassign"):
            said["lead"] = chance.choice(["scjg", "fgj"])
            said["support"] = chance.choice(["", "fgj", "scjg", "zlb"])
        if action in ("request", "extend"):
            said["to"] = f"{2026 + _step // 10}-{chance.randrange(1, 13):02}-15"
        with Ledger.open(walking.urls[who]) as ledger:
            order = WriteContext(ledger.own_actor(), plans.RECORDED, date(2026, 1, 1), day, dry_run=True)
            try:
                (planned,) = actions.take(ledger, [ident], action, said, order)
            except QplanError:
                continue
        (made,) = walking.act(who, ident, action, on=day.isoformat(), **said)
        assert (made.after, made.info) == (planned.after, planned.info)
        wrote += 1
    assert wrote > 60


@pytest.fixture(scope="module")
def walking():
    made = District()
    yield made
    with Ledger.open(made.database.url()) as ledger:
        assert verify(ledger.connection).findings == []
        walked = {event.kind for event in ledger.events()}
    made.close()
    assert len(walked) > 12  # most of the table's steps were taken
