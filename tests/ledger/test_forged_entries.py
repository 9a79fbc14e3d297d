"""Entries that a department forges on a server are refused by the gate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.district import ON, District, state_of
from qplan.core import events
from qplan.core.model import Event
from qplan.errors import Refused
from qplan.ledger.postgres import rights
from qplan.ledger.store import Ledger

psycopg = pytest.importorskip("psycopg")


class TestForged:
    """An entry handed to the function with something in it that the caller may not say."""

    ACCEPT = {"accepted_on": ON, "last_update": ON, "status": "active"}  # noqa: RUF012

    def accept(self, district: District, ident: str = "T1.2", **after: Any) -> Any:
        return district.entry("task.accept", ident, {**self.ACCEPT, **after})

    def test_another_departments_task(self, district: District, refused: None):
        assert "other" in state_of(district, "lead", district.entry("task.accept", "C1.1", self.ACCEPT))
        assert "support" in state_of(district, "other", self.accept(district))

    def test_who_acts_is_not_said_but_known(self, district: District):
        (made,) = district.call("person", self.accept(district, "T1.3"))
        event = Event(*made)
        assert event.actor == f"{district.roles['person']}@scjg"
        assert event.recorded_at[:4] != "2000"
        assert district.row("T1.3")["status"] == "active"

    def test_a_claim_in_anothers_name(self, district: District, refused: None):
        claim = {
            "evidence": "x",
            "last_update": ON,
            "status": "submitted",
            "submitted_on": ON,
            "submitted_by": "甲@zlb",
        }
        assert state_of(district, "lead", district.entry("task.submit", "T1.3", claim)).startswith("QP002")
        assert state_of(
            district, "lead", district.entry("task.submit", "T1.3", {**claim, "submitted_by": None})
        ).startswith("QP002")

    def test_self_approval(self, district: District):
        claim = {"evidence": "文1号"}
        district.act("lead", "T1.4", "accept")
        district.act("lead", "T1.4", "submit", **claim)
        close = {
            "closed_by": f"{district.roles['lead']}@scjg",
            "closed_on": ON,
            "progress": 100,
            "status": "closed",
        }
        change = district.entry("task.approve", "T1.4", close, info={"closed_late": False})
        assert "is for office" in state_of(district, "lead", change)
        assert "is for office" in state_of(district, "person", change)

    def test_the_office_does_not_verify_its_own_claim_either(self, district: District):
        district.act("clerk", "T1.5", "accept")
        district.act("clerk", "T1.5", "submit", evidence="文2号")
        close = {
            "closed_by": f"{district.roles['clerk']}@zlb",
            "closed_on": ON,
            "progress": 100,
            "status": "closed",
        }
        for info in ({"closed_late": False}, {"closed_late": False, "one_person_office": True}):
            change = district.entry("task.approve", "T1.5", close, info=info)
            assert "cannot verify it" in state_of(district, "clerk", change)
        with pytest.raises(Refused, match="cannot verify it"):
            district.act("clerk", "T1.5", "approve")
        (receipt,) = district.act("office", "T1.5", "approve", on="2024-04-02")
        assert receipt.after["closed_by"] == f"{district.roles['office']}@zlb"
        assert district.row("T1.5")["status"] == "closed"

    def test_reassigning_to_itself(self, district: District, refused: None):
        assert "is for office" in state_of(
            district, "other", district.entry("task.assign", "T1.2", {"lead": "fgj"})
        )
        assert "does not write lead" in state_of(
            district,
            "lead",
            district.entry("task.report", "T1.3", {"lead": "fgj", "last_update": "2024-04-02"}),
        )

    @pytest.mark.parametrize(
        ("kind", "after"),
        [
            ("task.accept", {**ACCEPT, "deadline": "2030-01-01"}),
            ("task.accept", {**ACCEPT, "version": 1}),
            ("task.accept", {**ACCEPT, "status": "closed"}),
            ("task.accept", {**ACCEPT, "accepted_on": "2023-01-01"}),
            ("task.accept", {**ACCEPT, "last_update": "2029-01-01"}),
            ("task.accept", {**ACCEPT, "progress": 200}),
            ("task.accept", {**ACCEPT, "progress": "5"}),
            ("task.accept", {**ACCEPT, "progress": "x"}),
            ("task.accept", {**ACCEPT, "answered_on": "2024-03-31"}),
            ("task.accept", {"accepted_on": ON, "last_update": ON}),
            ("task.report", {"progress": 5, "last_update": ON}),
            ("task.define", {"title": "x"}),
            ("task.amend", {"title": "x"}),
            ("task.retire", {"retired": 1}),
            ("task.nonsense", {"progress": 5}),
            ("task.undo", {"progress": 5}),
            ("plan.amend", {"office": "scjg"}),
            ("department.amend", {"role": "office"}),
            ("ledger.amend", {"id": "x"}),
            ("event.amend", {"actor": "x"}),
        ],
    )
    def test_fields_and_kinds_that_are_not_theirs(
        self, district: District, refused: None, kind: str, after: dict[str, Any]
    ):
        ident = {"plan": "test-plan", "department": "scjg"}.get(kind.partition(".")[0], "T1.2")
        version = district.row("T1.2")["version"]
        row = district.row("T1.2")
        body = events.canonical({"before": {name: row.get(name) for name in after}, "after": after})
        assert state_of(district, "lead", (kind, ident, body, version))[:3] in ("QP0", "235")

    @pytest.mark.parametrize(
        "forge",
        [
            lambda b: b.replace('{"after"', '{ "after"'),
            lambda b: b[:-1] + ',"before":{}}',
            lambda b: b[:-1] + ',"zz":1}',
            lambda b: b[:-1] + ',"request":"r"}',
            lambda b: b.replace('"active"', '"\\u0061ctive"'),
            lambda b: b.replace('"before"', '"info":{},"before"'),
            lambda b: b[:-1],
            lambda b: "[]",
            lambda b: "null",
            lambda b: '{"after":{},"before":{}}',
            lambda b: b.replace('"after":{', '"after":{"note":["x"],').replace(
                '"before":{', '"before":{"note":null,'
            ),
            lambda b: b.replace('"after":{', '"after":{"note":1.5,').replace(
                '"before":{', '"before":{"note":null,'
            ),
            lambda b: b[:-1] + ',"info":{"forged":true}}',
            lambda b: b[:-1] + ',"info":{"on_behalf_of":"fgj"}}',
        ],
    )
    def test_a_body_that_is_not_canonical(self, district: District, refused: None, forge: Any):
        kind, ident, body, version = self.accept(district)
        parsed = forge(body)
        try:  # keys in order, so that the forgery itself is what is refused
            if '"info"' in parsed and "{}" not in parsed:
                parsed = events.canonical(json.loads(parsed))
        except ValueError:
            pass
        assert state_of(district, "lead", (kind, ident, parsed, version)).startswith("QP002")

    def test_a_body_without_end(self, district: District, refused: None):
        entry = self.accept(district, note="长" * 400_000)
        assert state_of(district, "lead", entry).startswith("QP002")

    def test_a_row_that_was_not_read(self, district: District, refused: None):
        kind, ident, body, version = self.accept(district)
        assert state_of(district, "lead", (kind, ident, body, version - 1)).startswith("QP003")
        assert state_of(district, "lead", (kind, ident, body, None)).startswith("QP003")
        lie = body.replace('"status":"assigned"', '"status":"blocked"')
        assert state_of(district, "lead", (kind, ident, lie, version)).startswith("QP003")
        assert state_of(district, "lead", (kind, "T9.9", body, version)).startswith("QP003")

    @pytest.mark.parametrize(
        "day", ["2999-01-01", "2021-07-31", "2024-02-30", "2024-4-1", "x", "2024-04-01x"]
    )
    def test_a_day_that_cannot_be(self, district: District, refused: None, day: str):
        assert state_of(district, "lead", self.accept(district), on=day).startswith("QP002")

    def test_half_a_command_is_nothing(self, district: District, refused: None):
        good, bad = self.accept(district), district.entry("task.accept", "C1.1", self.ACCEPT)
        state_of(district, "lead", good, bad)

    def test_another_isolation(self, district: District, refused: None):
        with psycopg.connect(district.urls["lead"]) as bare:
            bare.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            kind, ident, body, version = self.accept(district)
            with pytest.raises(psycopg.Error, match="READ COMMITTED"):
                bare.execute(
                    "SELECT qplan.record(%s, %s, %s, %s::integer[], %s)",
                    [[kind], [ident], [body], [version], ON],
                )

    @pytest.mark.parametrize("who", ["auditor", "both"])
    def test_a_role_of_no_department_or_of_two(self, district: District, refused: None, who: str):
        with pytest.raises(psycopg.Error) as caught:
            district.call(who, self.accept(district))
        assert caught.value.sqlstate in ("42501", "QP001")
        with Ledger.open(district.urls[who], write=True) as ledger, pytest.raises(Refused, match="may read"):
            rights.own_actor(ledger.connection)

    def test_set_role_changes_nobody(self, district: District):
        bare = district.bare["person"]
        bare.execute(f'SET ROLE "{district.prefix}_dept_scjg"')
        try:
            (made,) = district.call("person", self.accept(district, "T1.7"))
        finally:
            bare.execute("RESET ROLE")
        assert Event(*made).actor == f"{district.roles['person']}@scjg"
