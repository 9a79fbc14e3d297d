"""What the reading commands answer on the fictitious year, word for word, in both languages.

One golden file a language holds every command with its exit code and what it printed: a change of
behaviour anywhere shows as a difference of text. GOLDEN=1 make generate writes them anew.
"""

from __future__ import annotations

import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from golden import check_golden
from qplan import i18n

TOOL = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "tools" / "play_year.py")))
GOLDEN = Path(__file__).parent / "golden"

#: Asked on the morning after the year is over, Monday 2026-02-16.
TODAY = """
tasks --all --under T2.1
tasks --dept scjg
tasks --dept --limit 12
tasks --dept 市场监管 --support --limit 8
tasks --status 已销号 --limit 5 --format json
tasks --light red --format csv
tasks --column 3
tasks --due-before 2025-12-01 --limit 10
tasks --stale 90
tasks --unconfirmed --limit 4
tasks --search 质量 --sort deadline --limit 7
tasks --sort update --limit 6 --format tsv
tasks --tree --under C9
tasks --overdue --format md
tasks --status nosuch
tasks --dept nosuch
show T2.1.2
show C7.3 --format json
show I9
show T99
depts
indicators --core
indicators --dept scjg --format json
summary --by section
summary --by column --format csv
log --limit 12
log C3.5 --format json
milestones --dept scjg
mine --dept jxkj
overdue
overdue --by dept
overdue --against original --format json
overdue --exit-code --limit 1
weekly --dept zjj
changes --since 2026-02-02
changes --dept zjj --format json
reporting --period 2025-Q3
reporting --dept jxkj --format json
log --since 2026-02-02 --until last-week --kind urge
log --dept zjj --since 2026-01-19 --format csv
score
score --year 2025 --format csv
calendar --dept scjg
notice C7.3
verify
"""
#: Asked of each of these days: before most reports, the busiest quarter, just after the plan's end.
DAYS = ("2025-03-31", "2025-10-15", "2026-01-05")
PAST = """
tasks --light red
tasks --status blocked
tasks --search 食品 --format json
tasks --sort progress --limit 8
show C3.5
summary --by dept
milestones --dept zjj
overdue --limit 10
log --limit 3
mine --actor 演示-scjg@scjg
score --format csv
weekly --dept scjg
"""


def commands() -> Iterator[list[str]]:
    """The command lines in their order."""
    yield []
    yield from map(shlex.split, TODAY.strip().splitlines())
    for day in DAYS:
        for line in PAST.strip().splitlines():
            yield [*shlex.split(line), "--as-of", day]
    yield ["tasks", "--light", "red", "--as-of", "2026-01-05", "--at-seq", "700"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A ledger made of the journal that the repository holds."""
    place = str(tmp_path_factory.mktemp("answers") / "ledger.db")
    code, _out, err = TOOL.call("import", str(TOOL.JOURNAL), "--ledger", place)
    assert code == 0, err
    yield place
    i18n.use("en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answers_are_golden(year: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.setenv("QPLAN_LEDGER", year)
    monkeypatch.setenv("QPLAN_LANG", lang)
    pages = []
    for words in commands():
        with TOOL.clock(TOOL.END):
            code, out, err = TOOL.call(*words)
        command = shlex.join(["qplan", *words])
        pages.append(f"$ {command}\n[exit {code}]\n{out}{err}".replace(year, "LEDGER"))
    check_golden(GOLDEN / f"answers.{lang}.txt", "\n".join(pages).encode())
