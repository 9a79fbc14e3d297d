"""Journals changed at random by somebody who computes every hash anew: refused, or readable by every command."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from attempts import attempt
from cli.conftest import loaded, qplan  # noqa: F401 - fixtures
from ledger.test_transfer import rewritten
from qplan.core import events
from qplan.ledger import transfer
from qplan.ledger.store import Ledger
from torture.harness import rounds

#: What is done before, so that entries of many kinds can be changed.
STEPS = (
    "accept T1.1", "update T1.1 --progress 30 --note 已启动 --owner 王", "block T1.1 --difficulty 缺场地 --needs 协调", "resume T1.1",
    "submit T1.1 --evidence 文1号", "return T1.1 --note 材料不全", "submit T1.1 --evidence 文2号", "approve T1.1 --actor 王@zlb --yes",
    "reopen T1.1 --reason 复查", "confirm T1.3", "extend T1.3 --to 2027-06-30 --reason 招标延期", "dispute C1.2 --reason 职能不符 --actor 李@jxkj",
    "assign T1.2.1 --lead scjg", "urge T1.3", "measure I1 --year 2024 --value 96 --source 年报", "target I9 --value 300 --unit 天 --document 文3号",
    "milestone add T1.3 --title 中期评估 --due 2026-06-30", "update T1.3 --note 进展", "undo",
)  # fmt: skip

#: What a forger puts for a value.
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, "", "x" * 3000, "../../../etc/passwd", "a/b", "..", "x;DROP TABLE t", "$$", "'", "\u2028",
    "\u202e", "\x00", "\ud800", "9999-12-31", "0000-00-00", "2025-02-30", "2025-13-01", "1e5", "NaN", "[]", "{}", "[1]", "\u0661", "１", "=cmd()",
    "@x", "a@b@c", " ", "\n", [], {}, {"a": 1}, "-0", "00", "2024-1-1", "+08:00", "+99:99", "closed", "group", "true", "scjg", "T1.1", "task.frob", "plan.define", "milestone.undo",
)  # fmt: skip

COMMANDS = (
    "tasks", "tasks --as-of 2025-01-01", "show T1.1", "overdue", "log", "weekly", "depts", "indicators", "milestones", "summary", "score", "changes",
    "reporting", "mine", "export", "evidence", "calendar", "verify", "doctor", "seal", "dashboard -f html --out page.html",
    "weekly --per-dept lists --dept scjg", "forms --out forms --dept scjg",
)  # fmt: skip


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Iterator[list[str]]:  # noqa: F811
    """The journal of the bundled plan with entries of many kinds."""
    from cli.conftest import NOW
    from qplan.cli import settings
    from qplan.cli.run import run

    place = tmp_path_factory.mktemp("journal") / "ledger.db"
    place.write_bytes(loaded.read_bytes())
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "now", lambda: NOW)
    patch.setenv("QPLAN_CONFIG", "")
    for step in STEPS:
        assert run([*step.split(), "--ledger", str(place)]) == 0, step
    patch.undo()
    with Ledger.open(str(place)) as ledger:
        yield list(transfer.lines(ledger.connection))


def forged(lines: list[str], chance: random.Random) -> tuple[str, list[str]]:
    """What is changed, and the journal with that change and all hashes made anew; ValueError where there are none."""
    value, place = chance.choice(NASTY), chance.randrange(1, len(lines))
    if chance.random() < 0.5:  # half of them among the steps, of which there are fewer
        place = len(lines) - chance.randrange(1, len(STEPS) + 2)
    part = chance.choice(
        ("after",) * 6
        + ("info", "request", "subject", "actor", "effective_on", "recorded_at", "kind", "another", "head")
    )
    said = [part]

    def change(entry: dict[str, Any]) -> None:
        body = json.loads(entry["body"])
        if part == "after":
            name = chance.choice([*body["after"], "lead", "status", "fields", "rules", "parent", "position"])
            body["after"][name] = value
        elif part == "info":
            name = chance.choice(("undoes", "note", "late", "seen", "on_behalf_of", "level", "x"))
            body.setdefault("info", {})[name] = value
        elif part == "request":
            body["request"] = name = value
        elif part == "another":
            entry["subject"] = name = json.loads(chance.choice(lines[1:]))["subject"]
        elif part != "head":
            entry[part] = name = value
        else:
            name = ""
        said.append(f"{name!r} {entry['kind'] if part != 'kind' else ''}")
        entry["body"] = events.canonical(body)

    made = rewritten(lines, place, change)
    if part == "head":
        first = json.loads(made[0])
        name = chance.choice(("ledger", "created_at", "seq", "hash", "format"))
        made[0] = json.dumps({**first, name: value}) + "\n"
        said.append(name)
    return f"{place} {said} = {value!r}", made


def test_a_forged_journal_is_refused_or_read_by_every_command(
    qplan,  # noqa: F811
    journal: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    chance, taken, times = random.Random(18), 0, rounds(6, 120)
    wrong: list[str] = []
    number = 0
    while number < times:
        try:
            what, lines = forged(journal, chance)
            text = "".join(lines).encode()
        except (TypeError, ValueError, AttributeError):
            continue  # nothing that could be hashed, or written
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("QPLAN_LEDGER", str(folder / "ledger.db"))
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        (folder / "journal.jsonl").write_bytes(text)
        attempt()
        answer = qplan("import", "journal.jsonl")
        if answer.code not in (0, 1, 2, 3) or "inside qplan" in answer.err:
            wrong.append(f"{what}: import {answer.code} {answer.err}")
        if answer.code != 0:
            if (folder / "ledger.db").exists():
                wrong.append(f"{what}: something is left")
            continue
        taken += 1
        for words in COMMANDS:
            answer = qplan(*words.split())
            if answer.code not in (0, 1, 2, 3) or "inside qplan" in answer.err:
                wrong.append(f"{what}: {words} {answer.code} {answer.err}")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.isdigit()) == []
    assert 0 < taken < times
    assert wrong == []
