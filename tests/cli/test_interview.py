"""``qplan report`` without a text asks question by question on a terminal, and writes one batch."""

import time

import pytest

pytest.importorskip("pty", reason="terminals of POSIX")

from cli.terminal import Terminal


@pytest.fixture
def report(ledger):
    """Run ``qplan report`` on a terminal."""

    def run(*words, actor="li@czj", lang="en"):
        environ = {"QPLAN_LEDGER": str(ledger), "QPLAN_ACTOR": actor, "QPLAN_LANG": lang, "QPLAN_CONFIG": ""}
        return Terminal(["report", *words], environ)

    return run


def entries(qplan, ident):
    return qplan("log", ident, "--format", "json").json["items"]


def test_each_task_of_ones_own_is_asked_about_and_one_undo_reverts_all(qplan, ledger, report):
    qplan("accept", "T1.2.1", "--actor", "li@jxkj")
    terminal = report("T2.1.1", "T1.2.1", actor="li@jxkj")
    terminal.until("[1/2] T2.1.1")
    for question, answer in (
        ("Progress (%) [0]:", "4o"),  # mistyped: it is asked again
        ("0 to 100", ""),
        ("Progress (%) [0]:", "40%"),
        ("What was done:", "ready"),
        ("Difficulty:", ""),
        ("What is needed, and from whom:", ""),
        ("Next step:", "publish"),
        ("[2/2] T1.2.1", ""),
    ):
        terminal.until(question)
        if answer or ("Progress" not in question and question.endswith(":")):
            terminal.type(f"{answer}\n")
    terminal.until("Progress (%) [0]:")
    terminal.type("\n")
    terminal.until("What was done:")
    terminal.type("started\\\nhalf of it\n")
    terminal.until("Difficulty:")
    terminal.type("s\n")
    preview = terminal.until("Write these reports (2)?")
    assert "to accept → active" in preview and "publish" in preview and "started" in preview
    terminal.type("y\n")
    code, shown = terminal.end()
    assert code == 0 and "no. " in shown
    first, second = entries(qplan, "T2.1.1")[-1], entries(qplan, "T1.2.1")[-1]
    assert first["after"]["progress"] == 40 and first["after"]["next_step"] == "publish"
    assert "progress" not in second["after"] and second["after"]["note"] == "started\nhalf of it"
    assert qplan("undo", "--actor", "li@jxkj").code == 0
    assert qplan("show", "T2.1.1", "--format", "json").json["item"]["status"] == "assigned"
    assert qplan("show", "T1.2.1", "--format", "json").json["item"]["note"] is None


def test_without_ids_it_is_all_that_one_leads_or_supports(qplan, ledger, report):
    qplan("accept", "T1.1", "--actor", "li@xzsp")
    terminal = report(
        actor="li@shwj", lang="zh"
    )  # leads nothing, supports T1.1 and T5.3, which nobody accepted yet
    assert "T1.1 优化市场发展环境" in terminal.until("本单位配合情况：")
    terminal.type("已开通窗口\n")
    terminal.until("登记以上填报（1 项）？")
    terminal.type("是\n")
    assert terminal.end()[0] == 0
    assert "已开通窗口" in entries(qplan, "T1.1")[-1]["after"]["support_note"]


@pytest.mark.parametrize("stop", ["q\n", "\4"], ids=["q", "end of input"])
def test_what_was_answered_before_the_end_is_written(qplan, ledger, report, stop):
    terminal = report("T1.1", actor="li@xzsp")
    terminal.until("Progress (%) [0]:")
    terminal.type("30\n")
    terminal.until("What was done:")
    terminal.type(stop)
    terminal.until("Write these reports (1)?")
    terminal.type("y\n")
    assert terminal.end()[0] == 0
    assert qplan("show", "T1.1", "--format", "json").json["item"]["progress"] == 30


@pytest.mark.parametrize(("key", "number"), [("n\n", 1), ("\3", 130)], ids=["no", "interrupted"])
def test_nothing_is_lost_where_nothing_is_written(qplan, ledger, report, key, number):
    before = ledger.read_bytes()
    terminal = report("T1.1", actor="li@xzsp")
    terminal.until("Progress (%) [0]:")
    terminal.type("30\n")
    terminal.until("What was done:")
    terminal.type("it's done\n")
    terminal.until("Difficulty:")
    terminal.type("q\n")
    terminal.until("Write these reports (1)? [y/N] ")
    time.sleep(0.5)  # an interrupt just before the program waits for a key is noticed with the next key only
    terminal.type(key)
    code, shown = terminal.end()
    assert code == number and "Traceback" not in shown
    assert """qplan report T1.1 --progress 30 --note 'it'"'"'s done'""" in shown
    assert ledger.read_bytes() == before


def test_a_dry_run_writes_nothing(ledger, report):
    before = ledger.read_bytes()
    terminal = report("T1.1", "--dry-run", actor="li@xzsp")
    terminal.until("Progress (%) [0]:")
    terminal.type("30\n")
    terminal.until("What was done:")
    terminal.type("q\n")
    assert terminal.end()[0] == 0
    assert ledger.read_bytes() == before


def test_who_has_no_part_is_refused_before_any_question(ledger, report):
    code, shown = report("T1.1", actor="li@nync").end()
    assert code == 1 and "Progress" not in shown


def test_elsewhere_a_text_is_needed(qplan, ledger):
    qplan("accept", "T1.1", "--actor", "li@xzsp")
    refused = qplan("report", "T1.1", "--actor", "li@xzsp")
    assert refused.code == 2 and "--note" in refused.err
    assert qplan("report").code == 2
