"""How the program answers: locks let go of, receipts, refusals, errors of the system in our words."""

import pytest

from qplan.ledger.sqlite import SqliteConnection


@pytest.mark.parametrize(
    "words",
    [
        ("weekly",),
        ("weekly", "--per-dept", "out"),
        ("dashboard", "--as-of", "2025-06-30"),
        ("score", "--year", "2025"),
        ("tasks", "--as-of", "2025-06-30"),
        ("summary", "--at-seq", "300"),
    ],
    ids=" ".join,
)
def test_a_past_day_is_let_go_of(qplan, ledger, monkeypatch, tmp_path, words):
    """In one process a report that has been written holds no lock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("qplan.ledger.sqlite.BUSY_TIMEOUT", 200)
    kept = []  # as a caller's frame or a debugger would
    opened = SqliteConnection.__init__

    def init(self, *args, **options):
        kept.append(self)
        opened(self, *args, **options)

    monkeypatch.setattr(SqliteConnection, "__init__", init)
    qplan("update", "T1.1", "--status", "active", "--on", "2026-11-20")
    qplan("update", "T1.1", "--progress", "5")
    assert qplan(*words).code == 0
    done = qplan("update", "T1.1", "--progress", "10")
    assert done.code == 0, done.err


def test_receipts_say_where_the_journal_stands(qplan, ledger):
    before = qplan("tasks", "--format", "json").json["ledger"]
    dry = qplan("accept", "T1.1", "--dry-run", "--format", "json").json
    assert dry["ledger"] == before
    done = qplan("accept", "T1.1", "--format", "json").json
    assert done["ledger"]["seq"] == done["items"][-1]["seq"] == before["seq"] + 1
    assert done["ledger"] == qplan("tasks", "--format", "json").json["ledger"]
    for words in (
        ("milestone", "add", "T1.1", "--title", "x", "--due", "2025-12-01"),
        ("undo",),
        ("measure", "I1", "--year", "2025", "--value", "97", "--source", "s"),
        ("load",),
    ):
        answer = qplan(*words, "--format", "json")
        assert answer.code == 0, answer.err
        told = answer.json["ledger"]
        assert told == qplan("tasks", "--format", "json").json["ledger"]


def test_an_unknown_format_is_refused_before_anything_is_written(qplan, ledger):
    before = qplan("tasks", "--format", "json").json["ledger"]
    assert qplan("accept", "T1.1", "--format", "jsn").code == 2
    assert qplan("tasks", "--format", "json").json["ledger"] == before


@pytest.mark.parametrize("number", ["0", "99999"])
@pytest.mark.parametrize("words", [("tasks",), ("weekly",), ("score", "--year", "2025"), ("dashboard",)])
def test_an_entry_that_is_not_there_is_refused(qplan, ledger, words, number):
    last = qplan("tasks", "--format", "json").json["ledger"]["seq"]
    answer = qplan(*words, "--at-seq", number)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"--at-seq {number}: the journal has the entries no. 1 to {last}.\n"
    assert qplan("tasks", "--at-seq", last).code == 0


@pytest.mark.parametrize(("shell", "sign"), [("zsh", "#compdef qplan"), ("fish", "complete --command qplan")])
def test_the_completion_of_the_shell_that_is_named(qplan, capsys, shell, sign):
    for words in (("--show-completion", shell), (f"--show-completion={shell}",)):
        with pytest.raises(SystemExit) as stop:  # Typer's own way out
            qplan(*words)
        assert not stop.value.code
        assert sign in capsys.readouterr().out
    answer = qplan("--show-completion", "tcsh")
    assert answer.code == 2 and "zsh" in answer.err


def test_only_the_default_folder_is_made(qplan, tmp_path):
    place = tmp_path / "no" / "such" / "x.db"
    for words in (("load",), ("import", "journal.jsonl")):
        (tmp_path / "journal.jsonl").touch()
        answer = qplan(*words, "--ledger", place)
        if words[0] == "load":
            assert answer.code == 2 and f"There is no folder {place.parent}" in answer.err
        assert answer.code != 0 and not (tmp_path / "no").exists()


def test_errors_of_the_system_name_the_file_that_was_asked_for(qplan, ledger, tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    for words in (("tasks", "--out", tmp_path / "a.csv"), ("weekly", "--out", tmp_path / "a.docx")):
        answer = qplan(*words)
        assert answer.code == 1 and answer.err == f"{words[2]}: there is no room left\n"
    answer = qplan("tasks", "--out", tmp_path / "a.csv", "--lang", "zh")
    assert answer.err == f"{tmp_path / 'a.csv'}: 没有空间了\n"
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize(
    ("text", "line"), [(b'lang = "en"\nactor\n', 2), (b"ledger = [1,", 1), (b'\nactor = "\xff"', 2)]
)
def test_a_broken_config_file_is_told_in_our_words(qplan, ledger, tmp_path, monkeypatch, text, line):
    path = tmp_path / "c.toml"
    path.write_bytes(text)
    monkeypatch.setenv("QPLAN_CONFIG", str(path))
    answer = qplan("tasks", "--lang", "zh")
    assert answer.code == 2 and answer.err.startswith(f"{path}:{line}:")
    assert "没有写入" not in answer.err and "xpected" not in answer.err and "codec" not in answer.err
