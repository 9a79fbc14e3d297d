"""The Chinese catalogue is complete and keeps every placeholder."""

import ast
import re
from pathlib import Path

import pytest

import qplan

babel = pytest.importorskip("babel.messages", reason="Babel is needed to develop only")

PACKAGE = Path(qplan.__file__).parent
CHINESE = PACKAGE / "locale" / "zh" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def used():
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

    found = extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords={**DEFAULT_KEYWORDS, "N_": None}
    )
    return {message for _file, _line, message, *_rest in found}


@pytest.fixture(scope="module")
def catalogue():
    from babel.messages.pofile import read_po

    with (CHINESE / "qplan.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_every_message_in_the_source_is_translated(used, catalogue):
    assert sorted(text for text in used if not catalogue.get(text)) == []


def test_no_message_hides_in_an_f_string():
    """Extraction does not look inside them before Python 3.12."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(Path(PACKAGE).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "N_")
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_nothing_is_translated_that_nobody_says(used, catalogue):
    assert sorted(set(catalogue) - used) == []


def test_placeholders_survive_translation(catalogue):
    def told(text):
        # A lone brace (``{}`` in a text that is never formatted) counts by position.
        fields = re.findall(r"\{(\w*)[^{}]*\}", text)
        return sorted(name if name else str(place) for place, name in enumerate(fields))

    wrong = [text for text, ours in catalogue.items() if ours and told(text) != told(ours)]
    assert wrong == []
