"""Filled-in forms -> entries of the journal: all of a form or nothing of it, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core import events as journal_rules
from qplan.core import figures, workflow
from qplan.core import milestones as goals
from qplan.core.calendar import Clock, clock_of, day
from qplan.core.model import ACTIVE, ASSIGNED, SUBMITTED, Actor, Change, PlanHead, Task
from qplan.core.names import says_nothing
from qplan.core.periods import parse_period
from qplan.core.workflow import SUPPORT
from qplan.errors import BadInput, QplanError, Refused
from qplan.i18n import _
from qplan.ledger.store import Ledger
from qplan.service import measures
from qplan.service.actions import (
    WriteContext,
    check_no_later_conflict,
    decided,
    versioned,
    write_changes,
)
from qplan.service.evidence import Digests, digests_of
from qplan.service.form_layout import INDICATOR, MILESTONE, SHEETS, TASK, heading
from qplan.service.form_reading import Fault, FilledForm, FilledRow, read_form
from qplan.service.receipts import Receipt

#: States of a file in the answer.
TAKEN, NOTHING, CONFLICT, FAULTY = "taken", "nothing", "conflict", "faulty"

#: Fields that a form reports on: a change of these since the form was written is a conflict.
REPORTED = frozenset({"status", "progress", "note", "difficulty", "needs", "next_step", "evidence"})
#: Fields in which 无 is no report, unless the ledger has something there.
_MAY_BE_NONE = frozenset({"difficulty", "needs", "next_step", "evidence"})


class Outcome(NamedTuple):
    """What came of one file: its state, the rows filled in, the entries written, the faults."""

    path: Path
    dept: str
    state: str
    rows: int
    receipts: tuple[Receipt, ...] = ()
    faults: tuple[Fault, ...] = ()


class _FormFaults(QplanError):
    """A form cannot be written: it carries every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].what)
        self.faults = tuple(faults)


class FormFile(NamedTuple):
    """What was read of a file: the form and the digests of its evidence, or why it cannot be read."""

    path: Path
    form: FilledForm | None
    digests: Digests = {}  # noqa: RUF012 - never written to
    fault: BadInput | None = None


def read_forms(paths: Iterable[Path], folders: Sequence[str] = ()) -> list[FormFile]:
    """Read filled-in forms and their evidence, while no ledger is open: what is slow to read stops no writer."""
    found = []
    for path in paths:
        try:
            form = read_form(path)
        except BadInput as error:
            found.append(FormFile(path, None, fault=error))
            continue
        found.append(FormFile(path, form, digests_of((row.values for row in form.rows), folders)))
    return found


def collect(ledger: Ledger, files: Sequence[FormFile], context: WriteContext) -> list[Outcome]:
    """Take what the forms say, each as one command of its department; see :class:`Outcome`.

    A form that fails is tried again after the others: a supporting part may wait for the lead's acceptance.
    """
    outcomes = {file.path: _one(ledger, file, context) for file in files}
    again = [file for file in files if outcomes[file.path].state == FAULTY]
    if not context.dry_run:
        outcomes.update((file.path, _one(ledger, file, context)) for file in again)
    return list(outcomes.values())


def _one(ledger: Ledger, file: FormFile, context: WriteContext) -> Outcome:
    path, form = file.path, file.form
    if form is None:
        return Outcome(path, "", FAULTY, 0, faults=(Fault("", "", str(file.fault)),))
    try:
        actor = _actor(ledger, form, context)
    except BadInput as error:
        return Outcome(path, "", FAULTY, 0, faults=(Fault("", "", str(error)),))
    dept, rows = form.mark.dept, len(form.rows) + len({fault.id for fault in form.faults})
    try:
        written = _write(ledger, form, context._replace(actor=actor), file.digests)
    except _FormFaults as error:
        conflicts = all(fault.ledger is not None for fault in error.faults)
        return Outcome(path, dept, CONFLICT if conflicts else FAULTY, rows, faults=error.faults)
    return Outcome(path, dept, TAKEN if written else NOTHING, rows, tuple(written))


