"""The departments' rights, tried with a bare driver as each role: what is refused, and what is not."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest

from core.cycle import GIVEN
from ledger import plans, server
from qplan.core import events, workflow
from qplan.core.model import Actor, Change, Event
from qplan.errors import BadInput, QplanError, Refused
from qplan.ledger import founding, rights
from qplan.ledger.postgres_schema import TABLES
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import act
from qplan.service.act import Order

psycopg = pytest.importorskip("psycopg")

ON = "2024-04-01"


class District:
    """A ledger of three departments with its roles: 市监 leads T1.x and 发改 supports, 发改 leads C1.1."""

    def __init__(self) -> None:
        self.database = server.Database()
        self.prefix = self.database.name
        with founding.new_ledger(self.database.url(), plans.RECORDED) as ledger:
            plans.fill(ledger, plans.plan(leaves=15))
        with Ledger.open(self.database.url(), write=True) as ledger:
            rights.apply(ledger.connection, self.prefix)
        admit = self.database.admit
        unit = {name: f"{self.prefix}_{name}" for name in ("office", "dept_scjg", "dept_fgj", "auditor")}
        self.roles = {
            "office": unit["office"], "lead": unit["dept_scjg"], "other": unit["dept_fgj"], "auditor": unit["auditor"],
            "person": f"{self.prefix}_wang", "clerk": f"{self.prefix}_li",
            "both": f"{self.prefix}_both", "stranger": f"{self.prefix}_nobody",
        }  # fmt: skip
        self.urls = {name: admit(self.roles[name]) for name in ("office", "lead", "other", "auditor")}
        self.urls["person"] = admit(self.roles["person"], unit["dept_scjg"])
        self.urls["clerk"] = admit(self.roles["clerk"], unit["office"])
        self.urls["both"] = admit(self.roles["both"], unit["dept_scjg"])
        self.database.admin.execute(f'GRANT "{unit["dept_fgj"]}" TO "{self.roles["both"]}"')
        self.database.admin.execute(f'CREATE ROLE "{self.roles["stranger"]}"')
        self.urls["stranger"] = admit(self.roles["stranger"])
        self.bare = {name: psycopg.connect(url, autocommit=True) for name, url in self.urls.items()}

    def row(self, ident: str, table: str = "task") -> dict[str, Any]:
        with Ledger.open(self.database.url()) as ledger:
            return dict(ledger.any(table, ident)._asdict())

    def head(self) -> Any:
        with Ledger.open(self.database.url()) as ledger:
            return ledger.head()

    def call(
        self, who: str, *changes: tuple[str, str, str, int | None], on: str = ON, request: str | None = None
    ) -> Any:
        kinds, subjects, bodies, versions = (list(column) for column in zip(*changes, strict=True))
        return (
            self.bare[who]
            .execute(
                "SELECT * FROM qplan.record(%s, %s, %s, %s::integer[], %s, %s)",
                [kinds, subjects, bodies, versions, on, request],
            )
            .fetchall()
        )

    def entry(self, kind: str, ident: str, after: dict[str, Any], **more: Any) -> tuple[str, str, str, int]:
        """An entry as an honest client would make it, with what a test wants forged."""
        row = self.row(ident, kind.partition(".")[0])
        body = {"before": {name: row[name] for name in after}, "after": after, **more}
        return kind, ident, events.canonical({k: v for k, v in body.items() if v is not None}), row["version"]

    def act(self, who: str, ident: str, action: str, on: str = ON, **given: Any) -> list[act.Receipt]:
        with Ledger.open(self.urls[who], write=True) as ledger:
            actor = rights.own_actor(ledger.connection)
            order = Order(actor, "2000-01-01T00:00:00Z", date(2025, 1, 1), date.fromisoformat(on))
            return act.act(ledger, [ident], action, given, order)

    def close(self) -> None:
        for bare in self.bare.values():
            bare.close()
        self.database.drop()


@pytest.fixture(scope="module")
def district():
    made = District()
    yield made
    made.close()


@pytest.fixture
def refused(district: District):
    """Whatever is tried in a test, the journal and the rows stay as they were."""

    def everything() -> Any:
        with Ledger.open(district.database.url()) as ledger:
            assert verify(ledger.connection).findings == []
            return ledger.head(), ledger.rows()

    before = everything()
    yield
    assert everything() == before


def denied(district: District, who: str, statement: str) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as caught:
        district.bare[who].execute(statement)
    return caught.value


EVERYBODY = ("office", "lead", "other", "auditor", "person", "clerk", "both")
WRITERS = ("office", "lead", "other", "person", "clerk")


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_everything(district: District, who: str):
    with Ledger.open(district.urls[who]) as ledger:
        assert len(ledger.tasks()) == 16 and verify(ledger.connection).findings == []
        assert ledger.at("2021-12-31").head().seq == 22 or ledger.head().seq >= 22


def test_a_stranger_does_not_even_read(district: District):
    with pytest.raises(Refused, match="qplan roles --apply"):
        Ledger.open(district.urls["stranger"])
    assert denied(district, "stranger", "SELECT * FROM qplan.task").sqlstate == "42501"


WRITES = {
    "insert": "INSERT INTO qplan.{0} SELECT * FROM qplan.{0} LIMIT 1",
    "update": "UPDATE qplan.{0} SET {1} = {1}",
    "delete": "DELETE FROM qplan.{0}",
    "truncate": "TRUNCATE qplan.{0}",
    "alter": "ALTER TABLE qplan.{0} DISABLE TRIGGER ALL",
    "open": "ALTER TABLE qplan.{0} DISABLE ROW LEVEL SECURITY",
    "drop": "DROP TABLE qplan.{0} CASCADE",
    "lock": "DO $$ BEGIN LOCK TABLE qplan.{0} IN ACCESS EXCLUSIVE MODE; END $$",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", WRITES)
def test_nobody_writes_a_table(district: District, refused: None, table: str, how: str):
    column = {"event": "actor"}.get(table, "id")
    for who in EVERYBODY:
        assert denied(district, who, WRITES[how].format(table, column)).sqlstate == "42501"


OTHER_DOORS = {
    "another role": 'SET ROLE "{owner}"',
    "another login": 'SET SESSION AUTHORIZATION "{owner}"',
    "a superuser": "SET ROLE postgres",
    "a member": 'GRANT "{owner}" TO CURRENT_USER',
    "the office": 'GRANT "{prefix}_office" TO "{prefix}_dept_scjg"',
    "a new role": "CREATE ROLE x SUPERUSER",
    "replication": "SET session_replication_role = replica",
    "a trigger": "CREATE TRIGGER t BEFORE INSERT ON qplan.event EXECUTE FUNCTION qplan.refuse()",
    "a rule": "CREATE RULE r AS ON INSERT TO qplan.event DO INSTEAD NOTHING",
    "a policy": "CREATE POLICY p ON qplan.task USING (true)",
    "a function in the schema": "CREATE FUNCTION qplan.session_dept(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "another function": "CREATE OR REPLACE FUNCTION qplan.session_dept() RETURNS text LANGUAGE sql AS $$ SELECT 'zlb' $$",
    "a table in the schema": "CREATE TABLE qplan.evil (x int)",
    "a view in the schema": "CREATE VIEW qplan.mine AS SELECT * FROM qplan.task",
    "the inner function": "SELECT qplan.record_one('task.report', 'T1.1', '{{}}', 1, '2024-04-01', NULL)",
    "the checks": "SELECT qplan.check_undo('task.undo', 'T1.1', '{{}}', '{{}}', '{{}}', 'zlb')",
    "a file": "COPY qplan.task TO PROGRAM 'true'",
}


@pytest.mark.parametrize("statement", OTHER_DOORS.values(), ids=OTHER_DOORS)
def test_no_other_door_is_open(district: District, refused: None, statement: str):
    for who in EVERYBODY:
        words = statement.format(owner=district.database.owner, prefix=district.prefix)
        assert denied(district, who, words).sqlstate in ("42501", "0LP01")


def test_nobody_can_pass_on_or_take_rights(district: District, refused: None):
    for who in EVERYBODY:
        bare = district.bare[who]
        for table in TABLES:  # a warning, and no effect
            bare.execute(f"GRANT ALL ON qplan.{table} TO CURRENT_USER, PUBLIC")
        held = "SELECT has_table_privilege('qplan.' || t, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') FROM unnest(%s::text[]) AS t"
        assert {row for (row,) in bare.execute(held, [list(TABLES)])} == {False}


def test_a_view_of_ones_own_gives_nothing_more(district: District, refused: None):
    for who in WRITERS:
        district.bare[who].execute("CREATE TEMPORARY VIEW mine AS SELECT * FROM qplan.task")
        assert denied(district, who, "UPDATE mine SET progress = 99").sqlstate == "42501"
        district.bare[who].execute("DROP VIEW mine")
    views = district.bare["auditor"].execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'qplan'::regnamespace AND c.relkind IN ('v', 'm')"
        " AND NOT coalesce(c.reloptions, '{}') @> '{security_invoker=true}'"
    )
    assert views.fetchall() == []


def test_a_temporary_table_fools_nobody_but_its_maker(district: District, refused: None):
    bare = district.bare["lead"]
    bare.execute("CREATE TEMPORARY TABLE plan AS SELECT * FROM qplan.plan")
    bare.execute("UPDATE pg_temp.plan SET office = 'scjg'")
    bare.execute("CREATE TEMPORARY TABLE department AS SELECT * FROM qplan.department")
    bare.execute("SET search_path = pg_temp, qplan, pg_catalog")
    try:
        assert bare.execute("SELECT qplan.session_dept()").fetchone() == ("scjg",)
        with pytest.raises(psycopg.Error, match=r"“approve” on T1\.1 is for office"):
            district.call("lead", district.entry("task.approve", "T1.1", {"status": "closed"}))
    finally:
        bare.execute("RESET search_path; DROP TABLE pg_temp.plan, pg_temp.department")


def state_of(district: District, who: str, *changes: Any, **more: Any) -> str:
    with pytest.raises(psycopg.Error) as caught:
        district.call(who, *changes, **more)
    assert caught.value.diag.message_detail  # the Chinese sentence goes with the English one
    return f"{caught.value.sqlstate} {caught.value.diag.message_primary}"


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
            ("task.accept", {**ACCEPT, "answered_on": ON}),
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

    def test_a_day_below_a_later_entry(self, district: District):
        district.act("lead", "T1.6", "accept", on="2024-05-01")
        late = district.entry("task.report", "T1.6", {"last_update": "2024-05-01", "progress": 5})
        fewer = district.entry("task.report", "T1.6", {"progress": 5})
        district.call("lead", fewer, on="2024-04-20")
        assert "effective later" in state_of(
            district, "lead", district.entry("task.block", "T1.6", {"difficulty": "a", "needs": "b", "status": "blocked"}), on="2024-04-20"
        )  # fmt: skip
        assert late

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


class TestHonest:
    """The program itself, connected as a role: the gate is taken by itself and nothing else changes."""

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

    def test_a_late_dispute_is_refused_by_working_days(self, district: District):
        district.act("office", "T1.9", "confirm", on="2024-03-28")  # a Thursday
        body = {"dispute": "职能不符", "disputed_on": "2024-04-03"}
        assert state_of(
            district, "lead", district.entry("task.dispute", "T1.9", body), on="2024-04-03"
        ).startswith("QP002")  # four working days
        district.act("lead", "T1.9", "dispute", on="2024-04-02", reason="职能不符")

    def test_a_request_id_writes_once(self, district: District):
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            order = Order(
                Actor(district.roles["lead"], "scjg"),
                plans.RECORDED,
                date(2025, 1, 1),
                date.fromisoformat(ON),
                request="r-1",
            )
            first = act.act(ledger, ["T1.10"], "accept", {}, order)
            again = act.act(ledger, ["T1.10"], "accept", {}, order)
        assert again[0].repeated and again[0].seq == first[0].seq
        forged = district.entry("task.report", "T1.10", {"progress": 9}, request="r-1")
        (made,) = district.call("lead", forged, request="r-1")
        assert made[0] == first[0].seq and district.row("T1.10")["progress"] == 0

    def test_undo_is_for_ones_own(self, district: District):
        district.act("lead", "T1.11", "accept")
        (said,) = district.act("lead", "T1.11", "report", progress=70, on="2024-04-02")

        def undo(who: str, seq: int) -> Any:
            with Ledger.open(district.urls[who], write=True) as ledger:
                actor = rights.own_actor(ledger.connection)
                return act.undo(ledger, seq, Order(actor, plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3)))

        with pytest.raises(Refused, match="can take it back"):
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
        order = Order(Actor("王", "zlb"), plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3))

        def undo(seq: int | None, who: str = "office") -> list[act.Receipt]:
            with Ledger.open(district.urls[who], write=True) as ledger:
                return act.undo(ledger, seq, order._replace(actor=rights.own_actor(ledger.connection)))

        district.act("lead", "T1.12", "accept")
        (first,) = district.act("lead", "T1.12", "report", progress=20)
        (second,) = district.act("lead", "T1.12", "report", progress=40, on="2024-04-02")
        with pytest.raises(Refused, match=f"no. {second.seq}"):
            undo(first.seq)
        undo(second.seq)
        undo(first.seq)
        assert district.row("T1.12")["progress"] == 0

    def test_a_department_takes_back_its_own_last_entry(self, district: District):
        order = Order(Actor("王", "zlb"), plans.RECORDED, date(2025, 1, 1), date(2024, 4, 3))
        district.act("lead", "T1.13", "accept")
        (said,) = district.act("lead", "T1.13", "report", progress=20)
        district.act("office", "T1.14", "confirm")
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            (back,) = act.undo(ledger, None, order._replace(actor=rights.own_actor(ledger.connection)))
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
        with pytest.raises(psycopg.Error, match="Figures of I1"):
            measure("other", "actual.measure", after)
        measure("lead", "actual.measure", after)
        row = district.row("I1/2023", "actual")
        assert row["value"] == "97.1" and row["retired"] == 0
        measure("office", "actual.correct", {"value": "97.2"}, row["version"], {"value": "97.1"}) if row[
            "measured_on"
        ] == ON else None
        assert district.row("I1/2023", "actual")["value"] == "97.2"

    def test_a_target_is_the_offices(self, district: District, refused: None):
        change = district.entry("indicator.target", "I1", {"target": "99", "target_document": "文5号"})
        assert "by the office" in state_of(district, "lead", change)
        assert state_of(district, "office", change).startswith("QP002")  # the plan itself sets it


class TestScript:
    def test_it_can_be_run_again(self, district: District, refused: None):
        with Ledger.open(district.database.url(), write=True) as ledger:
            rights.apply(ledger.connection, district.prefix)

    def test_a_file_has_no_roles(self):
        with founding.in_memory(plans.RECORDED) as ledger, pytest.raises(Refused, match="move --to"):
            rights.for_ledger(ledger.connection)

    def test_a_ledger_of_the_superuser_is_refused(self):
        database = server.Database()
        try:
            with founding.new_ledger(database.superuser, plans.RECORDED) as ledger:
                plans.fill(ledger)
                with pytest.raises(Refused, match="plain role"):
                    rights.for_ledger(ledger.connection)
        finally:
            database.drop()

    def test_names_are_quoted_and_bounded(self):
        text = rights.script('o"w', "zlb", ["zlb", "a'b"], "p")
        assert '"o""w"' in text and "'p_dept_a''b'" in text and '"p_dept_a\'b"' in text
        with pytest.raises(BadInput, match="63"):
            rights.script("o", "zlb", ["x" * 60])

    def test_a_retired_department_writes_no_more(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger, ledger.transaction():
            row = ledger.any("department", "fgj")
            ledger.append(
                [Change("department.retire", "fgj", {"retired": 0, "version": row.version}, {"retired": 1})],
                plans.ENTRY,
            )
        with (
            Ledger.open(district.urls["other"], write=True) as ledger,
            pytest.raises(Refused, match="may read"),
        ):
            rights.own_actor(ledger.connection)


def test_each_step_of_the_table_has_its_fields_and_its_rule():
    from qplan.core.model import Task

    assert set(rights.WRITES) == set(rights.RULES) == set(workflow.STEPS)
    assert {field for fields in rights.WRITES.values() for field in fields} <= set(Task._fields)
    assert set(rights.GUARDS) == set(TABLES)


DEPT = {"office": "zlb", "clerk": "zlb", "lead": "scjg", "person": "scjg", "other": "fgj"}


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_is_refused_aloud_too(district: District, refused: None, table: str):
    with psycopg.connect(district.database.url(), autocommit=True) as bare:
        if bare.execute(f"SELECT 1 FROM qplan.{table}").fetchone():
            for statement in (f"DELETE FROM qplan.{table}", f"TRUNCATE qplan.{table}"):
                with pytest.raises(psycopg.Error) as caught:
                    bare.execute(statement)
                assert caught.value.sqlstate == "QP001"


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
            for step in workflow.open_steps(row, workflow.role_of(Actor("", dept), row, "zlb"))
        ]
        who, action = chance.choice(open_now)
        said = {**GIVEN.get(action, {}), **chance.choice([{}, {"note": f"说明 {_step}"}])}
        if "progress" in workflow.STEPS[action].accepts and chance.random() < 0.5:
            said["progress"] = chance.randrange(101)
        if action in ("assign", "reassign"):
            said["lead"] = chance.choice(["scjg", "fgj"])
            said["support"] = chance.choice(["", "fgj", "scjg", "zlb"])
        if action in ("request", "extend"):
            said["to"] = f"{2026 + _step // 10}-{chance.randrange(1, 13):02}-15"
        with Ledger.open(walking.urls[who]) as ledger:
            order = Order(ledger.own_actor(), plans.RECORDED, date(2026, 1, 1), day, dry_run=True)
            try:
                (planned,) = act.act(ledger, [ident], action, said, order)
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
