"""Random walks through the cycle: whatever is tried in whatever order, these things hold."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.cycle import ACTORS, GIVEN, OFFICE, TODAY, clock, task
from qplan.core import effects, workflow
from qplan.core import events as journal
from qplan.core.decision import decide
from qplan.core.model import OPEN, Event, Task
from qplan.core.workflow import BY_ACTION, STATUS, ActionRequest
from qplan.errors import QplanError

MOVES = st.tuples(
    st.sampled_from(sorted(BY_ACTION)),
    st.sampled_from(sorted(ACTORS)),
    st.integers(0, 40),
    st.dictionaries(
        st.sampled_from(["progress", "note", "to", "level", "lead", "evidence", "reason"]),
        st.one_of(
            st.none(),
            st.integers(-5, 150),
            st.sampled_from(["2026-01-31", "2027-06-30", "notice", "nync", "scjg", "x"]),
        ),
        max_size=2,
    ),
)


def suited(options: dict[str, object]) -> dict[str, object]:
    """Options of the types that the command line hands over: progress a number, all else text."""
    return {
        name: value
        for name, value in options.items()
        if value is None or isinstance(value, int) == (name == "progress")
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(MOVES, max_size=25))
def test_random_sequences(moves) -> None:
    first = row = task("assigned", progress=0)
    day, chain, granted = TODAY, [], 0
    for action, role, days, options in moves:
        day += timedelta(days)
        wish = ActionRequest(action, {**GIVEN.get(action, {}), **suited(options)}, ACTORS[role], day)
        step, what = BY_ACTION[action], workflow.role_of(ACTORS[role], row, OFFICE)
        try:
            change = decide(row, wish, clock(day), OFFICE)
        except QplanError as error:
            assert str(error)
            continue
        assert row.status in step.states and what in step.roles  # nothing illegal gets through
        assert all(getattr(row, name) == value for name, value in change.before.items())
        assert not effects.unexpected_fields(change.kind, change.after)
        granted += action == "extend"
        body = journal.bodies_of([change])[0]
        event = Event(
            len(chain) + 1, "", day.isoformat(), str(ACTORS[role]), change.kind, row.id, body, "", ""
        )
        chain.append((row, event))
        row = row._replace(**change.after)
        sound(row, first, granted)
    replayed = {("task", row.id): first._asdict()}
    for _before, event in chain:
        journal.apply(replayed, event)
    assert Task(**replayed["task", row.id])._replace(version=row.version) == row
    for before, event in reversed(chain):
        row = row._replace(**journal.inverse(event).after)
        assert row == before


def sound(row: Task, first: Task, granted: int) -> None:
    """What must be true of a task in any state."""
    assert row.status in STATUS
    assert row.original_deadline == first.original_deadline
    assert row.extensions == granted and (row.deadline > row.original_deadline) == bool(granted)
    assert row.progress is None or 0 <= row.progress <= 100
    assert (row.closed_on is None) == (row.status in OPEN)
    if row.status == "submitted":
        assert row.evidence and row.submitted_by
    if row.status == "closed":
        assert row.evidence and row.submitted_by.split("@")[0] != row.closed_by.split("@")[0]
    if row.status == "terminated":
        assert row.document
    if row.status == "blocked":
        assert row.difficulty and row.needs
    if row.status != "assigned":
        assert row.dispute is None
    assert row.lead not in row.support.split()