def _actor(ledger: Ledger, form: FilledForm, context: WriteContext) -> Actor:
    """The department of the form, under the name of who filled it in; BadInput for another ledger's form.

    Where the database knows who writes, that is who acts: the department itself, or the office for it.
    """
    if form.mark.ledger != ledger.head().ledger:
        raise BadInput(
            _("{path}: this form is of another ledger ({ledger}); write forms anew: qplan forms"),
            path=form.path,
            ledger=form.mark.ledger,
        )
    dept = next((dept for dept in ledger.departments() if dept.id == form.mark.dept), None)
    if dept is None:
        raise BadInput(_("{path}: the ledger has no department {dept}."), path=form.path, dept=form.mark.dept)
    own = ledger.own_actor()
    if own is not None:
        if own.dept not in (dept.id, ledger.plan().office):
            raise BadInput(
                _("{path}: the database knows you as {own}; you cannot send in the form of {dept}."),
                path=form.path,
                own=own,
                dept=dept.title,
            )
        return own
    name = " ".join(form.reporter.replace("@", " ").split())[:60]
    return Actor(name if name.isprintable() and name else dept.name, dept.id)


def _write(ledger: Ledger, form: FilledForm, context: WriteContext, digests: Digests) -> list[Receipt]:
    def decide(plan: PlanHead) -> list[Change]:
        return _FormChanges(ledger, form, context, plan, digests).decide()

    return write_changes(ledger, context, decide, dict, ordered=True)


class _FormChanges:
    """Decides on the changes of one form, row by row, and gathers its faults beside those of its cells."""

    def __init__(
        self, ledger: Ledger, form: FilledForm, context: WriteContext, plan: PlanHead, digests: Digests
    ) -> None:
        self.ledger, self.form, self.context, self.plan = ledger, form, context, plan
        self.digests = digests
        self.clock: Clock = clock_of(plan, context.today)
        self.first = ledger.head().seq + 1
        self.changes: list[Change] = []
        self.faults: list[Fault] = list(form.faults)

    def decide(self) -> list[Change]:
        """All changes of the form; _FormFaults where a row cannot be taken."""
        deciders = {TASK: self._task, MILESTONE: self._milestone, INDICATOR: self._indicator}
        for row in self.form.rows:
            try:
                for change in deciders[row.kind](row):
                    self._check_later(change)
                    if change.after:
                        self.changes.append(change)
            except QplanError as error:
                self.faults.append(Fault(row.cell(_cell_of(error, row)), row.id, _in_words(error)))
        if self.faults:
            raise _FormFaults(self.faults)
        return self.changes

    def _check_later(self, change: Change) -> None:
        on = self.context.on.isoformat()
        if self.ledger.has_events_after(on):
            check_no_later_conflict(self.ledger, change, on)

    def _task(self, row: FilledRow) -> Iterator[Change]:
        task = self.ledger.task(row.id)
        role = workflow.role_of(self.context.actor, task, self.plan.office)
        status, digests = row.values.get("status"), self.digests
        given = {
            key: value
            for key, value in row.values.items()
            if key != "status" and (key not in _MAY_BE_NONE or getattr(task, key) or not says_nothing(value))
        }
        if not given and status is None:
            return
        if task.version != row.version:
            if _taken(self.ledger, task, row, given, status, self.context.actor.dept):
                return
            if conflicts := self._conflicts(task, row, role):
                self.faults += conflicts
                return
        if status == SUBMITTED and not given.get("evidence") and task.evidence:
            given["evidence"] = task.evidence
            digests = {**digests, task.evidence: task.evidence_sha256}
        if status == SUBMITTED and not given.get("evidence"):
            what = _("An application for closing needs evidence: a document number, a file or an address.")
            self.faults.append(Fault(row.cell("evidence"), row.id, what))
            return
        for action, fields in steps(task, role, status, given):
            change = decided(
                self.ledger, task, action, None, fields, self.context, self.plan, self.clock, digests
            )
            yield change
            after: dict[str, Any] = {**change.after, "version": self.first + len(self.changes) - 1}
            task = task._replace(**after)

    def _conflicts(self, task: Task, row: FilledRow, role: str) -> list[Fault]:
        """What somebody changed since the form was written, with both values."""
        changed: set[str] = set()
        for event in self.ledger.events_recorded_after(task.id, row.version):
            changed.update(journal_rules.changes_in(event)["after"])
        if role == SUPPORT:
            return []  # each department reports its own part
        found = changed & REPORTED
        both = [key for key in row.values if key in found]
        differing = [key for key in both if str(row.values[key]) != str(getattr(task, key))]
        named = differing or both or sorted(found)
        return [self._conflict(row, key, getattr(task, key)) for key in named]

    def _conflict(self, row: FilledRow, key: str, held: Any) -> Fault:
        from qplan.core.labels import field_label

        form = row.values.get(key)
        return Fault(
            row.cell(key), row.id,
            _("{field} was changed in the ledger after the form was written").format(field=field_label(key)),
            _("look at both; report what is right by itself, or fill in a new form"),
            "" if form is None else str(form), "—" if held is None else str(held),
        )  # fmt: skip

    def _milestone(self, row: FilledRow) -> Iterator[Change]:
        goal = self.ledger.milestone(row.id)
        if goal is None:
            raise BadInput(_("There is no milestone {id}."), id=row.id)
        if "done_on" not in row.values:
            raise BadInput(_("Write the day on which {id} was reached as well."), id=row.id)
        on = day(row.values["done_on"])
        if on > self.context.on:
            raise BadInput(_("{day} is in the future; write a day that has been."), day=on)
        if goal.done_on == on.isoformat():
            return
        if goal.done_on is not None:
            self.faults.append(self._conflict(row, "done_on", goal.done_on))
            return
        task = self.ledger.task(goal.task)
        yield versioned(
            goals.done(task, goal, on, row.values.get("note"), self.context.actor, self.plan.office), goal
        )

    def _indicator(self, row: FilledRow) -> Iterator[Change]:
        values = row.values
        missing = next((key for key in ("year", "value", "source") if key not in values), None)
        if missing is not None:
            what = _("A figure needs its year, its value and its source.")
            self.faults.append(Fault(row.cell(missing), row.id, what))
            return
        indicator = measures.found(self.ledger, row.id)
        period = self._read(row, "year", lambda text: parse_period(text, _("year"), self.context.on))
        value = self._read(row, "value", lambda text: figures.parse_figure(text, _("figure"), indicator.unit))
        if period is None or value is None:
            return
        held = self.ledger.actual(f"{indicator.id}/{period}")
        if held is not None and not held.retired:
            if (held.value, held.source) == (value, " ".join(values["source"].split())):
                return
            if held.version > self.form.mark.seq:
                self.faults.append(self._conflict(row, "value", held.value))
                return
        change = figures.measured(
            indicator, held, period, value, values["source"], self.context.on, None, self.context.actor,
            self.plan.office,
        )  # fmt: skip
        yield change if held is None else versioned(change, held)

    def _read(self, row: FilledRow, key: str, reader: Callable[[str], str]) -> str | None:
        """What a cell means; None for a fault, which is kept with its cell."""
        try:
            return reader(row.values[key])
        except BadInput as error:
            self.faults.append(Fault(row.cell(key), row.id, str(error)))
            return None


