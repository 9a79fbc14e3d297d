"""Where a seal goes: a file that is never written over, a folder with one for each entry, a command."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ledger import plans
from qplan.errors import BadInput, NotVerified, Refused
from qplan.ledger import create
from qplan.service import seals

NOW = "2025-03-03T01:00:00Z"


@pytest.fixture
def ledger():
    with create.in_memory(plans.RECORDED) as made:
        plans.fill(made)
        yield made


@pytest.fixture
def made(ledger):
    return seals.made_of(ledger, NOW)


def test_a_seal_without_a_file_is_shown_and_one_with_a_key_needs_a_file(ledger, tmp_path) -> None:
    made, files = seals.seal_ledger(ledger, NOW, None, None)
    assert (made.head, files) == (ledger.head(), [])
    with pytest.raises(BadInput, match="name the first"):
        seals.seal_ledger(ledger, NOW, None, "key")
    path = tmp_path / "week.seal"
    assert seals.seal_ledger(ledger, NOW, str(path), None)[1] == [str(path)]
    assert path.read_text() == made.text()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_seal_is_written_over_nothing_but_an_empty_file(ledger, tmp_path, kind) -> None:
    path, empty = tmp_path / "week.seal", tmp_path / "empty.seal"
    empty.touch()
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(empty)
    else:
        path.write_text("x")
    with pytest.raises(BadInput, match="is a folder" if kind == "folder" else "is there already"):
        seals.seal_ledger(ledger, NOW, str(path), None)
    assert seals.seal_ledger(ledger, NOW, str(empty), None)[1] == [str(empty)]


def test_a_folder_has_one_seal_of_each_entry(made, tmp_path) -> None:
    """A file that a command left empty is written anew; another hash of the same entry is a rewritten journal."""
    path = tmp_path / f"{made.head.ledger}-{made.head.seq:07}.seal"
    assert seals.deliver(made, str(tmp_path)) == str(path) and path.read_text() == made.text()
    assert seals.deliver(made, str(tmp_path)) is None
    path.write_text("")
    assert seals.deliver(made, str(tmp_path)) == str(path)
    with pytest.raises(NotVerified, match="another hash"):
        seals.deliver(made._replace(head=made.head._replace(hash="0" * 64)), str(tmp_path))
    with pytest.raises(Refused, match="there is no folder"):
        seals.deliver(made, str(tmp_path / "none"))


def command(text: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; {text}"]


def test_a_command_gets_the_seal_on_its_input_and_the_name_in_its_words(made, tmp_path) -> None:
    words = [*command("open(sys.argv[1], 'w').write(sys.stdin.read())"), f"{tmp_path}/{{name}}"]
    assert seals.deliver(made, words) is None
    assert Path(tmp_path, seals.file_name(made)).read_text() == made.text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "has no words"),
        (["/no/such/command"], "^/no/such/command: "),
        (command("sys.exit(2)"), "ended with 2: $"),
        (command("print('a'); print('b' * 201); sys.exit(1)"), f"ended with 1: {'b' * 200}$"),
        (command("print('out'); print('why', file=sys.stderr); sys.exit(1)"), "ended with 1: why$"),
    ],
)
def test_a_command_that_fails_is_named_with_its_last_line(made, words, said) -> None:
    with pytest.raises(Refused, match=said):
        seals.deliver(made, words)


def test_a_command_is_not_waited_for_for_ever(made, monkeypatch) -> None:
    monkeypatch.setattr(seals, "PATIENCE", 0.2)
    with pytest.raises(Refused, match=f"^{re.escape(sys.executable)} did not end within"):
        seals.deliver(made, command("import time; time.sleep(60)"))
