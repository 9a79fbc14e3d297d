"""The Chinese catalogue is complete and keeps every placeholder."""

import ast
import re
from pathlib import Path

import pytest

import qplan
from qplan import i18n
from qplan.cli import options
from qplan.core import calendar, indicators, labels, pace, workflow
from qplan.service import form_layout, webhooks
from qplan.views import evidence, lists, notice, reporting, words
from qplan.views import indicators as indicator_lists

babel = pytest.importorskip("babel.messages", reason="Babel is needed to develop only")

PACKAGE = Path(qplan.__file__).parent
#: Functions whose first argument is a message, beside gettext's.
PLAIN = (
    "N_", "required", "optional", "argument", "option", "flag", "shared_option", "shared_flag",
    "filter_option", "filter_flag",
)  # fmt: skip
MARKERS = ("_", "N_p", "pgettext", *PLAIN)
CHINESE = PACKAGE / "locale" / "zh" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def used():
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

    keywords = {**DEFAULT_KEYWORDS, **dict.fromkeys(PLAIN), "N_p": ((1, "c"), 2), "Entry": (4,)}
    found = extract_from_dir(PACKAGE, method_map=[("**.py", "python")], keywords=keywords)
    return {(context or "", message) for _file, _line, message, _comments, context in found}


@pytest.fixture(scope="module")
def catalogue():
    from babel.messages.pofile import read_po

    with (CHINESE / "qplan.po").open("rb") as file:
        return {
            (message.context or "", message.id): message.string for message in read_po(file) if message.id
        }


def test_every_message_in_the_source_is_translated(used, catalogue):
    missing = sorted(text for text in used if not catalogue.get(text))
    assert missing == [], "make generate; translate them in locale/zh/LC_MESSAGES/qplan.po; make generate"


def test_no_message_hides_in_an_f_string():
    """Extraction does not look inside them before Python 3.12."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(Path(PACKAGE).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKERS
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_no_translation_is_of_a_message_that_the_source_lacks(used, catalogue):
    assert sorted(set(catalogue) - used) == []


def test_placeholders_survive_translation(catalogue):
    def placeholders(text):
        # A lone brace (``{}`` in a text that is never formatted) counts by position.
        fields = re.findall(r"\{(\w*)[^{}]*\}", text)
        return sorted(name if name else str(place) for place, name in enumerate(fields))

    wrong = [
        text
        for (_context, text), ours in catalogue.items()
        if ours and placeholders(text) != placeholders(ours)
    ]
    assert wrong == []


#: Context -> the labels that are shown in it.
LABELS = {
    "status": workflow.STATUS.values(),
    "role": workflow.ROLES.values(),
    "action": [step.label for step in workflow.TRANSITIONS],
    "light": calendar.LIGHTS.values(),
    "indicator": indicators.LIGHTS.values(),
    "entry": labels.VERBS.values(),
    "evidence": evidence.STATES.values(),
    "robot": [kind.name for kind in webhooks.KINDS.values()],
    "record": labels.ENTITIES.values(),
    "field": labels.FIELD_LABELS.values(),
    "terminated task": labels.ENDED.values(),
    "fact": labels.FACTS.values(),
    "basis": words.BASIS.values(),
    "target": words.TARGETS.values(),
    "pace": pace.PACES.values(),
    "report": reporting.LABELS.values(),
    "department": lists.DEPARTMENT_ROLES.values(),
    "nature": indicator_lists.NATURES.values(),
    "form": [
        form_layout.REPORTER,
        *(
            text
            for title, columns in form_layout.SHEETS.values()
            for text in (title, *(c.heading for c in columns))
        ),
    ],
    "operator": indicators.OPERATORS.values(),
    "metavar": options.METAVARS,
    "document": [column.heading for column in notice.PROGRESS],
}


def test_each_label_is_in_the_catalogue_in_the_context_in_which_it_is_shown(catalogue):
    missing = [
        (context, text)
        for context, texts in LABELS.items()
        for text in texts
        if not catalogue.get((context, text))
    ]
    assert missing == []


def test_each_context_of_the_catalogue_has_its_table(catalogue):
    without = {context for context, _text in catalogue} - LABELS.keys() - {"", "milestone"}
    assert not without, "tests/locale/test_catalogue.py: LABELS lacks the table of a context"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_label_is_read_in_either_language_whatever_the_language_in_use(language):
    i18n.use(language)
    for typed in ("blocked", "Blocked", " 受阻 "):
        assert i18n.code_of(workflow.STATUS, "status", typed) == "blocked"
    assert i18n.code_of(workflow.STATUS, "status", "受") is None


def when_imported(node):
    """The nodes that run when a module is imported, without bodies of functions and what a failed import reports."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in (*child.decorator_list, child.args):
                yield from ast.walk(part)
        elif not isinstance(child, (ast.Lambda, ast.ExceptHandler)):
            yield child
            yield from when_imported(child)


def test_nothing_is_translated_when_a_module_is_imported():
    """The language is not known then: mark the text with N_ or N_p, and translate it where it is shown."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in when_imported(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "pgettext")
    ]
    assert found == []
