"""What holds for every test."""

import pytest

from qplan import i18n


@pytest.fixture(autouse=True)
def _english():
    """The language is one for the process: a test must not hear the one before it."""
    i18n.use("en")
