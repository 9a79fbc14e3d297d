"""Completion without Typer: from the ledger, read-only, silent when there is none."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

STUBBED = Path(__file__).parent / "stubbed.py"


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "a ledger#1.db"
    base = sqlite3.connect(path)
    base.executescript(
        """
        CREATE TABLE task (id TEXT PRIMARY KEY, title TEXT, retired INTEGER DEFAULT 0);
        CREATE TABLE department (id TEXT PRIMARY KEY, name TEXT, position INTEGER, retired INTEGER DEFAULT 0);
        CREATE TABLE indicator (id TEXT PRIMARY KEY, name TEXT, retired INTEGER DEFAULT 0);
        CREATE TABLE milestone (id TEXT PRIMARY KEY, task TEXT, title TEXT, position INTEGER, retired INTEGER DEFAULT 0);
        CREATE TABLE plan (rules TEXT);
        INSERT INTO indicator VALUES ('I3', '抽检合格率', 0), ('Q2', '品牌', 0), ('Q12', '验收', 0), ('Q9', '旧', 1);
        INSERT INTO milestone VALUES ('T2.1/m1', 'T2.1', '招标', 1, 0), ('T2.1/a1', 'T2.1', '验收', 2, 0), ('T2.2/m1', 'T2.2', '竣工', 1, 0);
        INSERT INTO plan VALUES ('');
        INSERT INTO task VALUES ('T2', '二', 0), ('T2.1', '产业 "质量" $(touch x) `y`', 0), ('T2.10', '三', 0), ('T2.2', '甲:乙', 0),
            ('T2.3', '已移出', 1), ('C1.1', '专栏', 0);
        INSERT INTO department VALUES ('scjg', '市场监管局', 1, 0), ('slj', '水利局', 2, 0), ('swj', '商务局', 3, 1);
        """
    )
    base.close()
    return path


def complete(line, shell="bash", ledger=None, **extra):
    words = line.split(" ")
    env = {
        **os.environ,
        "LANG": "C.UTF-8",
        "_QPLAN_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "QPLAN_LEDGER": str(ledger or "/nonexistent/ledger.db"),
        **extra,
    }
    done = subprocess.run(
        [sys.executable, str(STUBBED)], env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_ids_in_their_order(ledger):
    assert complete("qplan update T2", ledger=ledger) == ["T2", "T2.1", "T2.2", "T2.10"]
    assert complete("qplan update T1 t2.1", ledger=ledger) == ["T2.1", "T2.10"]
    assert complete("qplan --lang zh update c", ledger=ledger) == ["C1.1"]
    assert complete("qplan update T1 --quiet T2.2", ledger=ledger) == ["T2.2"]


def test_ids_of_the_ledger_that_the_line_names(ledger):
    os.rename(ledger, ledger.parent / "b.db")
    assert complete(f"qplan update --ledger {ledger.parent / 'b.db'} T2.2") == ["T2.2"]


def test_departments_and_codes(ledger):
    assert complete("qplan tasks --dept s", ledger=ledger) == ["scjg", "slj"]
    assert complete("qplan tasks --dept = sc", ledger=ledger) == ["scjg"]
    assert complete("qplan tasks --dept=sl", "fish", ledger=ledger) == ["slj\t水利局"]
    assert complete("qplan tasks --dept 水", ledger=ledger) == ["slj"]
    assert complete("qplan tasks --status a") == ["assigned", "active"]
    assert complete("qplan tasks --light r", "fish", QPLAN_LANG="zh") == ["red\t红灯"]
    assert complete("qplan tasks --format js") == ["json"]


def test_indicators_and_targets_for_figures(ledger):
    assert complete("qplan measure q", ledger=ledger) == ["Q2", "Q12"]
    assert complete("qplan target I", "fish", ledger=ledger) == ["I3\t抽检合格率"]


def test_levels_of_the_ladder(ledger):
    assert complete("qplan urge T2.1 --level ", ledger=ledger) == ["reminder", "urge", "notice", "interview"]
    assert complete("qplan urge T2.1 --level 约", ledger=ledger) == ["interview"]
    assert complete("qplan urge T2.1", ledger=ledger) == ["T2.1", "T2.10"]


def test_milestones_after_what_to_do_with_them(ledger):
    assert complete("qplan milestone ", ledger=ledger) == ["add", "done", "move"]
    assert complete("qplan milestone m") == ["move"]
    assert complete("qplan milestone add t2.1", ledger=ledger) == ["T2.1", "T2.10"]
    assert complete("qplan milestone done t2.1", ledger=ledger) == ["T2.1/m1", "T2.1/a1"]
    assert complete("qplan --quiet milestone move T2.1/M", ledger=ledger) == ["T2.1/m1"]


def test_help_beside_the_words(ledger):
    assert complete("qplan update T2.2", "zsh", ledger=ledger) == [
        """_arguments '*: :(("T2.2":"甲\\\\:乙"))'"""
    ]
    (line,) = complete("qplan update T2.1", "fish", ledger=ledger)[:1]
    assert line == 'T2.1\t产业 "质量" $(touch x) `y`'
    shown = "\n".join(complete("qplan update T2.1", "zsh", ledger=ledger))
    assert "$" not in shown and "`" not in shown
    assert complete("qplan update T2.2", "powershell", ledger=ledger) == ["T2.2:::甲:乙"]


@pytest.mark.parametrize("shell", ["bash", "fish", "powershell"])
def test_no_ledger_no_output_and_none_is_made(shell, tmp_path):
    assert complete("qplan update T", shell, ledger=tmp_path / "no.db") == []
    (tmp_path / "junk.db").write_text("this is no ledger" * 100)
    assert complete("qplan update T", shell, ledger=tmp_path / "junk.db") == []
    assert complete("qplan update T", shell, ledger="postgresql://host/db") == []
    assert [path.name for path in tmp_path.iterdir()] == ["junk.db"]


def test_commands_and_options():
    assert complete("qplan ta") == ["tasks", "target"]
    assert complete("qplan tasks --de") == ["--dept", "--debug"]
    assert "--as-of" in complete("qplan tasks --")
    assert complete("qplan tasks --a", "fish", QPLAN_LANG="zh")[0].endswith(
        "显示台账在该日的情况，逾期也按该日计算。"
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_of_each_shell_is_shown(shell):
    env = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [sys.executable, str(STUBBED), "--show-completion", shell],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "_QPLAN_COMPLETE" in done.stdout and "qplan" in done.stdout
