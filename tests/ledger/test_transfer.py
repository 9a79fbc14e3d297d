"""The journal as JSON lines: out, checked by a stranger's script, and in again elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger import plans
from qplan.core import events
from qplan.errors import BadFile, BadInput, NotVerified, QplanError, Refused
from qplan.ledger import create, transfer
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

AUDIT = Path(__file__).parents[2] / "docs" / "audit_journal.py"


@pytest.fixture
def lines() -> list[str]:
    with create.in_memory(plans.RECORDED, "feedc0de00000001") as ledger:
        with ledger.transaction():
            plans.fill(ledger, plans.plan(t1='a\n"b"\u2028\x85\x1b[31m😀'), request="first")
            ledger.append([plans.report(ledger, progress=40, note="n")], plans.ENTRY)
            ledger.append(plans.MADE, plans.ENTRY)
        return list(transfer.lines(ledger.connection))


def audit(tmp_path: Path, lines: list[str], *more: str) -> tuple[int, str]:
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(lines), "utf-8", newline="")
    command = [sys.executable, "-I", str(AUDIT), str(path), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class TestTheAuditorsScript:
    def test_it_is_short_and_needs_nothing(self):
        text = AUDIT.read_text("utf-8")
        assert len(text.splitlines()) <= 40
        assert "qplan." not in text.replace("qplan/", "")

    def test_it_agrees_and_prints_the_head(self, tmp_path: Path, lines: list[str]):
        head = json.loads(lines[0])
        code, said = audit(tmp_path, lines)
        assert code == 0, said
        assert said.split("\n")[1:4] == [
            f"ledger {head['ledger']}",
            f"seq {head['seq']}",
            f"hash {head['hash']}",
        ]
        assert audit(tmp_path, lines, str(head["seq"]), head["hash"])[0] == 0
        assert audit(tmp_path, lines, "3", head["hash"])[0] == 1

    @pytest.mark.parametrize(
        "key", ["recorded_at", "effective_on", "actor", "kind", "subject", "body", "hash", "seq"]
    )
    def test_it_finds_any_change(self, tmp_path: Path, lines: list[str], key: str):
        event = json.loads(lines[4])
        event[key] = event[key] + (1 if key == "seq" else "0")
        lines[4] = json.dumps(event) + "\n"
        code, said = audit(tmp_path, lines)
        assert (code, "no. 4" in said) == (1, True)

    def test_it_finds_what_is_missing(self, tmp_path: Path, lines: list[str]):
        assert audit(tmp_path, lines[:-1])[0] == 1
        assert audit(tmp_path, [*lines[:4], *lines[5:]])[0] == 1


class TestImport:
    def test_it_is_the_same_ledger(self, tmp_path: Path, lines: list[str]):
        place = str(tmp_path / "new.db")
        head = transfer.read_in(lines, "journal", place)
        with Ledger.open(place, write=True) as ledger:
            assert verify(ledger.connection).findings == []
            assert ledger.head() == head
            assert list(transfer.lines(ledger.connection)) == lines
            assert [e.seq for e in ledger.request("first")] == list(range(1, head.seq - 1))
            with ledger.transaction():
                ledger.append([plans.FIGURE._replace(subject="I1/2024")], plans.ENTRY)

    def test_a_file_reads_with_a_mark_and_foreign_line_ends(self, tmp_path: Path, lines: list[str]):
        path = tmp_path / "j.jsonl"
        path.write_bytes(b"\xef\xbb\xbf" + "".join(lines).replace("\n", "\r\n").encode())
        transfer.read_in(transfer.file_lines(str(path)), str(path), str(tmp_path / "new.db"))

    def refused(self, tmp_path: Path, lines: list[str], error: type[QplanError], match: str) -> None:
        place = tmp_path / "new.db"
        with pytest.raises(error, match=match):
            transfer.read_in(lines, "journal", str(place))
        assert not list(tmp_path.iterdir())

    def test_a_changed_entry_is_named(self, tmp_path: Path, lines: list[str]):
        lines[4] = lines[4].replace("zlb", "zlc")
        self.refused(tmp_path, lines, NotVerified, "journal:5")

    def test_a_cut_one_is_refused(self, tmp_path: Path, lines: list[str]):
        self.refused(tmp_path, lines[:-1], NotVerified, "lines are missing")
        self.refused(tmp_path, [*lines[:3], *lines[4:]], NotVerified, "journal:4")

    @pytest.mark.parametrize(
        "first", ["", "x", "[]", "{}", "NaN", "[" * 100_000, '{"format": "qplan journal 2"}']
    )
    def test_what_is_no_journal(self, tmp_path: Path, lines: list[str], first: str):
        self.refused(tmp_path, [first, *lines[1:]], BadInput, "journal:1")
        if first:
            self.refused(tmp_path, [lines[0], first, *lines[2:]], BadInput, "journal:2")

    def test_a_lone_surrogate_is_refused(self, tmp_path: Path, lines: list[str]):
        event = json.loads(lines[4])
        lines[4] = json.dumps({**event, "actor": "\ud800"}) + "\n"
        self.refused(tmp_path, lines, BadInput, "journal:5")

    def test_gbk_is_told(self, tmp_path: Path, lines: list[str]):
        path = tmp_path / "j.jsonl"
        path.write_bytes("".join(lines).encode("gbk", "replace"))
        with pytest.raises(BadInput, match="UTF-8"):
            list(transfer.file_lines(str(path)))

    def test_never_over_a_ledger(self, tmp_path: Path, lines: list[str]):
        (tmp_path / "new.db").write_text("mine")
        with pytest.raises(Refused, match="new ledger"):
            transfer.read_in(lines, "journal", str(tmp_path / "new.db"))
        assert (tmp_path / "new.db").read_text() == "mine"


@pytest.mark.parametrize(
    "ident", ["../../etc/x", "a$$; DROP SCHEMA qplan; --", "T1 T2", "", "x\ny", "T1.1/../m1"]
)
def test_an_id_that_no_plan_can_have_is_refused(tmp_path: Path, lines: list[str], ident: str):
    forged = [*lines[:1], json.dumps({**json.loads(lines[1]), "subject": ident}), *lines[2:]]
    with pytest.raises(BadFile, match="journal:2:1"):
        transfer.read_in(forged, "journal", str(tmp_path / "new.db"))
    assert list(tmp_path.iterdir()) == []


def rewritten(lines: list[str], place: int, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """The journal with one entry changed by somebody who computes all hashes anew, as a program would."""
    head, *entries = map(json.loads, lines)
    prev, made = events.genesis(head["ledger"]), []
    for number, entry in enumerate(entries, 1):
        if number == place:
            change(entry)
        entry["prev"] = prev
        fields = [entry[name] for name in ("recorded_at", "effective_on", "actor", "kind", "subject", "body")]
        prev = entry["hash"] = events.event_hash(prev, head["ledger"], entry["seq"], *fields)
        made.append(entry)
    head["hash"] = prev
    return [json.dumps(one, ensure_ascii=False) + "\n" for one in (head, *made)]


def field(name: str, value: Any, part: str = "after") -> Callable[[dict[str, Any]], None]:
    """A change of one value in the body of an entry."""

    def change(entry: dict[str, Any]) -> None:
        body = json.loads(entry["body"])
        body.setdefault(part, {})[name] = value
        entry["body"] = events.canonical(body)

    return change


def without(name: str) -> Callable[[dict[str, Any]], None]:
    """An entry that does not give a field."""

    def change(entry: dict[str, Any]) -> None:
        body = json.loads(entry["body"])
        del body["after"][name]
        entry["body"] = events.canonical(body)

    return change


#: Kind of the entry -> what somebody writes into it.
FORGED: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("task.define", field("deadline", "2025-13-01")),
    ("task.define", field("deadline", "0001-01-01")),
    ("task.define", field("deadline", "9999-12-31")),
    ("task.define", field("deadline", 20251231)),
    ("task.define", field("lead", "../../etc")),
    ("task.define", field("support", "fgj ../x")),
    ("task.define", field("position", 2**40)),
    ("task.define", field("position", "1")),
    ("task.define", field("position", 1.5)),
    ("task.define", field("title", None)),
    ("task.define", field("title", ["x"])),
    ("task.define", without("title")),
    ("task.define", field("deadline", "2025-W01-1")),
    ("task.define", field("parent", "T1/../..")),
    ("task.define", field("fields", "{")),
    ("task.define", lambda entry: entry.update(recorded_at="2021-08-02 01:00")),
    ("task.define", lambda entry: entry.update(recorded_at="2021-02-30T01:00:00Z")),
    ("task.define", lambda entry: entry.update(effective_on="2021-02-30")),
    ("task.define", lambda entry: entry.update(actor="nobody")),
    ("task.define", lambda entry: entry.update(actor="x\u202e@zlb")),
    ("task.define", lambda entry: entry.update(actor="x@../zlb")),
    ("task.define", lambda entry: entry.update(kind="task.De fine")),
    ("task.accept", lambda entry: entry.update(kind="task.frob")),
    ("actual.measure", lambda entry: entry.update(kind="actual.approve")),
    ("task.define", lambda entry: entry.update(body=entry["body"].replace('"first"', '"x\\ny"'))),
    ("department.define", field("members", "../..")),
    ("department.define", lambda entry: entry.update(subject="../../x")),
    ("plan.define", field("utc_offset", "+99:00")),
    ("plan.define", field("rules", "[1]")),
    ("plan.define", field("rules", '{"stale_days":"x"}')),
    ("plan.define", field("rules", '{"urging":[{"level":1}]}')),
    ("plan.define", field("calendar", '{"2024":{"off":["x"]}}')),
    ("plan.define", field("ends", "2025")),
    ("actual.measure", field("value", "1e999")),
    ("actual.measure", field("value", "٣")),
    ("actual.measure", field("undoes", 10**6, "info")),
    ("actual.measure", field("late", [1], "info")),
    ("actual.measure", field("late", 1, "info")),
    ("actual.measure", field("on_behalf_of", True, "info")),
    ("actual.measure", field("level", 7, "info")),
    ("actual.measure", field("x", "a fact that no program of ours writes", "info")),
]


@pytest.mark.parametrize("number", range(len(FORGED)))
def test_a_value_that_no_program_of_ours_writes_is_refused(tmp_path: Path, lines: list[str], number: int):
    kind, change = FORGED[number]
    place = next(n for n, line in enumerate(lines) if f'"kind":"{kind}"' in line)
    with pytest.raises(BadFile, match=f"journal:{place + 1}:1"):
        transfer.read_in(rewritten(lines, place, change), "journal", str(tmp_path / "new.db"))
    assert list(tmp_path.iterdir()) == []


def test_the_journal_as_it_was_written_is_taken(tmp_path: Path, lines: list[str]):
    again = rewritten(lines, 0, lambda _entry: None)
    assert list(map(json.loads, again)) == list(map(json.loads, lines))


@pytest.mark.parametrize("change", [{"ledger": "../x"}, {"created_at": "yesterday"}])
def test_a_first_line_that_no_ledger_has_is_refused(tmp_path: Path, lines: list[str], change: dict[str, str]):
    with pytest.raises(BadFile, match="journal:1:1"):
        transfer.read_in(
            [json.dumps(json.loads(lines[0]) | change), *lines[1:]], "journal", str(tmp_path / "new.db")
        )