def steps(
    task: Task, role: str, status: str | None, given: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The steps that a row means; a report on a task that was not accepted accepts it first."""
    if role == SUPPORT:
        if status or set(given) != {"note"}:
            raise BadInput(_("A supporting department reports its part in words, and nothing else."))
        yield "contribute", given
        return
    now = task.status
    if now == ASSIGNED:
        yield "accept", {}
        now = ACTIVE
    if given or status not in (None, now):
        yield workflow.named_action(task._replace(status=now), status, role, given), given


def _taken(
    ledger: Ledger, task: Task, row: FilledRow, given: dict[str, Any], status: str | None, dept: str
) -> bool:
    """Whether the department has reported exactly this since the form was written: the form came twice."""
    state: journal_rules.State = {}
    for event in ledger.events(task.id):
        journal_rules.apply(state, event)
        if event.seq <= row.version or event.actor.rpartition("@")[2] != dept:
            continue
        fields = state["task", task.id]
        if status in (None, fields.get("status")) and all(
            _same(fields, key, value, dept) for key, value in given.items()
        ):
            return True
    return False


def _same(fields: dict[str, Any], key: str, value: Any, dept: str) -> bool:
    held = [part.text for part in workflow.parts_of(fields.get("support_note")) if part.dept == dept]
    return workflow.one_line(value) in map(
        workflow.one_line, (fields.get(key), *(held if key == "note" else ()))
    )


def _in_words(error: QplanError) -> str:
    """The sentence of a refusal with the headings of the form in place of the options of the command line."""
    text = str(error)
    for column in SHEETS[TASK][1]:
        if column.fill:
            option, name = workflow.option(column.key), heading(column)
            for written in (option,) if name.isascii() else (f" {option}", option):
                text = text.replace(written, f"“{name}”")
    return text


def _cell_of(error: QplanError, row: FilledRow) -> str:
    """The column that a refusal is about: the status where one was asked for, else the first one filled in."""
    if isinstance(error, Refused) and "status" in row.values:
        return "status"
    for key in row.cells:
        if workflow.option(key) in str(error):
            return key
    return next(iter(row.values))
