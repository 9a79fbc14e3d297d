"""The options that commands share, and the words for the values of all options."""

import inspect
import re

from qplan.cli import lazy, options
from qplan.cli.app import app
from qplan.cli.session import Session

SHARED = set(inspect.signature(options.shared_options).parameters)
#: They are read before the command line is parsed, and are no fields of the session.
READ_BEFORE = {"debug", "lang"}


def test_each_shared_option_is_a_field_of_the_session():
    missing = SHARED - READ_BEFORE - set(Session._fields)
    assert missing == set(), "cli/session.py: Session needs a field for each option of shared_options"
    unset = {name for name in SHARED & set(Session._fields) if name not in Session._field_defaults}
    assert unset <= {"ledger", "actor"}, "cli/session.py: the field of a shared option needs a default"


def test_shared_options_that_only_some_commands_take_are_shared_options():
    assert options.TAKEN_BY.keys() <= SHARED, "cli/options.py: TAKEN_BY names no option of shared_options"


def test_each_word_of_a_metavar_has_its_translation(monkeypatch):
    texts = []
    monkeypatch.setattr(lazy, "metavar", lambda text: texts.append(text) or text)

    def walk(group):
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            if isinstance(command, lazy.LazyGroup):
                walk(command)

    walk(lazy.program(app))
    words = set(re.findall("[A-Z]+", " ".join(texts)))
    assert {"DEPT", "FILE"} < words
    assert words - set(options.METAVARS) == set(), "cli/options.py: METAVARS lacks words of metavars"
