"""The pages describe every command, and their links lead to pages that exist."""

import re
from pathlib import Path

import pytest

from qplan.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]


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
