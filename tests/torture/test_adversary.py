"""An adversary who forges at random: entries handed to a server's gate, values changed in a file."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from attempts import attempt
from ledger import plans
from qplan.core import effects, events, workflow
from qplan.core.model import CLOSED, Actor, Event
from qplan.ledger.store import Ledger
from qplan.ledger.verify import PROGRAM, verify
from torture.harness import make, qplan, rounds

#: Roles of the district and the departments that they act for.
DEPT = {"office": "zlb", "clerk": "zlb", "lead": "scjg", "person": "scjg", "other": "fgj"}
IDS = ("T1.1", "T1.2", "T1.3", "C1.1")
DAYS = ("2024-04-01", "2024-04-02", "2024-03-29")
#: What a forger puts for a value.
NASTY: tuple[Any, ...] = (
    None, "", "x", "x" * 2001, "a\u202eb", "a\nb", "\u2028", "NaN", "infinity", "2199-12-31", "2024-02-30", "-1", 0, 1, 100, -1, 101,
    10**8, 10**12, True, "scjg", "fgj", "zlb", "scjg fgj", "nobody", "confirmed", "proposed", "'; DROP SCHEMA qplan; --", "closed", "active",
    "submitted", "reminder", "thumbscrew", "-", "a" * 64,
)  # fmt: skip


def forged(district: Any, chance: random.Random, who: str, ident: str, on: str) -> tuple[str, str, str, int]:
    """An entry that is nearly what the program would write: its fields, each by chance another value."""
    row = district.row(ident)
    # half of the steps are open in the task's state: others are refused before their fields are looked at
    opened = [step for step in workflow.TRANSITIONS if row["status"] in step.states]
    step = chance.choice(opened if chance.random() < 0.5 else workflow.TRANSITIONS)
    kind = f"task.{chance.choice([step.action] * 9 + ['undo'])}"
    fields = sorted(effects.MAY_SET[f"task.{step.action}"])
    actor = f"{district.roles[who]}@{DEPT[who]}"
    honest: dict[str, Any] = {
        "status": step.to or row["status"], "last_update": max(row["last_update"] or "", on), "progress": 100, "evidence": "文1号",
        "submitted_by": actor, "closed_by": actor, "extension_to": "2026-06-30", "deadline": "2026-06-30", "lead": "scjg", "basis": "confirmed",
        "answer_by": "2024-04-09", "urge_level": "reminder", "extensions": row["extensions"] + 1, "document": "文2号", "difficulty": "缺场地",
        "needs": "协调", "dispute": "不符", "result": "同意", "extension_reason": "延后", "support_note": f"{DEPT[who]} {on} 已报",
        **dict.fromkeys(("accepted_on", "submitted_on", "closed_on", "returned_on", "disputed_on", "extension_on", "urged_on"), on),
    }  # fmt: skip
    needed = [name for name in effects.REQUIRED[step.action] if not name.startswith("info.")]
    wanted = {"status", *needed, *chance.sample(fields, chance.randrange(len(fields) + 1) // 3)} & set(fields)
    if chance.random() < 0.1:
        wanted.add(chance.choice(sorted(row.keys() - {"id"})))
    after = {name: honest.get(name) for name in wanted}
    for name in after:
        if chance.random() < 0.08:
            after[name] = chance.choice(NASTY)
    after = {name: value for name, value in after.items() if value != row[name] or chance.random() < 0.05}
    info: dict[str, Any] = {"approve": {"closed_late": False}, "refuse": {"reason": "x"}, "reopen": {"reason": "x"}}.get(step.action, {})  # fmt: skip
    if DEPT[who] == "zlb" and "lead" in step.roles and chance.random() < 0.9:
        info = info | {"on_behalf_of": f"{row['lead']} {row['joint']}".strip()}
    if chance.random() < 0.15 or kind == "task.undo":
        info = info | {chance.choice(("undoes", "note", "reason", "one_person_office", "closed_late")): chance.choice((*NASTY, *range(20, 60)))}  # fmt: skip
    body: dict[str, Any] = {"before": {name: row[name] for name in after}, "after": after}
    if info:
        body["info"] = info
    return kind, ident, events.canonical(body), row["version"]


def broken(district: Any, before: Any, event: Event, history: list[Event]) -> Iterator[str]:
    """Yield which promise of the gate an entry that it took breaks."""
    name, _at, dept = event.actor.rpartition("@")
    verb, body = event.kind.partition(".")[2], json.loads(event.body)
    if verb != "undo":
        step = workflow.BY_ACTION[verb]
        if not workflow.may_take(step, before, workflow.role_of(Actor(name, dept), before, "zlb")):
            yield f"{event.actor} took {verb}"
        if before.status not in step.states or body["after"].get("status", before.status) != (
            step.to or before.status
        ):
            yield f"{verb} of {before.status} made {body['after']}"
        if set(body["after"]) - effects.MAY_SET[event.kind]:
            yield f"{verb} wrote {body['after']}"
    else:
        undone = next((one for one in history if one.seq == body["info"]["undoes"]), None)
        if undone is None or events.inverse(undone).after != body["after"]:
            yield f"undid {body['info']}"
    if body["after"].get("status") == CLOSED and verb != "terminate":
        claims = [one for one in history if one.seq != body.get("info", {}).get("undoes")]
        if effects.is_claimant(event.actor, before, events.claimants(claims)):
            yield f"{event.actor} verified its own claim"


def test_no_forged_entry_breaks_a_promise_of_the_gate():
    """Whatever is taken is by the session's own actor, within its rights, and readable by every command."""
    psycopg = pytest.importorskip("psycopg")
    from ledger.district import District

    district, chance = District(), random.Random(18)
    violations: list[str] = []
    taken, times = 0, rounds(250, 4000)
    try:
        reader = Ledger.open(district.database.url(), write=True)
        for _round in range(times):
            who, ident, on = chance.choice(list(DEPT)), chance.choice(IDS), chance.choice(DAYS)
            before, history = reader.task(ident), reader.events(ident)
            entry = forged(district, chance, who, ident, on)
            attempt()
            try:
                rows = district.call(who, entry, on=on)
            except psycopg.Error as error:
                if not (error.sqlstate or "").startswith(("QP", "22", "23")):
                    violations.append(f"{error.sqlstate} {error} for {entry}")
                continue
            taken += 1
            event = Event(*rows[0])
            if event.actor != f"{district.roles[who]}@{DEPT[who]}":
                violations.append(f"{event.actor} for {who}")
            violations += broken(district, before, event, history)
        result = verify(reader.connection)
        violations += [f.what for f in result.damage]
        assert len({f.seq for f in result.findings}) <= taken
        assert all("wrote past the program" in f.what for f in result.findings if f.check == PROGRAM)
        reader.close()
        for words in ("tasks", "overdue", "summary", "weekly --week 2024-W14", "log", "score", "export", "export --journal",
                      "mine --dept scjg", "changes", *(f"{word} {ident}" for word in ("show", "log") for ident in IDS)):  # fmt: skip
            done = qplan(district.database.url(), *words.split(), timeout=60)
            if done.returncode:
                violations.append(f"{words}: {done.stderr}")
    finally:
        district.close()
    assert taken > times // 25, "the forger is no forger"
    assert violations == []


