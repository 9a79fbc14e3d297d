"""The same plan and the same commands on a file and on a server give the same answers, to the byte."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import server
from qplan import i18n
from qplan.cli import settings
from qplan.cli.run import run
from qplan.ledger import schema

ROOT = Path(__file__).parent.parent.parent

WORK = [
    "load {data} --actor 张",
    "confirm C1.1 C1.2 --document 区质发〔2023〕9号 --on 2023-05-10 --yes",
    "accept C1.1 --actor 李@scjg --on 2023-05-11",
    "accept C1.2 --actor 李@jxkj --on 2023-05-11",
    "update C1.1 --progress 30 --note 进展%_'正常 --on 2024-06-01 --request-id r1",
    "update C1.1 --progress 30 --note 进展%_'正常 --on 2024-06-01 --request-id r1",
    "block C1.2 --difficulty 缺场地 --needs 协调 --on 2024-06-02",
    "measure I1 --year 2024 --value 96.5 --source 年报 --on 2025-02-01",
    "undo --yes",
    "submit C1.1 --evidence 文1号 --actor 李@scjg --on 2025-05-01",
    "approve C1.1 --actor 王 --on 2025-05-08 --yes",
    "approve C1.2 --actor 王",
    "extend C1.2 --to 2026-12-31 --reason 延后 --on 2025-06-01",
]
READ = [
    "tasks --format json",
    "tasks --all --tree",
    "tasks --overdue --sort deadline --format csv",
    "tasks --search 质量 --format json",
    "tasks --dept scjg --support --sort update --format csv",
    "tasks --as-of 2024-06-01 --format csv",
    "tasks --as-of 2026-11-22 --sort update --search 进展 --format csv",
    "tasks --as-of 2026-11-22 --sort status --format json",
    "tasks --sort progress --format csv",
    "tasks --stale 30 --limit 9 --format csv",
    "--format json",
    "--as-of 2025-06-30",
    "show C1.1 --format json",
    "depts --format json",
    "indicators --format json",
    "milestones --format json",
    "summary --by dept --format json",
    "overdue --format json",
    "weekly --week 2025-W26 --format json",
    "weekly --week 2025-W26 --format md",
    "log --format json",
    "log C1.1",
    "score --year 2025 --format json",
    "verify",
    "seal",
    "export --journal",
    "export --format json",
]


@pytest.fixture
def database():
    made = server.Database()
    yield made
    made.drop()


@pytest.fixture
def call(monkeypatch, capsys):
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.setenv("QPLAN_ACTOR", "张")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(settings, "now", lambda: datetime(2026, 11, 23, 1, 30, tzinfo=UTC))

    def calling(place: str, words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("QPLAN_LEDGER", place)
        capsys.readouterr()
        code = run([word.format(data=ROOT / "data") for word in words.split()])
        out = capsys.readouterr()
        assert "Traceback" not in out.err
        return code, out.out, out.err

    yield calling
    i18n.use("en")


def test_they_agree_to_the_byte(call, database: server.Database, tmp_path: Path, monkeypatch):
    file, url = str(tmp_path / "ledger.db"), database.url()
    monkeypatch.setattr(schema.os, "urandom", bytes)  # the same id
    for place in (file, url):
        for words in WORK:
            code, out, err = call(place, words)
            assert code == (1 if words == "approve C1.2 --actor 王" else 0), (words, out, err)
    for words in READ:
        on_file, on_server = (call(place, words) for place in (file, url))
        # a seal of a server has one line more, the fingerprint of its objects
        known = [re.sub(r"/\S+ledger\.db|postgresql://\S+", "LEDGER", text) for text in map(str, on_server)]
        shown = [re.sub(r"server [0-9a-f]{64}\n", "", text) for text in known]
        assert shown == [re.sub(r"/\S+ledger\.db", "LEDGER", text) for text in map(str, on_file)], words
        assert on_server[0] in (0, 5)


def test_there_and_back_with_the_same_head(call, database: server.Database, tmp_path: Path):
    file, url, back = str(tmp_path / "ledger.db"), database.url(), str(tmp_path / "back.db")
    for words in WORK:
        call(file, words)
    call(file, "tasks")
    (tmp_path / "seal").write_text(call(file, "seal")[1])
    before = call(file, "export --journal")[1]
    code, out, _err = call(file, f"move --to {url}")
    assert code == 0 and database.password not in out
    assert call(url, "export --journal")[1] == before
    assert call(url, f"verify --seal {tmp_path / 'seal'}")[0] == 0
    assert call(url, "update C1.2 --note 之后 --on 2025-06-20")[0] == 0
    assert call(url, f"move --to {back}")[0] == 0
    assert call(back, "export --journal")[1] == call(url, "export --journal")[1] != before
    assert call(back, f"verify --seal {tmp_path / 'seal'}")[0] == 0
    for target in (url, back, file):
        code, out, err = call(file, f"move --to {target}")
        assert code == (2 if target == file else 1) and err, target  # its own file is bad input
        assert database.password not in err
    # and what was moved goes on there
    assert call(back, "undo --yes")[0] == 0


def test_what_does_not_verify_is_not_moved(call, database: server.Database, tmp_path: Path):
    import sqlite3

    file = str(tmp_path / "ledger.db")
    call(file, WORK[0])
    with sqlite3.connect(file) as db:
        db.execute("UPDATE task SET progress = 99 WHERE id = 'C1.1'")
    assert call(file, f"move --to {database.url()}")[0] == 3
    assert call(database.url(), "tasks")[0] == 2


def test_the_superuser_who_rewrites_history_is_shown_by_the_seal_and_to_who_has_seen_it(
    call, database: server.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import psycopg

    from qplan.core import events
    from qplan.core.model import Event
    from qplan.ledger.store import Ledger

    url = database.url()
    for words in WORK[:5]:
        call(url, words)
    (tmp_path / "seal").write_text(call(url, "seal")[1])
    with Ledger.open(url) as ledger:
        entries, head = ledger.events(), ledger.head()
    last = entries[-1]
    body = last.body.replace('"progress":30', '"progress":90')
    fields = (last.recorded_at, last.effective_on, last.actor, last.kind, last.subject, body)
    forged = Event(last.seq, *fields, last.prev, events.event_hash(last.prev, head.ledger, last.seq, *fields))
    with psycopg.connect(database.superuser) as bare:
        bare.execute("SET session_replication_role = replica; SET search_path = qplan")
        bare.execute("UPDATE event SET body = %s, hash = %s WHERE seq = %s", [body, forged.hash, last.seq])
        bare.execute("UPDATE task SET progress = 90 WHERE id = 'C1.1'")
    assert call(url, "tasks")[0] == call(url, "verify")[0] == 3
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    assert call(url, "verify")[0] == 0  # a whole rewrite agrees with itself: the chain alone cannot show it
    code, out, _err = call(url, f"verify --seal {tmp_path / 'seal'} --format json")
    assert code == 3 and "seal" in out
    with psycopg.connect(database.superuser) as bare:
        bare.execute("ALTER TABLE qplan.event DISABLE TRIGGER event_no_update")
    assert call(url, "verify")[0] == 3  # and a switched-off trigger shows


@pytest.fixture
def rights(call, database: server.Database):
    url, prefix = database.url(), database.name
    call(url, WORK[0])
    assert call(url, f"roles --apply --prefix {prefix} --yes")[0] == 0
    return lambda role: database.admit(f"{prefix}_{role}")


def test_a_department_works_with_the_program_as_itself(call, database: server.Database, rights):
    lead, office, auditor = rights("dept_scjg"), rights("office"), rights("auditor")
    assert call(office, "confirm C1.1 --document 文1号 --on 2024-01-02")[0] == 0
    assert call(lead, "accept C1.1 --on 2024-01-03")[0] == 0
    code, out, _err = call(lead, "log C1.1 --format json")
    assert json.loads(out)["items"][-1]["actor"] == f"{database.name}_dept_scjg@scjg"
    for who, words in [
        (lead, "approve C1.1"),
        (lead, "accept C4.1 --actor 张@zlb"),
        (lead, "accept C1.2"),
        (lead, "urge C1.1"),
        (lead, "roles --apply --yes"),
        (auditor, "accept C1.2"),
        (auditor, "update C1.1 --progress 3"),
    ]:
        before = call(auditor, "seal")[1].splitlines()[1:3]
        code, out, err = call(who, words)
        assert code == 1 and err.strip(), (words, out, err)
        assert call(auditor, "seal")[1].splitlines()[1:3] == before
    assert call(lead, "accept C4.1 --dry-run")[0] == 0
    assert call(lead, f"load {ROOT / 'data'}")[0] in (0, 1)
    for words in ("verify", "weekly", "overdue", "tasks --as-of 2024-06-01", "export --journal"):
        assert call(auditor, words)[0] == 0


def test_a_department_goes_on_under_a_plan_that_replaced_the_first(call, database, rights, tmp_path: Path):
    copy = Path(shutil.copytree(ROOT / "data", tmp_path / "next"))
    head = copy / "plan_tasks.yaml"
    text = head.read_text("utf-8").replace("id: youxian-quality-2025", "id: youxian-quality-b")
    head.write_text(text.replace("issued: 2023-04-17", "issued: 2023-04-18"), "utf-8")
    assert call(database.url(), f"load {copy} --replace --yes")[0] == 0
    lead, auditor = rights("dept_scjg"), rights("auditor")
    assert call(lead, "accept C1.1 --on 2026-11-23")[0] == 0
    assert call(lead, "update C1.1 --progress 30 --on 2026-11-23")[0] == 0
    assert call(auditor, "verify")[0] == 0


def test_the_script_runs_in_psql(call, database: server.Database, tmp_path: Path):

    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    call(database.url(), WORK[0])
    code, out, _err = call(database.url(), f"roles --sql --prefix {database.name}")
    assert code == 0
    (tmp_path / "roles.sql").write_text(out)
    subprocess.run(
        ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", str(tmp_path / "roles.sql"), database.superuser],
        check=True,
    )  # fmt: skip
    # run by the administrator, the functions still belong to the ledger's owner, not to him
    with __import__("psycopg").connect(database.superuser) as bare:
        owners = bare.execute(
            "SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'qplan'::regnamespace"
        ).fetchall()
    assert owners == [(database.owner,)]
    lead = database.admit(f"{database.name}_dept_scjg")
    assert call(lead, "accept C1.1 --on 2024-01-03")[0] == 0


def test_doctor_knows_the_server_and_never_the_password(call, database: server.Database):
    call(database.url(), WORK[0])
    code, out, err = call(database.url(), "doctor --format json")
    assert "PostgreSQL" in out and "~/.pgpass" in out
    wrong = [item["what"] for item in json.loads(out)["items"] if item["state"] == "wrong"]
    assert all("fsync" in what for what in wrong) and code == bool(wrong)  # the tests' own server has it off
    assert database.password not in out + err
    code, out, err = call(database.url() + "x", "doctor")  # a database that is not there
    assert code == 1 and database.password not in out + err


def test_goals_figures_and_targets_go_through_the_gate_too(call, database: server.Database, rights):
    lead, other, office = rights("dept_scjg"), rights("dept_sthj"), rights("office")
    assert call(lead, "accept C1.1 --on 2024-01-03")[0] == 0
    milestones = json.loads(call(lead, "milestones --format json")[1])["items"]
    first = next(m["id"] for m in milestones if m["task"] == "C1.1" and not m["done_on"])
    for expected, who, words in [
        (1, other, "milestone add C1.1 --title 阶段 --due 2025-05-01"),
        (0, lead, "milestone add C1.1 --title 阶段 --due 2025-05-01"),
        (0, office, "milestone add C1.1 --title 再一阶段 --due 2025-06-01"),
        (1, other, f"milestone done {first} --on 2025-02-01"),
        (0, lead, f"milestone done {first} --on 2025-02-01 -m 已印发"),
        (1, lead, "milestone move C1.1/a1 --to 2025-07-01 --reason 调整"),
        (0, office, "milestone move C1.1/a1 --to 2025-07-01 --reason 调整"),
        (0, lead, "milestone done C1.1/a1 --on 2025-08-01"),
        (1, other, "undo --yes"),
        (0, lead, "undo --yes"),
        (1, lead, "target I9 --value 90 --document 绵府〔2024〕1号"),
        (0, office, "target I9 --value 90 --document 绵府〔2024〕1号 --year 2025"),
        (1, lead, "measure I9 --year 2024 --value 91.5 --source 年报"),
        (0, other, "measure I9 --year 2024 --value 91.5 --source 年报"),
        (0, other, "measure I9 --year 2024 --value 91.6 --source 年报更正"),
        (0, other, "undo --yes"),
        (0, lead, "mine"),
        (0, lead, "verify"),
    ]:
        code, out, err = call(who, words)
        assert code == expected, (words, out, err)
    figures = json.loads(call(lead, "show I9 --format json")[1])
    assert [one["value"] for one in figures["item"]["actuals"]] == ["91.5"]


def test_forms_of_a_server_are_collected_with_conflicts_and_only_once(
    call, database: server.Database, tmp_path
):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    url, folder = database.url(), tmp_path / "forms"
    for words in WORK[:3]:
        assert call(url, words)[0] == 0
    assert call(url, f"forms --out {folder} --due 2026-12-04 --dept scjg --dept jxkj")[0] == 0
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        sheet = book["任务进展"]
        heads = {cell.value: cell.column for cell in sheet[4]}
        for row in range(5, sheet.max_row):
            asked = sheet.cell(row, heads["编号"]).value in ("C1.1", "C1.2")
            if asked and not sheet.cell(row, heads["本次状态"]).protection.locked:
                sheet.cell(row, heads["本次进展情况"]).value = "表中的话"
        book.save(path)
    assert call(url, "update C1.2 --note 台账中的话 --actor 李@jxkj")[0] == 0
    code, out, err = call(url, f"collect {folder} --yes --format json")
    assert code == 4, (out, err)
    states = {item["dept"]: item["state"] for item in json.loads(out)["items"]}
    assert states == {"scjg": "taken", "jxkj": "conflict"}
    shown = json.loads(call(url, "show C1.1 --format json")[1])["item"]
    assert (shown["note"], shown["status"]) == ("表中的话", "active")
    assert json.loads(call(url, "show C1.2 --format json")[1])["item"]["note"] == "台账中的话"
    again = json.loads(call(url, f"collect {folder} --yes --format json")[1])
    assert {item["dept"]: item["state"] for item in again["items"]} == {"scjg": "nothing", "jxkj": "conflict"}
    assert call(url, "verify")[0] == 0
