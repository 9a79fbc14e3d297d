"""What is written to: never a file of the ledger or of the command's own input; links, modes and owners stay."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from qplan import files


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A config file of the user's own."""
    path = tmp_path / "own.toml"
    path.write_text('lang = "en"\n')
    monkeypatch.setenv("QPLAN_CONFIG", str(path))
    return path


class TestAnOutputNeverReplaces:
    @pytest.mark.parametrize("spelling", ["{}", "{}/../{name}/ledger.db", "link.db", "hard.db"])
    @pytest.mark.parametrize(
        "command", [("tasks",), ("weekly", "--week", "2026-W40"), ("export", "--journal")]
    )
    def test_the_ledger_in_any_spelling(self, qplan, ledger, tmp_path, monkeypatch, command, spelling):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "link.db").symlink_to(ledger)
        os.link(ledger, tmp_path / "hard.db")
        path = spelling.format(ledger if spelling == "{}" else tmp_path, name=tmp_path.name)
        before = ledger.read_bytes()
        answer = qplan(*command, "-o", path, *(() if "--journal" in command else ("-f", "csv")))
        assert (answer.code, ledger.read_bytes()) == (2, before), answer.err
        assert "belongs to the ledger" in answer.err

    @pytest.mark.parametrize("suffix", files.BESIDE)
    @pytest.mark.parametrize(
        "command", [("tasks", "-f", "csv", "-o"), ("seal",), ("backup", "--force"), ("move", "--to")]
    )
    def test_what_sqlite_keeps_beside_it(self, qplan, ledger, command, suffix):
        path = f"{ledger}{suffix}"
        answer = qplan(*command, path)
        assert answer.code == 2 and "belongs to the ledger" in answer.err
        assert not os.path.exists(path)

    def test_the_config_file(self, qplan, ledger, config):
        for command in (("tasks", "-f", "csv", "-o"), ("backup", "--force")):
            assert qplan(*command, config).code == 2
        assert config.read_text() == 'lang = "en"\n'

    def test_a_text_that_the_command_reads(self, qplan, tmp_path):
        page = tmp_path / "questions.md"
        page.write_text(
            "# 工作方案\n\n一、主要任务\n\n1.建设市场。市场监管局牵头，2026年6月底前完成。\n", "utf-8"
        )
        before = page.read_text("utf-8")
        answer = qplan("plan", "from-document", page, "--out", tmp_path)
        assert answer.code == 2 and "read by this very command" in answer.err
        assert page.read_text("utf-8") == before

    def test_another_ledger_a_seal_or_a_file_of_a_plan(self, qplan, ledger, tmp_path):
        qplan("backup", tmp_path / "copy.db")
        qplan("seal", tmp_path / "week.seal")
        (tmp_path / "plan_tasks.yaml").write_text("plan: {}\n")
        for name in ("copy.db", "week.seal", "plan_tasks.yaml"):
            before = (tmp_path / name).read_bytes()
            answer = qplan("tasks", "-f", "csv", "-o", tmp_path / name)
            assert answer.code == 2 and "not replaced" in answer.err
            assert (tmp_path / name).read_bytes() == before

    def test_the_text_and_the_templates_of_a_plan(self, qplan, ledger, tmp_path):
        shutil.copytree(Path(__file__).parents[2] / "data", tmp_path / "plan")
        text, copy = tmp_path / "plan" / "source.txt", tmp_path / "copy.txt"
        shutil.copy(text, copy)
        coverage = ("plan", "coverage", tmp_path / "plan", "--source", copy, "-o", copy)
        assert "read by this very command" in qplan(*coverage).err
        for name in (text, tmp_path / "plan" / "templates" / "notice.txt"):
            before = name.read_bytes()
            answer = qplan("tasks", "-o", name)
            assert answer.code == 2 and "file of a plan" in answer.err
            assert name.read_bytes() == before
        assert copy.read_bytes() == text.read_bytes()
        assert qplan("tasks", "-o", tmp_path / "plan" / "list.txt").code == 0

    def test_an_earlier_list_is_replaced(self, qplan, ledger, tmp_path):
        for _time in range(2):
            assert qplan("tasks", "-o", tmp_path / "list.csv").code == 0