def test_no_value_changed_in_a_file_goes_unseen(tmp_path: Path):
    """With the triggers taken away and put back, as whoever owns the file can."""
    place = make(tmp_path / "ledger.db")
    with Ledger.open(str(place), write=True) as ledger, ledger.transaction():
        ledger.append([plans.report(ledger, progress=40)], plans.ENTRY)
        ledger.append(plans.MADE, plans.ENTRY)
    chance, copy, unseen, times = random.Random(18), tmp_path / "copy.db", [], rounds(40, 600)
    for _round in range(times):
        shutil.copy(place, copy)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in triggers:
                db.execute(f'DROP TRIGGER "{name}"')
            table = chance.choice([name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'")])  # fmt: skip
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            held = db.execute(f"SELECT rowid, * FROM {table}").fetchall()
            if not held:
                continue
            row, column = chance.choice(held), chance.randrange(len(columns))
            was = row[column + 1]
            value = was + 1 if isinstance(was, int) else f"{was or ''}x"
            try:
                if chance.random() < 0.2:
                    db.execute(f"DELETE FROM {table} WHERE rowid = ?", [row[0]])
                else:
                    db.execute(f"UPDATE {table} SET {columns[column]} = ? WHERE rowid = ?", [value, row[0]])
            except sqlite3.IntegrityError:
                continue
            for _name, sql in triggers:
                db.execute(sql)
            db.commit()
        attempt()
        with Ledger.open(str(copy)) as ledger:
            if not verify(ledger.connection).findings:
                unseen.append((table, columns[column], row))
    assert unseen == []
