"""What is read without Typer is what Typer reads."""

import sys
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.cli import app as typed
from qplan.cli import direct
from qplan.cli import settings as places
from qplan.cli.options import Argument, Option, parameters
from qplan.cli.table import COMMANDS, SHARED
from qplan.errors import QplanError


class Heard(Exception):
    """What a command was called with."""


def spied(name):
    """The command with its own declarations and shared options, and a function that only says what it heard."""
    entry = COMMANDS[name]
    function = getattr(__import__(entry.module, fromlist=[entry.function]), entry.function)

    def spy(ctx, **values):
        raise Heard(ctx, values)

    spy.parameters = parameters(function)
    module = sys.modules.setdefault("spied", ModuleType("spied"))
    setattr(module, f"command_{entry.function}", spy)
    return entry._replace(module="spied", function=f"command_{entry.function}")


SPIES = {name: spied(name) for name in COMMANDS}


def heard(call):
    """What the command was called with, or the sentence that refused it."""
    try:
        code = call()
    except Heard as told:
        return told.args
    except QplanError as error:
        return type(error), str(error)
    assert code is None or isinstance(code, int)
    return code


def directly(name, args):
    return heard(lambda: direct.execute(name, args, SPIES[name], {}))


def by_typer(name, args):
    return heard(lambda: typed.execute(name, args, SPIES, {}))


@pytest.fixture(scope="module", autouse=True)
def clock():
    with pytest.MonkeyPatch.context() as patch:
        moment = places.now()
        patch.setattr(places, "now", lambda: moment)
        patch.setenv("QPLAN_CONFIG", "")
        patch.setenv("QPLAN_ACTOR", "tester")
        yield


VALUES = st.sampled_from(
    ["T1", "scjg", "市监局", "3", "2025-01-31", "json", "-", "--", "-x", "--help", "", " ", "a=b", "x y", "="]
)


@st.composite
def lines(draw):
    name = draw(st.sampled_from(sorted(COMMANDS)))
    takes = parameters(getattr(__import__(COMMANDS[name].module, fromlist=["x"]), COMMANDS[name].function))
    own = [option for one in takes if isinstance(one.declared, Option) for option in one.names]
    known = st.sampled_from([*own, *(option for shared in SHARED for option in shared.names), "-h"])
    words = st.one_of(
        st.tuples(known, VALUES),
        st.tuples(known),
        st.builds(lambda option, value: (f"{option}={value}",), known, VALUES),
        st.builds(lambda option, value: (f"{option}{value}",), known, VALUES),
        st.tuples(VALUES),
    )
    return name, [word for part in draw(st.lists(words, max_size=5)) for word in part]


@settings(max_examples=1500, deadline=None)
@given(lines())
def test_what_is_read_without_typer_is_what_typer_reads(line):
    name, args = line
    read = directly(name, args)
    if read is not None:
        assert read == by_typer(name, args)


#: What people type every day, and what scripts do.
PLAIN = [
    "tasks",
    "tasks --dept scjg --limit 50",
    "tasks -d scjg -n 5 --overdue --format json",
    "tasks --dept= --as-of 2025-06-30",
    "tasks --light=red --stale= --no-color",
    "show T2.1.3 --ledger x.db",
    "update T1 T2 --status active --progress 40 --note 完成 --on 2025-01-31 --yes",
    "update --from - -q",
    "accept T1",
    "submit T1 --evidence a.pdf --evidence b.pdf",
    "extend T1 --refuse --reason 无",
    "assign T1 --lead scjg --support fgj --support swj",
    "milestone done T1/m1 T1/m2",
    "measure I3 --year 2024 --value 96.5 --source 年报",
    "overdue --exit-code --by dept",
    "weekly --week 2025-W26 --out lists",
    "undo 12",
    "undo",
    "log -- T1",
    "load",
    "load plan.yaml --dry-run",
    "export --journal --out out.jsonl",
    "verify",
    "config set lang zh",
]


@pytest.mark.parametrize("line", PLAIN)
def test_plain_words_are_read_without_typer(line):
    name, *args = line.split()
    read = directly(name, args)
    assert read is not None and len(read) == 2
    assert read == by_typer(name, args)


@pytest.mark.parametrize(
    "line",
    [
        "tasks --help",
        "tasks --nosuch",
        "tasks --limit",
        "tasks -n5",
        "tasks --overdue=yes",
        "tasks T1",
        "show",
        "show T1 T2",
        "measure I3 --year 2024",
        "update T1 --note=",
    ],
)
def test_what_is_not_plain_is_left_to_typer(line):
    name, *args = line.split()
    assert directly(name, args) is None


def test_every_command_declares_what_it_takes():
    """A parameter that is declared otherwise would make its command slow, unseen."""
    for entry in COMMANDS.values():
        for one in parameters(getattr(__import__(entry.module, fromlist=["x"]), entry.function)):
            assert isinstance(one.declared, Option | Argument) and one.type in direct.KINDS, (entry, one)
