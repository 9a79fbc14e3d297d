"""Completion: from the ledger, read-only, silent when there is none."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest


@pytest.fixture
def ledger(loaded, tmp_path):
    """The bundled plan in a file whose name is awkward in the address of a database."""
    return shutil.copy(loaded, tmp_path / "a ledger#1.db")


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
        [sys.executable, "-m", "qplan"], env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


def test_ids_in_their_order(ledger):
    assert complete("qplan update T2.1", ledger=ledger) == ["T2.1", "T2.1.1", "T2.1.2", "T2.1.3"]
    assert complete("qplan update C3.", ledger=ledger)[-1] == "C3.9"
    assert complete("qplan update T1 --quiet T2.1.2", ledger=ledger) == ["T2.1.2"]


def test_ids_in_the_case_in_which_they_are_typed(ledger):
    assert complete("qplan --lang zh update t2.1.", ledger=ledger) == ["t2.1.1", "t2.1.2", "t2.1.3"]


def test_ids_of_the_ledger_that_the_line_names(ledger, tmp_path):
    os.rename(ledger, tmp_path / "b.db")
    assert complete(f"qplan update --ledger {tmp_path / 'b.db'} T2.1.2") == ["T2.1.2"]
    assert complete(f"qplan --ledger {tmp_path / 'b.db'} update T2.1.2") == ["T2.1.2"]


def test_departments_and_codes(ledger):
    assert complete("qplan tasks --dept sc", ledger=ledger) == ["scjg"]
    assert complete("qplan tasks --dept = sc", ledger=ledger) == ["scjg"]
    assert complete("qplan tasks --dept=scj", "fish", ledger=ledger) == ["--dept=scjg\t市场监管"]
    assert complete("qplan tasks --dept 市场", ledger=ledger) == ["市场监管"]
    assert complete("qplan tasks --status a") == ["assigned", "active"]
    assert complete("qplan tasks --status 办", QPLAN_LANG="zh") == ["办理中"]
    assert complete("qplan tasks --light r", "fish", QPLAN_LANG="zh") == ["red\t红灯"]
    assert complete("qplan tasks --format js") == ["json"]


def test_indicators_and_targets_for_figures(ledger):
    assert complete("qplan measure i1", ledger=ledger) == ["i1", "i10", "i11"]
    assert complete("qplan target I9", "fish", ledger=ledger)[0].startswith("I9\t")


def test_escalation_levels(ledger):
    assert complete("qplan urge T2.1 --level ", ledger=ledger) == ["reminder", "urge", "notice", "interview"]
    assert complete("qplan urge T2.1 --level 约", ledger=ledger) == ["约谈"]


def test_milestones_after_what_to_do_with_them(ledger):
    assert complete("qplan milestone ", ledger=ledger) == ["add", "done", "move"]
    assert complete("qplan milestone m") == ["move"]
    assert complete("qplan milestone add t2.1.1", ledger=ledger) == ["t2.1.1"]
    assert complete("qplan milestone done T1.1/M", ledger=ledger)[0] == "T1.1/M1"


def test_help_beside_the_words(ledger):
    base = sqlite3.connect(ledger)
    title = """甲:乙 "质量" $(touch x) `y`"""
    base.execute("UPDATE task SET title = ?, version = version + 1 WHERE id = 'T2.1.2'", (title,))
    base.commit()
    base.close()
    (line,) = complete("qplan update T2.1.2", "zsh", ledger=ledger)
    assert line == """_arguments '*: :(("T2.1.2":"甲\\\\:乙  质量   (touch x)  y"))'"""
    assert complete("qplan update T2.1.2", "fish", ledger=ledger) == ["T2.1.2\t甲:乙  质量   (touch x)  y"]
    assert complete("qplan update T2.1.2", "powershell", ledger=ledger) == [
        "T2.1.2:::甲:乙  质量   (touch x)  y"
    ]


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
    assert complete("qplan tasks --as", "fish", QPLAN_LANG="zh")[0].endswith(
        "显示台账在该日的情况，逾期也按该日计算。"
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_of_each_shell_is_shown(shell):
    env = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "qplan", "--show-completion", shell],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "_QPLAN_COMPLETE" in done.stdout and "qplan" in done.stdout


def test_words_in_any_case_and_form(ledger):
    assert complete("qplan show c4.", ledger=ledger)[0] == "c4.1"
    assert complete("qplan tasks --dept SC", ledger=ledger) == ["SCjg"]
    assert complete("qplan tasks -d sc", ledger=ledger) == ["scjg"]
    assert complete("qplan tasks -d 市监", ledger=ledger)[0].startswith("市监")
    assert complete("qplan log t1.1/M", ledger=ledger)[0] == "t1.1/M1"
    assert complete("qplan show T1.1/", ledger=ledger)[0] == "T1.1/m1"


def test_zsh_and_fish_are_offered_whole_words(ledger):
    assert complete("qplan tasks --dept=sc", "zsh", ledger=ledger) == [
        """_arguments '*: :(("--dept=scjg":"市场监管"))'"""
    ]
    assert complete("qplan tasks --status=cl", "fish") == ["--status=closed\tclosed"]


def test_bash_is_offered_names_that_it_can_insert(ledger):
    assert complete("qplan tasks --dept 自然", ledger=ledger) == [r"自然资源\(林业\)"]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "bash 的命令补全已安装"), ("en", "Completion for bash is installed")]
)
def test_installing_completion_answers_in_the_language_in_use(qplan, monkeypatch, tmp_path, lang, said):
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = qplan("--lang", lang, "--install-completion", "bash")
    assert answer.code == 0 and said in answer.out and "take effect once" not in answer.out
    assert (tmp_path / ".bash_completions" / "qplan.sh").exists()


def test_a_shell_that_is_not_known_must_be_named(qplan, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("typer._completion_shared._get_shell_name", lambda: None)
    answer = qplan("--lang", "zh", "--install-completion")
    assert answer.code == 2 and "powershell" in answer.err and "supported" not in answer.err
