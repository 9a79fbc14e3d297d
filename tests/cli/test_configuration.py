"""Configuration that is not sound, places that are none, and secrets."""

import os
import sqlite3

import pytest

from qplan.cli import settings
from qplan.errors import BadInput
from qplan.ledger.connection import shown

SECRET = "geheim"


@pytest.fixture
def config(tmp_path, monkeypatch):
    path = tmp_path / "own" / "config.toml"
    path.parent.mkdir()
    monkeypatch.setenv("QPLAN_CONFIG", str(path))
    return path


class TestABrokenConfiguration:
    @pytest.mark.parametrize(
        "text", ['colour = "red"\n', "lang = zh\n", 'lang = "fr"\n', "ledger = 3\n", 'actor = "@"\n']
    )
    def test_help_version_doctor_and_config_go_on(self, qplan, ledger, config, monkeypatch, text):
        config.write_text(text)
        monkeypatch.delenv("QPLAN_LANG")
        monkeypatch.delenv("QPLAN_ACTOR")
        for command in (("--help",), ("--version",), ("tasks", "--help"), ("config", "path")):
            assert qplan(*command).code == 0, command
        assert qplan("doctor").code in (0, 1)

    @pytest.mark.parametrize(
        "text",
        ['colour = "red"\n', "lang = zh\n", "ledger = 3\n", 'lang = "fr"\n', 'ledger = ""\n', 'actor = ""\n'],
    )
    def test_doctor_names_the_fault(self, qplan, ledger, config, monkeypatch, text):
        config.write_text(text)
        monkeypatch.delenv("QPLAN_LANG")
        answer = qplan("doctor")
        assert answer.code == 1 and str(config) in answer.out

    def test_the_command_that_corrects_it_works(self, qplan, ledger, config, monkeypatch):
        monkeypatch.delenv("QPLAN_LANG")
        config.write_text('colour = "red"\nlang = "fr"\n')
        assert qplan("config", "unset", "colour").code == 0
        assert qplan("config", "set", "lang", "en").code == 0
        assert qplan("tasks").code == 0

    @pytest.mark.parametrize(
        ("variable", "value"), [("QPLAN_LANG", "fr"), ("QPLAN_ACTOR", "@"), ("QPLAN_CONFIG", "/none.toml")]
    )
    def test_the_sentence_names_the_variable(self, qplan, ledger, monkeypatch, variable, value):
        monkeypatch.setenv(variable, value)
        answer = qplan("tasks")
        assert answer.code == 2 and variable in answer.err

    def test_doctor_names_the_variable_of_a_language(self, qplan, ledger, monkeypatch):
        monkeypatch.setenv("QPLAN_LANG", "fr")
        answer = qplan("doctor")
        assert answer.code == 1 and "QPLAN_LANG: there is no language “fr”" in answer.out

    def test_the_sentence_names_the_file(self, qplan, ledger, config, monkeypatch):
        monkeypatch.delenv("QPLAN_LANG")
        config.write_text('lang = "fr"\n')
        answer = qplan("tasks")
        assert answer.code == 2 and str(config) in answer.err

    def test_doctor_names_a_template_folder_that_is_not_there(self, qplan, ledger, monkeypatch):
        monkeypatch.setenv("QPLAN_TEMPLATES", "/none")
        answer = qplan("doctor")
        assert answer.code == 1 and "/none" in answer.out

    def test_doctor_names_a_ledger_that_does_not_verify(self, qplan, ledger):
        db = sqlite3.connect(ledger)
        (name,) = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").fetchone()
        db.execute(f"DROP TRIGGER {name}")
        db.close()
        answer = qplan("doctor")
        assert answer.code == 1 and name in answer.out


