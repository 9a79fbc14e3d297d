"""The pages say what the program does: tours are its output, the reference is its help."""

import os
import re
import subprocess
import sys

import pytest

from docs.tour import PAGES, ROOT
from qplan.cli.table import COMMANDS


@pytest.mark.parametrize("page", PAGES)
def test_a_tour_is_what_the_program_prints(page):
    # in a process of its own: help and headings keep the language of their first import
    program = f"import sys; sys.path[:0] = ['src', 'tests']; from docs.tour import played; print(played({page!r}), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    written = (ROOT / page).read_text(encoding="utf-8")
    assert done.stdout == written, f"run: python tests/docs/tour.py to bring {page} up to date"


@pytest.mark.parametrize(("page", "lang"), [("docs/cli.md", "en"), ("docs/cli.zh-CN.md", "zh")])
def test_the_reference_is_current(page, lang):
    done = subprocess.run(
        [sys.executable, "-m", "qplan.cli.reference", lang], capture_output=True, text=True, check=True, cwd=ROOT,
        encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    written = (ROOT / page).read_text(encoding="utf-8")
    assert done.stdout == written, f"run: python -m qplan.cli.reference {lang} > {page}"


def test_every_command_is_described():
    text = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    for name, entry in COMMANDS.items():
        assert entry.hidden or f"### qplan {name}\n" in text


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
)
def test_links_between_pages_hold(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / page).parent / target).exists(), f"{page} names {target}, which is not there"
