"""What of an entry is not of its type."""

import pytest

from qplan.core.entries import misfits
from qplan.core.model import Event

UNDO = Event(9, "2025-06-30T01:02:03Z", "2025-06-30", "甲@zlb", "task.undo", "T1.1", "{}", "", "")


@pytest.mark.parametrize(
    ("number", "fits"),
    [(1, True), (8, True), (0, False), (9, False), (-1, False), (True, False), ("8", False)],
)
def test_an_undoing_names_an_entry_before_it(number, fits):
    body = {"before": {}, "after": {}, "info": {"undoes": number}}
    assert (list(misfits(UNDO, body)) == []) is fits
