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


#: Pages for developers, auditors and those who measure: in English only.
ENGLISH_ONLY = {"architecture.md", "charts.md", "performance.md"}


def test_every_page_of_a_clerk_is_in_chinese_too():
    pages = {path.name for path in ROOT.glob("docs/*.md")}
    english = {name for name in pages if not name.endswith(".zh-CN.md")}
    assert {f"{name.removesuffix('.md')}.zh-CN.md" for name in english - ENGLISH_ONLY} == pages - english


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("docs/*.zh-CN.md")))
def test_chinese_pages_lead_to_chinese_pages(page):
    """But for the one that is the same page in English."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    english = set(re.findall(r"\]\(([a-z-]+\.md)", text))
    assert english <= {page.replace(".zh-CN", ""), *ENGLISH_ONLY}
    overview = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert f"docs/{page}" in overview


@pytest.mark.parametrize("page", ["weekly", "operations", "reliability", "guide"])
def test_a_chinese_page_has_the_chapters_of_the_english_one(page):
    first, second = (
        [
            len(mark)
            for mark in re.findall(r"^(#{1,3}) ", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.M)
        ]
        for name in (f"{page}.md", f"{page}.zh-CN.md")
    )
    assert len(first) == len(second), f"docs/{page}.zh-CN.md lacks chapters, or has others"


@pytest.mark.parametrize("page", ["reliability.md", "reliability.zh-CN.md"])
def test_the_tests_that_a_page_names_are_there(page):
    """``… -k word`` goes on with the file of the line before; a word is part of a test's name, as pytest reads it."""
    path, named = "", 0
    for cell in re.findall(r"`((?:…|tests/)[^`|]*(?:\|[^`]*)?)`", (ROOT / "docs" / page).read_text("utf-8")):
        where, _option, words = cell.partition(" -k ")
        path = path if where == "…" else where
        text = (ROOT / path).read_text("utf-8")
        for word in re.findall(r"\w+", words):
            assert word == "or" or re.search(rf"(?i)(def test|class Test)\w*{word}", text), f"{page}: {cell}"
        named += 1
    assert named > 20
