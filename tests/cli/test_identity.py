"""Who acts: the first write of a user who has set no actor asks on a terminal, and is refused elsewhere."""

import io
import sys

import pytest

from qplan.ledger.store import Ledger


@pytest.fixture
def nobody(qplan, ledger, tmp_path, monkeypatch):
    """A user who has set no actor; returns the config file, which is not there yet."""
    monkeypatch.delenv("QPLAN_ACTOR")
    monkeypatch.delenv("QPLAN_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "li")
    return tmp_path / "config" / "qplan" / "config.toml"


@pytest.fixture
def answers(monkeypatch):
    """Call with the lines that are typed on a terminal; returns what is left of them."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def typed(*lines):
        terminal = Terminal("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        return terminal

    return typed


def last_actor(path):
    with Ledger.open(str(path)) as ledger:
        return ledger.event(ledger.head().seq).actor


WRITES = (
    ("accept", "T1.1"),
    ("update", "T1.1", "--progress", "10"),
    ("milestone", "done", "T1.1/M1"),
    ("measure", "I1", "--year", "2024", "--value", "1", "--source", "x"),
    ("undo",),
    ("load",),
    ("accept", "T1.1", "--dry-run"),
    ("accept", "T1.1", "--yes"),
)


class TestElsewhere:
    @pytest.mark.parametrize("words", WRITES)
    def test_a_write_is_refused_and_writes_nothing(self, qplan, nobody, ledger, words):
        before = ledger.read_bytes()
        answer = qplan(*words)
        assert answer.code == 2 and "qplan config set actor" in answer.err and "QPLAN_ACTOR" in answer.err
        assert ledger.read_bytes() == before and not nobody.exists()

    def test_a_ledger_is_not_made(self, qplan, nobody, tmp_path):
        assert qplan("load", "--ledger", tmp_path / "new.db").code == 2
        assert not (tmp_path / "new.db").exists()

    def test_reading_needs_no_actor(self, qplan, nobody):
        for words in (("tasks",), ("mine",), ("verify",), ("doctor",)):
            assert qplan(*words).code in (0, 1), words

    @pytest.mark.parametrize("way", ["option", "variable", "config"])
    def test_each_way_of_saying_who_acts_is_enough(self, qplan, nobody, ledger, monkeypatch, way):
        more = ("--actor", "wang@jxkj") if way == "option" else ()
        if way == "variable":
            monkeypatch.setenv("QPLAN_ACTOR", "wang@jxkj")
        if way == "config":
            assert qplan("config", "set", "actor", "wang@jxkj").code == 0
        assert qplan("accept", "C1.2", *more).code == 0
        assert last_actor(ledger) == "wang@jxkj"


class TestOnATerminal:
    def test_the_answer_is_kept(self, qplan, nobody, ledger, answers):
        left = answers("wang@jxkj", "never read")
        assert qplan("accept", "C1.2").code == 0
        assert last_actor(ledger) == "wang@jxkj"
        assert qplan("config", "get", "actor").out == "wang@jxkj\n"
        assert qplan("report", "C1.2", "--progress", "5").code == 0
        assert left.readline() == "never read\n"

    def test_a_name_alone_acts_for_the_office(self, qplan, nobody, ledger, answers):
        answers("wang")
        assert qplan("accept", "T1.1").code == 0
        assert last_actor(ledger) == "wang@zlb"

    def test_a_department_that_is_not_in_the_plan_is_asked_for_again(self, qplan, nobody, ledger, answers):
        answers("wang@nowhere", "@", "wang@经信科技")
        answer = qplan("accept", "C1.2")
        assert answer.code == 0 and "nowhere" in answer.err
        assert last_actor(ledger) == "wang@jxkj"
        assert qplan("config", "get", "actor").out == "wang@jxkj\n"

    @pytest.mark.parametrize("lines", [(), ("",)])
    def test_no_answer_changes_nothing(self, qplan, nobody, ledger, answers, lines):
        before = ledger.read_bytes()
        answers(*lines)
        assert qplan("accept", "C1.2").code == 1
        assert ledger.read_bytes() == before and not nobody.exists()

    def test_a_dry_run_keeps_no_answer(self, qplan, nobody, answers):
        answers("wang@jxkj")
        assert qplan("accept", "C1.2", "--dry-run").code == 0
        assert not nobody.exists()

    def test_yes_means_not_to_ask(self, qplan, nobody, answers):
        answers("wang@jxkj")
        assert qplan("accept", "C1.2", "--yes").code == 2

    def test_the_first_load_asks_as_well(self, qplan, nobody, answers, tmp_path):
        answers("wang@scjg")
        assert qplan("load", "--ledger", tmp_path / "new.db").code == 0
        assert last_actor(tmp_path / "new.db") == "wang@scjg"


def test_a_department_of_an_actor_is_one_of_the_plan(qplan, ledger, monkeypatch):
    before = ledger.read_bytes()
    monkeypatch.setenv("QPLAN_ACTOR", "x@nowhere")
    for words in (("accept", "T1.1"), ("load",), ("undo",), ("mine",)):
        answer = qplan(*words)
        assert answer.code == 2 and "nowhere" in answer.err, words
    assert ledger.read_bytes() == before