class TestLinksModesOwners:
    def test_an_output_goes_through_a_link_and_keeps_the_mode(self, qplan, ledger, tmp_path):
        real, link = tmp_path / "real.csv", tmp_path / "link.csv"
        real.write_text("")
        real.chmod(0o640)
        link.symlink_to(real)
        assert qplan("tasks", "-o", link).code == 0
        assert link.is_symlink() and real.stat().st_size and mode(real) == 0o640

    def test_a_week_s_folder_keeps_links_and_modes(self, qplan, ledger, tmp_path):
        folder, elsewhere = tmp_path / "week", tmp_path / "list.json"
        folder.mkdir()
        assert qplan("weekly", "--week", "2026-W40", "--out", folder, "-f", "json").code == 0
        (made,) = folder.iterdir()
        made.rename(elsewhere)
        elsewhere.chmod(0o600)
        made.symlink_to(elsewhere)
        qplan("update", "T1.1", "--status", "active", "--on", "2026-10-01")
        assert qplan("weekly", "--week", "2026-W40", "--out", folder, "-f", "json").code == 0
        assert made.is_symlink() and mode(elsewhere) == 0o600 and '"active": 1' in elsewhere.read_text()

    def test_restore_through_a_link_leaves_the_link_and_keeps_the_mode(self, qplan, ledger, tmp_path):
        qplan("backup", tmp_path / "copy.db")
        qplan("update", "T1.1", "--status", "active")
        ledger.chmod(0o640)
        (tmp_path / "link.db").symlink_to(ledger)
        assert qplan("restore", tmp_path / "copy.db", "--yes", "--ledger", tmp_path / "link.db").code == 0
        assert (tmp_path / "link.db").is_symlink() and mode(ledger) == 0o640
        assert qplan("tasks", "--under", "T1.1", "-f", "json").json["items"][0]["status"] == "assigned"

    def test_a_folder_is_no_place_for_a_ledger(self, qplan, ledger, tmp_path):
        qplan("backup", tmp_path / "copy.db")
        before = sorted(os.listdir(tmp_path))
        answer = qplan("restore", tmp_path / "copy.db", "--ledger", tmp_path, "--yes")
        assert answer.code == 2 and "is a folder, not a ledger" in answer.err
        assert sorted(os.listdir(tmp_path)) == before

    def test_a_working_folder_that_is_gone_is_named(self, qplan, ledger, tmp_path, monkeypatch):
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        answer = qplan("weekly", "--week", "2026-W40", "--out", "w")
        assert answer.code == 1 and "The folder that you are in is not there any more" in answer.err

    def test_backup_through_a_link_renews_the_copy_at_its_end(self, qplan, ledger, tmp_path):
        copy, link = tmp_path / "copy.db", tmp_path / "link.db"
        link.symlink_to(copy)
        for _time in range(2):
            assert qplan("backup", link).code == 0
            assert link.is_symlink() and copy.exists()

    def test_a_dangling_link_as_ledger_is_filled(self, qplan, tmp_path, monkeypatch):
        link, real = tmp_path / "link.db", tmp_path / "real.db"
        link.symlink_to(real)
        assert qplan("load", "--ledger", link).code == 0
        assert link.is_symlink() and real.exists()

    def test_the_config_file_is_written_through_a_link(self, qplan, config, tmp_path):
        real = tmp_path / "dotfiles.toml"
        config.rename(real)
        real.chmod(0o600)
        config.symlink_to(real)
        assert qplan("config", "set", "actor", "li").code == 0
        assert config.is_symlink() and 'actor = "li"' in real.read_text() and mode(real) == 0o600


class TestPlacesThatAreNone:
    @pytest.mark.parametrize(
        "command", [("backup", "{}"), ("move", "--to", "{}"), ("load", "--ledger", "{}"), ("seal", "{}")]
    )
    def test_a_name_that_ends_like_a_folder(self, qplan, ledger, tmp_path, command):
        folder = f"{tmp_path}/nodir/"
        answer = qplan(*(word.format(folder) for word in command))
        assert answer.code in (1, 2) and "nodir" in answer.err
        assert not (tmp_path / "nodir").exists()


class TestLeftovers:
    def test_drafts_of_killed_commands_go_with_the_next_one(self, qplan, ledger, tmp_path):
        (tmp_path / "kept").mkdir()
        old = tmp_path / "kept" / ".list.csv.0123abcd.new"
        young = tmp_path / "kept" / ".copy.db.0123abcd.new"
        for left in (old, young):
            left.write_text("half")
        os.utime(old, (0, 0))
        assert qplan("tasks", "-o", tmp_path / "kept" / "list.csv").code == 0
        assert not old.exists() and young.exists()  # somebody may still write to a young one

    def test_other_hidden_files_stay(self, qplan, ledger, tmp_path):
        other = tmp_path / ".notes.new"
        other.write_text("mine")
        os.utime(other, (0, 0))
        assert qplan("backup", tmp_path).code == 0
        assert other.read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_evidence_that_never_ends_stops_nobody(qplan, ledger, tmp_path):
    pipe = tmp_path / "evidence.pdf"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", "/dev/stdin"):
        refused = qplan("update", "T1.1", "--status", "active", "--evidence", path)
        assert refused.code == 2 and ("regular file" in refused.err or "of the system" in refused.err), path
    assert qplan("show", "T1.1", "-f", "json").json["item"]["status"] == "assigned"
