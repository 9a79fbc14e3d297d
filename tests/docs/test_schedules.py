"""The scheduled runs of docs/weekly.md and of its Chinese page, tried as they are documented."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("weekly.md", "weekly.zh-CN.md")


def block(page, language, place=0):
    """A block of code of a page."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)[
        place
    ]


def test_both_pages_have_the_same_runs():
    for language in ("cron", "ini", "bat"):
        first, second = (
            re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
            for page in PAGES
        )
        assert [re.sub("Description=.*", "", text) for text in first] == [
            re.sub("Description=.*", "", text) for text in second
        ]


@pytest.mark.skipif(sys.platform == "win32", reason="cron is of POSIX")
def test_the_line_of_cron_runs_with_nothing_in_its_environment(tmp_path):
    """cron gives a command HOME, LOGNAME, SHELL and a short PATH: no locale, no terminal."""
    make = [
        sys.executable,
        "-m",
        "qplan",
        "import",
        str(DOCS.parent / "examples/fictitious-year/journal.jsonl"),
    ]
    subprocess.run([*make, "--ledger", tmp_path / "ledger.db"], check=True, capture_output=True)
    (line,) = block("weekly.md", "cron").splitlines()
    command = line.split(None, 5)[5]
    command = command.replace("/opt/qplan/bin/qplan", f"{sys.executable} -m qplan").replace(
        "/srv/qplan", str(tmp_path)
    )
    bare = {"HOME": str(tmp_path), "LOGNAME": "qplan", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    bare["PYTHONPATH"] = str(DOCS.parent / "src")
    done = subprocess.run(["/bin/sh", "-c", command], env=bare, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), (tmp_path / "weekly.log").read_text()
    names = {path.suffix for path in (tmp_path / "weekly").iterdir() if path.is_file()}
    assert names == {".docx", ".xlsx", ".html", ".json", ".ics"}
    assert (tmp_path / "weekly" / "区经济信息化和科技局").is_dir()
    assert "已写入：" in (tmp_path / "weekly.log").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("page", PAGES)
def test_the_units_of_systemd_are_sound(tmp_path, page):
    for place, name in enumerate(("qplan-weekly.service", "qplan-weekly.timer")):
        text = (
            block(page, "ini", place).replace("/opt/qplan/bin/qplan", "/bin/true").replace("User=qplan\n", "")
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    units = [str(tmp_path / name) for name in ("qplan-weekly.service", "qplan-weekly.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    about = [line for line in done.stderr.splitlines() if "qplan-weekly" in line]
    assert about == []
