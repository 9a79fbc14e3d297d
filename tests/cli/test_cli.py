"""Parsing, errors, streams and formats, through the stub table and in this process."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.stubbed import STUB
from qplan import files, i18n
from qplan.cli import session, settings
from qplan.cli.app import COMMANDS
from qplan.cli.run import run
from qplan.core.model import Actor
from qplan.errors import BadFile, BadInput

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def quiet_world(monkeypatch, tmp_path):
    for name in (
        "QPLAN_LEDGER",
        "QPLAN_ACTOR",
        "QPLAN_LANG",
        "QPLAN_DEBUG",
        "LC_ALL",
        "LC_MESSAGES",
        "COLUMNS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("USER", "li")
    monkeypatch.setenv("LOGNAME", "li")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = i18n.language
    yield
    i18n.use(before)


@pytest.fixture
def call(capsys, monkeypatch):
    for name, entry in STUB.items():
        monkeypatch.setitem(COMMANDS, name, entry)

    def called(*argv):
        code = run(argv)
        out, err = capsys.readouterr()
        return code, out, err

    return called


def test_a_pipe_gets_an_aligned_table(call):
    code, out, err = call("tasks", "--lang", "zh")
    assert (code, err) == (0, "")
    assert out.split("\n")[:4] == [
        "任务",
        "",
        "编号  任务          灯    牵头",
        "----  ------------  ----  ----",
    ]


@pytest.mark.parametrize(
    "argv",
    [
        ("tasks", "--as-of", "2026-01-05", "--format", "csv"),
        ("--as-of", "2026/1/5", "--format=csv", "tasks"),
        ("--format", "json", "tasks", "--format", "csv", "--as-of=20260105"),
        ("-f", "csv", "tasks", "--as-of", "2026年1月5日"),
    ],
)
def test_shared_options_go_before_or_after_the_command(call, argv):
    code, out, _err = call(*argv)
    assert code == 0
    assert "T2.1,2026-01-05,,li" in out


def test_json_has_codes_and_the_envelope(call):
    _code, out, _err = call("tasks", "--dept", "scjg", "--format", "json")
    document = json.loads(out)
    assert document["kind"] == "tasks"
    assert document["ledger"] == {"id": "l", "seq": 1, "head": "ab"}
    assert document["items"][0] == {"id": "T1", "dept": "scjg"}


@pytest.mark.parametrize("argv", [("--dept",), ("--dept", "--limit", "2")])
def test_an_option_may_go_without_its_value(call, argv):
    _code, out, _err = call("tasks", *argv, "--format", "json")
    assert json.loads(out)["items"][0]["dept"] == ""


def test_help_is_whole_and_in_the_language_asked_for(call):
    code, out, _err = call("tasks", "--help", "--lang", "zh")
    assert code == 0
    assert "…" not in out.replace("html …", "").replace("html 等", "")
    assert out.replace("\n", "").replace("│", "").replace(" ", "").count("很长的中文说明不能被截断") == 8
    assert "用法：" in out and "通用选项" in out
    assert "Usage: qplan tasks" in call("tasks", "-h")[1]


def test_program_help_shows_the_panels(call):
    _code, out, _err = call("--help", "--lang=zh")
    for text in ("查看", "办理", "管理", "tasks", "update", "absent"):
        assert text in out
    assert call("help", "update")[1] == call("update", "--help")[1]
    assert call("--version")[1].startswith("qplan ")


@pytest.mark.parametrize(
    ("argv", "en", "zh"),
    [
        (
            ("taks",),
            "There is no command “taks”. Did you mean tasks?",
            "没有“taks”这个命令。是否要用 tasks？",
        ),
        (("T2.1",), "To see a task: qplan show T2.1", "查看任务请用：qplan show T2.1"),
        (
            ("tasks", "--dpet", "x"),
            "no option --dpet. Did you mean --dept?",
            "没有 --dpet 这个选项。是否要用 --dept",
        ),
        (("tasks", "--limit", "abc"), "--limit: “abc” is not a whole number.", "--limit：“abc”不是整数。"),
        (("tasks", "--quiet=yes"), "--quiet takes no value.", "--quiet 后不带内容。"),
        (("tasks", "--format"), "--format needs a value.", "--format 后须有内容。"),
        (("tasks", "--format", "pdf"), "no format “pdf”; give one of: table, json", "没有“pdf”这种格式"),
        (("tasks", "T1"), "too many words: T1.", "不认识的参数：T1。"),
        (("update",), "ID is missing.", "缺少 编号。"),
        (
            ("tasks", "--as-of", "2025-02-30"),
            "--as-of: there is no day “2025-02-30”",
            "日历上没有“2025-02-30”",
        ),
        (("tasks", "--as-of", "soon"), "--as-of: “soon” is not a date", "“soon”不是日期"),
        (("tasks", "--at-seq", "-1"), "-1 is too small; give 0 or more", "-1 太小，应为 0 或以上"),
        (("tasks", "--on", "2025-01-01"), "no option --on.", "没有 --on 这个选项"),
        (("tasks", "--actor", "@x"), "“@x” names no actor", "不是有效的经办人"),
        (("tasks", "--out", "a.xyz"), "does not tell the format", "看不出格式"),
        (("--nope",), "no option --nope.", "没有 --nope 这个选项。"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(call, argv, en, zh):
    for lang, sentence in (("en", en), ("zh", zh)):
        code, out, err = (
            call(*argv, f"--lang={lang}") if argv != ("tasks", "--format") else call(f"--lang={lang}", *argv)
        )
        assert (code, out) == (2, "")
        assert sentence in err
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("how", "code", "sentence"),
    [
        ("refused", 1, "T1 is closed."),
        ("changed", 4, "Try again."),
        ("bug", 1, "Something went wrong inside qplan (KeyError: 'x\\x1b[2J')"),
        ("os", 1, "/x: it is not permitted; check the rights on it and on its folder"),
        ("interrupt", 130, "\n"),
        ("exit", 5, ""),
        ("return", 3, ""),
        ("file", 2, "a.yaml:3:7: no such department “scgj”; write scjg\na.yaml:9:1: bad\n2 problem(s)"),
    ],
)
def test_each_error_has_its_sentence_and_number(call, how, code, sentence):
    given, out, err = call("fail", how)
    assert (given, out) == (code, "")
    assert sentence in err and "Traceback" not in err and "\x1b" not in err


def test_debug_shows_the_traceback(call, monkeypatch):
    assert "Traceback" in call("fail", "bug", "--debug")[2]
    monkeypatch.setenv("QPLAN_DEBUG", "1")
    assert "Traceback" in call("fail", "bug")[2]


def test_out_writes_whole_files_and_says_so(call, tmp_path):
    file = tmp_path / "list.csv"
    code, out, err = call("tasks", "--out", str(file))
    assert (code, out) == (0, "")
    assert str(file) in err
    assert file.read_bytes().startswith("\ufeff编号,任务,灯,牵头\r\n".encode())
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["list.csv"]
    assert call("tasks", "--out", str(file), "--format", "json", "--quiet")[2] == ""
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == 1


def test_out_refuses_a_folder_and_a_missing_one(call, tmp_path):
    assert call("tasks", "-f", "csv", "--out", str(tmp_path))[0] == 2
    assert call("tasks", "--out", str(tmp_path / "no" / "x.csv"))[0] == 2


def test_a_failed_write_leaves_the_old_file(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("old")

    def broken():
        yield b"new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        files.write(file, broken())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_question_without_a_terminal_is_refused(call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    code, _out, err = call("update", "T1")
    assert code == 2 and "--yes" in err
    assert call("update", "t1", "T2", "--yes", "--on", "2025-1-2")[2] == "t1,T2 2025-01-02 li@ \n"


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("是", 0), ("", 1), ("no", 1)])
def test_a_question_is_asked_on_a_terminal(call, monkeypatch, answer, code):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert call("update", "T1")[0] == code


def test_settings_come_in_their_order(tmp_path, monkeypatch):
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "c.toml").write_text('ledger = "here.db"\nactor = "wang@scjg"\nlang = "zh"\n', encoding="utf-8")
    environ = {
        "QPLAN_CONFIG": str(folder / "c.toml"),
        "USER": "li",
        "XDG_DATA_HOME": "/data",
        "LANG": "en_US",
    }
    monkeypatch.setattr(os, "environ", environ)
    config = settings.read_config()
    assert settings.ledger_place(None, config) == str(folder / "here.db")
    with monkeypatch.context() as given:
        given.setitem(environ, "QPLAN_LEDGER", "e.db")
        assert settings.ledger_place(None, config) == "e.db"
        assert settings.ledger_place("x.db", config) == "x.db"
    assert settings.ledger_place("postgresql://h/d", config) == "postgresql://h/d"
    if sys.platform.startswith("linux"):
        assert settings.ledger_place(None, {}) == "/data/qplan/ledger.db"
    assert settings.actor_named(None, config) == Actor("wang", "scjg")
    assert settings.actor_named("zhao", config) == Actor("zhao", "")
    assert settings.actor_named(None, {}) == Actor("li", "")
    assert settings.actor_named("a@b@fgj", {}) == Actor("a@b", "fgj")
    assert settings.language_of(None, config) == "zh"
    assert settings.language_of("zh_CN.UTF-8", {}) == "zh"
    assert settings.language_of(None, {}) == "en"
    environ["QPLAN_LANG"] = "en"
    assert settings.language_of(None, config) == "en"


@pytest.mark.parametrize(
    ("text", "line"),
    [("lang = zh\n", 1), ("\nledger = 3\n", 1), ('colour = "red"\n', 1), ('lang = "zh"\nx = = 1\n', 2)],
)
def test_a_bad_config_file_is_told_with_its_place(tmp_path, monkeypatch, text, line):
    file = tmp_path / "c.toml"
    file.write_text(text)
    monkeypatch.setenv("QPLAN_CONFIG", str(file))
    with pytest.raises(BadFile) as told:
        settings.read_config()
    assert told.value.problems[0].line == line
    monkeypatch.setenv("QPLAN_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(BadInput, match="QPLAN_CONFIG"):
        settings.read_config()


def test_today_is_taken_in_the_zone_of_the_plan():
    late = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
    asked = session.build({}, {})._replace(now=late)
    assert session.today(asked, "+08:00") == date(2025, 7, 1)
    assert session.today(asked, "-03:30") == date(2025, 6, 30)
    assert settings.now().tzinfo is UTC


def test_words_after_two_dashes_are_no_options(call):
    code, _out, err = call("fail", "--", "--dept")
    assert code == 1 and "KeyError: '--dept'" in err


def test_commands_of_a_group_are_named_after_it(call):
    assert call("group", "add", "T1", "--dry-run", "--lang", "zh")[2] == "T1 zh True\n"
    assert call("--lang", "zh", "group", "--dry-run", "add", "T1")[2] == "T1 zh True\n"
    for words in (("group",), ("group", "--help"), ("help", "group")):
        code, out, _err = call(*words)
        assert code == 0 and "Usage: qplan group" in out and "Add one." in out
    assert "Usage: qplan group add" in call("help", "group", "add")[1]
    code, _out, err = call("group", "ad", "T1")
    assert code == 2 and "There is no command “ad”. Did you mean add?" in err
    code, _out, err = call("group", "add")
    assert code == 2 and "qplan group add: ID is missing." in err


def process(*argv, **options):
    command = [sys.executable, str(HERE / "stubbed.py"), *argv]
    return subprocess.run(
        command, capture_output=True, env={**os.environ, **options.pop("env", {})}, check=False, **options
    )


def test_a_closed_pipe_is_no_error():
    program = f"{sys.executable} {HERE / 'stubbed.py'} tasks --format json; echo $? >&2"
    done = subprocess.run(f"({program}) | true", shell=True, capture_output=True, check=False)
    assert done.stderr.decode().strip() in ("0", "0\n")


def test_a_console_of_another_encoding_gets_no_traceback():
    done = process("tasks", "--lang", "zh", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and b"T2.1" in done.stdout
    done = process("tasks", "--format", "json", env={"PYTHONIOENCODING": "gbk"})
    assert json.loads(done.stdout.decode("ascii"))["kind"] == "tasks"


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is needed")
@pytest.mark.parametrize(
    ("columns", "env", "color"),
    [(80, {}, True), (160, {"NO_COLOR": "1"}, False), (60, {"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_a_table_fitted_to_it(columns, env, color):
    pexpect = pytest.importorskip("pexpect")
    environ = {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": str(columns), **env}
    if not env.get("NO_COLOR"):
        environ.pop("NO_COLOR", None)
    out = pexpect.run(
        f"{sys.executable} {HERE / 'stubbed.py'} tasks --lang zh", env=environ, encoding="utf-8"
    )
    assert "红灯" in out and "─" in out
    assert ("\x1b[" in out) is color