class TestPlaces:
    def test_a_relative_setting_means_the_place_where_it_was_typed(
        self, qplan, config, tmp_path, monkeypatch
    ):
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("QPLAN_LEDGER")
        assert qplan("config", "set", "ledger", "./mine.db").code == 0
        assert qplan("config", "get", "ledger").out.strip() == str(tmp_path / "mine.db")
        assert qplan("load").code == 0 and (tmp_path / "mine.db").exists()

    @pytest.mark.parametrize("value", ["mine/", "mysql://h/d", "  "])
    def test_what_is_no_place_of_a_ledger_is_no_setting(self, qplan, config, value):
        assert qplan("config", "set", "ledger", value).code == 2
        assert not config.exists()

    def test_relative_folders_of_xdg_do_not_count(self, monkeypatch):
        environ = {"HOME": "/home/li", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "./config"}
        monkeypatch.setattr(os, "environ", environ)
        assert settings.default_place().startswith("/home/li/")
        assert settings.config_file().startswith("/home/li/")

    @pytest.mark.parametrize("home", ["here", "~", ""])
    def test_without_a_home_folder_nothing_is_made(self, qplan, tmp_path, monkeypatch, home):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", home)
        monkeypatch.delenv("QPLAN_LEDGER")
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        answer = qplan("load")
        assert answer.code == 2 and "--ledger" in answer.err
        assert qplan("config", "set", "lang", "zh").code == 2
        assert os.listdir(tmp_path) == []


class TestSecrets:
    @pytest.mark.parametrize(
        "place",
        [
            f" postgresql://li:{SECRET}@h/d",
            f"POSTGRESQL://li:{SECRET}@h/d",
            f"mysql://li:{SECRET}@h/d",
            f"postgresql+asyncpg://li:{SECRET}@h/d",
            f"http://:{SECRET}@h/d",
            f"postgresql://li@127.0.0.1:1/d?PASSWORD={SECRET}",
            f"host=h password={SECRET}",
            f"host=h password = {SECRET}",
        ],
    )
    def test_no_password_is_printed(self, qplan, config, monkeypatch, place):
        assert SECRET not in shown(place)
        for answer in (qplan("tasks", "--ledger", place), qplan("doctor", "--ledger", place)):
            assert SECRET not in answer.out + answer.err
        config.write_text(f'ledger = "{place}"\n')
        for command in (
            ("config", "list"),
            ("config", "get", "ledger"),
            ("config", "list", "-f", "json"),
            ("doctor",),
        ):
            answer = qplan(*command)
            assert SECRET not in answer.out + answer.err, command

    def test_an_address_is_read_without_blanks_and_in_any_case(self):
        assert settings.normalized(" PostgreSQL://h/D ") == "postgresql://h/D"

    def test_an_unknown_address_is_refused(self, qplan):
        with pytest.raises(BadInput):
            settings.language_of("fr", {})
        answer = qplan("load", "--ledger", "mysql://h/d")
        assert answer.code == 2 and "postgresql://" in answer.err


def test_a_page_for_a_console_of_another_encoding_is_in_utf_8(ledger, monkeypatch):
    """It says so itself."""
    import subprocess
    import sys

    environ = {**os.environ, "PYTHONIOENCODING": "gbk", "QPLAN_CONFIG": "", "QPLAN_LANG": "zh"}
    command = [sys.executable, "-m", "qplan", "tasks", "-f", "html", "--ledger", str(ledger)]
    page = subprocess.run(command, capture_output=True, env=environ, check=True).stdout
    assert b"utf-8" in page.lower() and "待签收" in page.decode()


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
class TestModes:
    def test_a_config_file_is_its_owners(self, qplan, config):
        assert qplan("config", "set", "lang", "zh").code == 0
        assert config.stat().st_mode & 0o777 == 0o600
        config.chmod(0o644)
        assert qplan("config", "set", "ledger", f"postgresql://u:{SECRET}@h/d").code == 0
        assert config.stat().st_mode & 0o777 == 0o600

    def test_doctor_names_one_that_others_can_read(self, qplan, ledger, config):
        config.write_text('lang = "en"\n')
        config.chmod(0o644)
        assert f"chmod 600 {config}" in qplan("doctor", "--format", "json").out
        config.chmod(0o600)
        assert f"chmod 600 {config}" not in qplan("doctor", "--format", "json").out
