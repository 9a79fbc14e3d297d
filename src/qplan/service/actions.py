"""Changing a ledger: one command, one transaction, one or several entries of the journal."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from qplan.core import events as journal_rules
from qplan.core import workflow
from qplan.core.calendar import Clock, clock_of
from qplan.core.model import Actor, Change, Event, PlanHead, Task
from qplan.core.names import HIDDEN, says_nothing
from qplan.core.rules import Rules
from qplan.core.workflow import ActionRequest
from qplan.errors import BadFile, BadInput, ChangedMeanwhile, Problem, QplanError, Refused
from qplan.i18n import _, joined
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger
from qplan.service import receipts
from qplan.service.evidence import Digests, digests_of
from qplan.service.receipts import Receipt

#: How the request ids that commands of several entries get by themselves begin.
COMMAND = "#"


class WriteContext(NamedTuple):
    """What every writing command brings: who, when recorded, when effective, how careful."""

    actor: Actor
    recorded_at: str  #: UTC
    today: date  #: in the plan's zone
    on: date  #: the day it takes effect
    dry_run: bool = False
    request: str | None = None  #: a retried command with the same id writes nothing twice
    expected: int | None = None  #: the version the user looked at
    #: where files of evidence may be; anywhere but in the system where there is none
    evidence_folders: Sequence[str] = ()


class ReportLine(NamedTuple):
    """What one line of the file wants of one task."""

    line: int  #: where it begins, from 1
    id: str
    status: str | None
    given: dict[str, Any]
    version: int | None  #: the version its writer looked at
    cell: str = ""  #: in a workbook, sheet and cell
    listed: bool = False  #: of a list that the program wrote: what is as in the ledger says nothing


#: What decides on the changes of a command, given the plan's head; it reads inside the transaction.
Decision = Callable[[PlanHead], Sequence[Change]]


#: Subject -> the values that a command gives for it, asked for where its request id is known already.
Given = Callable[[], Mapping[str, Collection[Any]]]


def write_changes(
    ledger: Ledger, context: WriteContext, decision: Decision, given: Given, *, actions: Collection[str] = (),
    ordered: bool = False, titles: Mapping[str, str] = {}, takes_effect: Callable[[], date] | None = None,
) -> list[Receipt]:  # fmt: skip
    """Decide and write in one transaction; a dry run decides and writes nothing.

    A request id that was used before returns what it wrote, if the same actor gives the same again and
    each entry is of one of the ``actions`` that the command may take.
    ``ordered``: the decision has already called :func:`check_no_later_conflict` for each change;
    ``titles`` are those that it has read; ``takes_effect`` returns another day than the context's,
    read inside the transaction. Raises Refused, BadInput or ChangedMeanwhile; the ledger is
    then as it was.
    """
    names = cache(lambda: {department.id: department.title for department in ledger.departments()})
    with nullcontext() if context.dry_run else ledger.transaction():
        plan = ledger.plan()
        check_days(plan, context)
        if context.request and (written := ledger.request(context.request)):
            day = None if takes_effect else context.on
            _check_same_command(ledger, written, context, day, given(), actions)
            return [receipts.receipt(ledger, event, names, repeated=True) for event in written]
        if takes_effect is not None:
            context = context._replace(on=takes_effect())
        changes = [journal_rules.composed(change) for change in decision(plan)]
        if not changes:
            return []
        if not ordered and ledger.has_events_after(context.on.isoformat()):
            for change in changes:
                check_no_later_conflict(ledger, change, context.on.isoformat())
        if context.dry_run:
            return [receipts.planned(ledger, change, context.on.isoformat(), names) for change in changes]
        # what marks the entries of one command as one, so that one undo reverts them
        several = f"{COMMAND}{ledger.head().seq + 1}" if len(changes) > 1 else None
        request = context.request or several
        entry = Entry(str(context.actor), context.recorded_at, context.on.isoformat(), request)
        return [
            receipts.receipt(ledger, event, names, titles.get(event.subject))
            for event in ledger.append(changes, entry)
        ]


def _check_same_command(
    ledger: Ledger, written: Sequence[Event], context: WriteContext, day: date | None,
    given: Mapping[str, Collection[Any]], actions: Collection[str],
) -> None:  # fmt: skip
    """Raise Refused unless the entries of a request id are of these actions, this actor and day, and hold what is given."""
    for event in written:
        values = given.get(event.subject)
        same = event.actor == str(context.actor) and (day is None or event.effective_on == day.isoformat())
        same = same and event.kind.partition(".")[2] in actions
        if not same or values is None or not _known_after(ledger, event).issuperset(values):
            raise Refused(
                _("The request id {request} was used for another command (no. {seq} by {who}); give a new one."),
                request=context.request, seq=event.seq, who=event.actor,
            )  # fmt: skip


def _known_after(ledger: Ledger, event: Event) -> set[Any]:
    """Return the values that a record has after an event and what the event carries beside them, in one line."""
    state = journal_rules.replay(one for one in ledger.events(event.subject) if one.seq <= event.seq)
    fields = state[event.kind.partition(".")[0], event.subject]
    return {
        *map(workflow.one_line, (*fields.values(), *journal_rules.changes_in(event).get("info", {}).values()))
    }


def check_days(plan: PlanHead, context: WriteContext) -> None:
    """An entry takes effect today or on an earlier day of the plan, never in the future."""
    if context.on > context.today:
        raise BadInput(_("{on} is in the future; an entry takes effect today or earlier."), on=context.on)
    if context.on.isoformat() < plan.begins:
        raise BadInput(_("{on} is before the plan began ({begins})."), on=context.on, begins=plan.begins)
    most, days = Rules.parse(plan.rules).backdate_days, (context.today - context.on).days
    if most is not None and days > most:
        raise Refused(
            _("{on} is {days} days ago; by the plan's rules an entry reaches back {most} days at most (backdate_days)."),
            on=context.on, days=days, most=most,
        )  # fmt: skip


def check_no_later_conflict(ledger: Ledger, change: Change, on: str) -> None:
    """Raise Refused for a late report about fields that an entry effective later has already set.

    A step that was not open on its day, for the status that the task had then, is refused like one that
    sets the status. An entry and its undoing cancel each other, whenever they took effect.
    """
    step = workflow.BY_ACTION.get(change.kind.removeprefix("task."))
    for event in journal_rules.drop_undone(ledger.events(change.subject)):
        if event.effective_on <= on:
            continue
        later = journal_rules.changes_in(event)
        shared = sorted(set(change.after) & set(later["after"]))
        if step and "status" in later["before"]:
            shared = shared or ([] if later["before"]["status"] in step.states else ["status"])
            step = None  # the first such entry names the status of that day
        if shared:
            from qplan.core.labels import event_label, field_names

            raise Refused(
                _(
                    "{id} has an entry (no. {seq}, {kind}) effective {later} that sets {fields};"
                    " one effective {on} cannot come after it: give a later --on, or undo no. {seq} first."
                ),
                id=change.subject, seq=event.seq, kind=event_label(event.kind), later=event.effective_on,
                fields=field_names(shared), on=on,
            )  # fmt: skip


def versioned(change: Change, record: Any) -> Change:
    """The change bound to the version of the record that it was decided on."""
    kind, subject, before, after, info = change
    return Change(kind, subject, {**before, "version": record.version}, after, info)


def take(
    ledger: Ledger, ids: Sequence[str], action: str | None, given: dict[str, Any], context: WriteContext, status: str | None = None
) -> list[Receipt]:  # fmt: skip
    """Take an action of the workflow on tasks; without an action, the one that leads to ``status``.

    ``action`` may be a command that stands for several steps (``extend``): which is meant depends on
    who acts. A task that would stay as it is gets no entry; Refused when none would change.
    """

    with ledger.connection.paused():
        digests = digests_of([given], context.evidence_folders)

    def decide(plan: PlanHead) -> list[Change]:
        clock = clock_of(plan, context.today)
        rows = _rows(ledger, ids, context)
        return changing(
            [decided(ledger, row, action, status, given, context, plan, clock, digests) for row in rows],
            [row.id for row in rows],
        )

    return write_changes(
        ledger, context, decide, lambda: {ledger.task(text).id: _stored(ledger, given) for text in ids},
        actions=workflow.meant_actions(action, status),
    )  # fmt: skip


def _stored(ledger: Ledger, given: Mapping[str, Any]) -> list[Any]:
    """Return the given values as they are stored, but texts in one line: a level by its code.

    An empty list of departments is left out: where there was none before, it is not in the journal.
    """
    from qplan.core.escalation import level_code
    from qplan.core.rules import Rules

    stored: list[Any] = []
    for name, value in given.items():
        if name == "level" and value is not None:
            stored.append(level_code(Rules.parse(ledger.plan().rules), value))
        elif name == "lead" and value:
            lead, *joint = value.split()
            stored += [lead, " ".join(joint)] if joint else [lead]
        elif value not in (None, ""):
            stored.append(workflow.one_line(value))
    return stored


def decided(
    ledger: Ledger, row: Task, action: str | None, status: str | None, given: dict[str, Any], context: WriteContext,
    plan: PlanHead, clock: Clock, digests: Digests,
) -> Change:  # fmt: skip
    """The change that an action (or the step to a status) makes of a task, bound to the version that was read."""
    role = workflow.role_of(context.actor, row, plan.office)
    name = (
        workflow.resolve_action(action, row, role, given)
        if action
        else workflow.named_action(row, status, role, given)
    )
    from qplan.core.decision import decide

    needed = workflow.BY_ACTION[name].requires
    given = {
        key: value
        for key, value in given.items()
        if key not in needed or not isinstance(value, str) or not says_nothing(value)
    }
    facts = _facts(ledger, row, name, given, plan, digests)
    request = ActionRequest(name, given, context.actor, context.on, facts)
    return versioned(decide(row, request, clock, plan.office), row)


def changing(changes: list[Change], ids: list[str]) -> list[Change]:
    """The changes that change something; Refused when none does."""
    found = [change for change in changes if change.after]
    if changes and not found:
        named = joined(ids[:10]) + ("…" if len(ids) > 10 else "")
        raise Refused(_("Nothing to change: the ledger says so already ({ids})."), ids=named)
    return found


#: At most so many problems of a file are reported.
MOST_PROBLEMS = 200


def take_each(
    ledger: Ledger,
    name: str,
    lines: Sequence[ReportLine],
    context: WriteContext,
    faults: Sequence[Problem] = (),
) -> list[Receipt]:
    """Take what each line of a file says as one command: all of it, or BadFile with every line's fault.

    ``faults`` are those of lines that could not be understood: then nothing is written, and what the
    ledger refuses of the other lines is reported with them.
    """
    if faults:
        context = context._replace(request=None)  # that it was written before is no answer to another file
    titles: dict[str, str] = {}
    with ledger.connection.paused():
        digests = digests_of([line.given for line in lines], context.evidence_folders)

    from qplan.service.queries import with_persons

    def decide(plan: PlanHead) -> list[Change]:
        clock = clock_of(plan, context.today)
        changes: list[Change] = []
        problems = list(faults)
        late = ledger.has_events_after(context.on.isoformat())
        rows = ledger.tasks_named([line.id for line in lines])
        listed = any(line.listed for line in lines)
        departments = {one.id: one for one in ledger.departments()} if listed else {}
        for line in lines:
            try:
                row = rows.get(line.id) or ledger.task(line.id)
                wanted = (
                    _changed_only(line, with_persons(row, departments, plan.comma)) if line.listed else line
                )
                if wanted is None:
                    continue
                row = _at_version(row, wanted.version)
                titles[row.id] = row.title
                change = decided(
                    ledger, row, None, wanted.status, wanted.given, context, plan, clock, digests
                )
                if late:
                    check_no_later_conflict(ledger, change, context.on.isoformat())
                changes.append(change)
            except QplanError as error:
                problems.append(Problem(name, line.line, 1, str(error), "", cell=line.cell))
        if problems:
            raise BadFile(sorted(problems, key=lambda one: (one.line, one.column))[:MOST_PROBLEMS])
        return changing(changes, [line.id for line in lines])

    return write_changes(
        ledger, context, decide, lambda: {ledger.task(line.id).id: _stored(ledger, line.given) for line in lines},
        ordered=True, titles=titles, actions=frozenset().union(*(workflow.meant_actions(None, line.status) for line in lines)),
    )  # fmt: skip


def _changed_only(line: ReportLine, row: Task) -> ReportLine | None:
    """What a line of a list gives that is not in the ledger already; None where that is nothing.

    ``row`` has the persons that a list shows, those of the plan and of the department included.
    """

    def plain(value: Any) -> Any:
        return re.sub(HIDDEN, "", value).split() if isinstance(value, str) else value

    given = {name: value for name, value in line.given.items() if plain(value) != plain(getattr(row, name))}
    status = None if line.status == row.status else line.status
    return line._replace(given=given, status=status) if given or status else None


def _rows(ledger: Ledger, ids: Sequence[str], context: WriteContext) -> list[Task]:
    """The tasks named, each once, all of them known, at the version the user looked at."""
    rows = (_at_version(ledger.task(text), context.expected) for text in ids)
    return list({row.id: row for row in rows}.values())


def _at_version(row: Task, expected: int | None) -> Task:
    """The task, if it is as its reader saw it; ChangedMeanwhile."""
    if expected is not None and row.version != expected:
        raise ChangedMeanwhile(
            _("{id} was changed meanwhile (no. {now}; you looked at no. {then}): qplan show {id}, then repeat."),
            id=row.id, now=row.version, then=expected,
        )  # fmt: skip
    return row


def _facts(
    ledger: Ledger, row: Task, action: str, given: dict[str, Any], plan: PlanHead, digests: Digests
) -> dict[str, Any]:
    """Return what a rule needs to know from the journal or the disk; BadInput for evidence that is a folder."""
    facts: dict[str, Any] = {}
    if action == "dispute":
        facts["assigned_on"] = journal_rules.assigned_on(ledger.events(row.id), row.basis, plan.utc_offset)
    if action == "approve":
        facts["claimants"] = journal_rules.claimants(ledger.events(row.id))
    if action == "reopen":
        facts["progress"] = _progress_before_closing(ledger.events(row.id))
    if action in ("assign", "reassign"):
        facts["titles"] = {department.id: department.title for department in ledger.departments()}
    if given.get("evidence"):
        digest = digests[given["evidence"]]
        if isinstance(digest, BadInput):
            raise digest
        facts["evidence_sha256"] = digest
    return facts


def _progress_before_closing(events: list[Event]) -> int | None:
    """What the lead had last reported before a verification set progress to 100."""
    for event in reversed(events):
        if event.kind == "task.approve":
            before: dict[str, Any] = journal_rules.changes_in(event)["before"]
            return before.get("progress")
        if event.kind == "task.terminate":
            return None
    return None
