"""Every command and file of the page about tables is played, in its order, on a table as an office has it."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qplan import i18n
from qplan.cli import settings
from qplan.cli.run import run

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

ROOT = Path(__file__).parents[2]
PAGES = {"excel.md": "en", "excel.zh-CN.md": "zh"}
BLOCK = re.compile(r"^```(console|toml|yaml)\n(.*?)^```$|`(qplan [^`]+)`", re.MULTILINE | re.DOTALL)
#: A command that the text only mentions.
MENTIONED = "qplan plan from-document"
#: Commands that may ask, which nobody answers here.
ASKING = ("load", "collect", "update")
#: Where the page's settings belong.
FILES = {"toml": "config.toml", "yaml": "plan/rules.yaml"}


def table(path: str, *rows: list) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def duties(path: str, due: str) -> None:
    """A table of duties."""
    table(
        path,
        ["2026年重点工作任务分工表"],
        ["序号", "工作任务", "牵头单位", "配合单位", "完成时限"],
        [1, "建设园区", "区市场监管局", "区财政局", due],
        [2, "整治河道", "区水利局", None, "每季度"],
        [3, "培训农民", "区市场监管局、区水利局", None, "年底前"],
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_page_of_tables_can_be_played(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "now", lambda: datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    for name, value in {
        "LEDGER": "l.db", "CONFIG": str(tmp_path / "config.toml"), "ACTOR": "office", "LANG": PAGES[page],
    }.items():  # fmt: skip
        monkeypatch.setenv(f"QPLAN_{name}", value)
    (tmp_path / "config.toml").touch()
    duties("分工表.xlsx", "6月底")
    duties("分工表-改.xlsx", "9月底")
    table("进展.xlsx", ["编号", "进展情况", "完成率"], ["T1", "已开工", "30%"])
    played = []
    for kind, block, inline in BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        if kind in FILES:
            with (tmp_path / FILES[kind]).open("a", encoding="utf-8") as file:
                file.write(block)
            continue
        for line in block.splitlines() if kind else [inline]:
            words = shlex.split(line, comments=True)[1:]
            if line == MENTIONED:
                continue
            if line.startswith("qplan tasks --view"):  # the views of the rules are read with the plan
                assert run(["load", "--yes"]) == 0
            code = run([*words, "--yes"] if words[0] in ASKING else words)
            assert code == 0, (line, capsys.readouterr().err)
            played.append(words[0])
    i18n.use("en")
    assert {"plan", "load", "export", "tasks", "overdue", "forms", "collect", "update", "config"} <= set(
        played
    )
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix == ".xlsx") == [".xlsx"] * 6
