"""The recipes of CONTRIBUTING.md name files that are there, and tables that are in the files of their point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = (ROOT, ROOT / "src" / "qplan")
#: A path to be filled in, and files that a command writes.
MADE = {"ledger/migrations/versions/NNNN_what_it_does.py", "tests/ledger/data/schema-N.sql", "schema.sql"}


def points() -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    recipes = text[text.index("## Recipes") : text.index("## Rules")]
    return [" ".join(one.split()) for one in re.findall(r"^\d+\. .*(?:\n {2,4}\S.*)*", recipes, re.MULTILINE)]


def file_at(name: str) -> Path | None:
    return next((place / name for place in PLACES if (place / name).is_file()), None)


@pytest.mark.parametrize("point", points())
def test_a_point_names_files_and_tables_that_are_there(point: str):
    named = [one for one in re.findall(r"`([\w/.*-]+\.(?:py|sql|yaml|md))`", point) if one not in MADE]
    missing = [one for one in named if file_at(one) is None]
    assert not missing, f"CONTRIBUTING.md: there is no {missing}"
    texts = "".join(file.read_text("utf-8") for one in named if (file := file_at(one)))
    words = re.findall(r"`(_?[A-Z][A-Z_]+)`", point) if named else []
    lacking = [word for word in words if not re.search(rf"\b{word}\b", texts)]
    assert not lacking, f"CONTRIBUTING.md: {named} have no {lacking}"


def test_a_recipe_has_points():
    assert len(points()) > 60
