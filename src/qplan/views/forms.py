"""What came back of the forms: who has sent, who has not, what was taken, and what is wrong where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core.model import Department
from qplan.i18n import N_, _, joined
from qplan.service.collection import CONFLICT, FAULTY, NOTHING, TAKEN, Outcome
from qplan.service.form_reading import Fault
from qplan.service.queries import Snapshot
from qplan.views import INTEGER, Column, ColumnOf, Table, View, lists, table_of

#: State of a department's form -> its label.
STATES = {
    TAKEN: N_("taken"),
    NOTHING: N_("nothing new"),
    CONFLICT: N_("conflict: not taken"),
    FAULTY: N_("faults: not taken"),
}
_PLANNED, _MISSING = N_("would be taken"), N_("not sent")


def collected(
    snapshot: Snapshot, outcomes: Sequence[Outcome], asked: Sequence[Department], *, dry_run: bool
) -> View:
    """A row for each file, then the departments that have not sent; the faults and conflicts below."""
    sent = {outcome.dept for outcome in outcomes}
    missing = [dept.id for dept in asked if dept.id not in sent]
    columns = [
        Column("dept", _("department")), Column("state", _("state")), Column("file", _("file")),
        Column("rows", _("rows filled in"), INTEGER), Column("entries", _("entries"), INTEGER),
        Column("seqs", _("numbers"), rank=1),
    ]  # fmt: skip
    rows = [_row(snapshot, outcome, dry_run) for outcome in outcomes]
    rows += [(snapshot.department_name(dept), _(_MISSING), None, None, None, None) for dept in missing]
    return lists.view_of(
        snapshot, "collected", _("Forms collected"),
        [Table("collected", "", columns, rows, _("No forms.")), *_fault_tables(outcomes)],
        lambda: {
            "dry_run": dry_run,
            "items": [_item(snapshot, outcome) for outcome in outcomes],
            "missing": missing,
        },
    )  # fmt: skip


def _row(snapshot: Snapshot, outcome: Outcome, dry_run: bool) -> tuple[Any, ...]:
    state = _PLANNED if dry_run and outcome.state == TAKEN else STATES[outcome.state]
    seqs = [receipt.seq for receipt in outcome.receipts if receipt.seq]
    numbers = f"{seqs[0]}–{seqs[-1]}" if len(seqs) > 1 else joined(map(str, seqs))
    name = snapshot.department_name(outcome.dept) if outcome.dept else None
    return (name, _(state), outcome.path.name, outcome.rows, len(outcome.receipts), numbers or None)


def _fault_tables(outcomes: Sequence[Outcome]) -> list[Table]:
    found = [(outcome, fault) for outcome in outcomes for fault in outcome.faults]
    wrong = [(outcome, fault) for outcome, fault in found if fault.ledger is None]
    conflicts = [(outcome, fault) for outcome, fault in found if fault.ledger is not None]
    tables = []
    columns: list[ColumnOf[tuple[Outcome, Fault]]] = [
        ColumnOf("file", _("file"), lambda one: one[0].path.name),
        ColumnOf("cell", _("cell"), lambda one: one[1].cell),
        ColumnOf("id", _("id"), lambda one: one[1].id),
    ]
    if wrong:
        what = ColumnOf[tuple[Outcome, Fault]]("what", _("what is wrong"), lambda one: sentence(one[1]))
        tables.append(table_of("faults", _("Faults"), wrong, [*columns, what]))
    if conflicts:
        columns += [
            ColumnOf("what", _("what is wrong"), lambda one: one[1].what),
            ColumnOf("form", _("in the form"), lambda one: one[1].form),
            ColumnOf("ledger", _("in the ledger"), lambda one: one[1].ledger),
        ]
        tables.append(table_of("conflicts", _("Conflicts"), conflicts, columns))
    return tables


def sentence(fault: Fault) -> str:
    """A fault and what to do about it."""
    return joined(filter(None, (fault.what, fault.hint)), ";")


def comment(fault: Fault) -> str:
    """A fault as a comment on its cell: with both values where they differ."""
    text = sentence(fault)
    if fault.ledger is not None:
        text += "\n" + _("in the form: {form}").format(form=fault.form)
        text += "\n" + _("in the ledger: {ledger}").format(ledger=fault.ledger)
    return text


def _item(snapshot: Snapshot, outcome: Outcome) -> dict[str, Any]:
    return {
        "dept": outcome.dept or None,
        "name": snapshot.department_name(outcome.dept) if outcome.dept else None,
        "file": str(outcome.path),
        "state": outcome.state,
        "rows": outcome.rows,
        "entries": [
            {"seq": receipt.seq, "kind": receipt.kind, "subject": receipt.subject, "after": receipt.after}
            for receipt in outcome.receipts
        ],
        "faults": [fault._asdict() for fault in outcome.faults],
    }
