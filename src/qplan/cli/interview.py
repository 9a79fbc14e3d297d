"""``report`` without a text, on a terminal: question by question for each task, then one batch."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from qplan.cli.identity import identified
from qplan.cli.output import ask, confirm, print_line, say
from qplan.cli.selection import NONE, Selection, candidates
from qplan.cli.session import Session, acting, reading, writing
from qplan.cli.values import split_ids
from qplan.core import workflow
from qplan.core.names import plain
from qplan.core.percents import parse_percent
from qplan.core.workflow import ActionRequest
from qplan.errors import BadInput
from qplan.i18n import N_, _, labelled
from qplan.service.actions import ReportLine, take_each

if TYPE_CHECKING:
    from qplan.service.queries import Snapshot

#: Field -> its question, in the order in which a lead is asked; a supporting department has one question.
QUESTIONS = {
    "progress": N_("Progress (%)"),
    "note": N_("What was done"),
    "difficulty": N_("Difficulty"),
    "needs": N_("What is needed, and from whom"),
    "next_step": N_("Next step"),
}
SUPPORTING = {"note": N_("Our part, what was done")}
#: Answers that leave the rest of the questions out, and those that leave out the rest of the task's.
QUIT = ("q", "quit", "退出")
SKIP = ("s", "skip", "跳过")


class Asked(NamedTuple):
    """A task to ask about: how it is introduced, its questions, what is known, and at which version."""

    id: str
    lines: Sequence[str]
    questions: dict[str, str]
    known: dict[str, Any]
    version: int


def interview(session: Session, ids: Sequence[str], selection: Selection, request: Any) -> None:
    """Ask about the tasks named or selected, by default all that the department leads or supports; show what
    would change, and write it as one command after a further question.

    Where nothing is written, the commands that repeat the answers are shown.
    """
    from qplan.cli.commands.update import receipts

    session, asked = _to_ask(session, ids, selection)
    if not asked:
        say(_("No task of yours can be reported on now."), session)
        return
    lines: list[ReportLine] = []
    written = False
    try:
        _ask_each(asked, lines)
        if lines:
            _preview(session, lines)
        if lines and not session.dry_run:
            confirm(_("Write these reports ({n})?"), session, n=len(lines))
            with writing(session) as (ledger, context):
                taken = take_each(ledger, _("answer"), lines, context._replace(request=request))
                receipts(session, taken, context.on.isoformat(), ledger)
                written = True
    finally:
        if lines and not written:
            say(_("Nothing was written. To report the same later:"), session)
            for line in lines:
                print_line(_repeated(line))
    if not lines:
        say(_("Nothing changed."), session)


def _to_ask(session: Session, ids: Sequence[str], selection: Selection) -> tuple[Session, list[Asked]]:
    """Return the tasks to ask about, and the session with who answers; the ledger is closed meanwhile."""
    with reading(session._replace(as_of=session.on)) as snapshot:
        if snapshot.ledger.own_actor() is None:
            session = identified(session, list(snapshot.departments.values()))
        actor = acting(session, snapshot.ledger, snapshot.plan.office)
        named = split_ids(list(ids))
        if not named:
            own = selection if selection.given else NONE._replace(dept=[actor.dept], support=True)
            named = candidates(session, snapshot, own, "report", {"note": ""})
        tasks = [snapshot.ledger.task(text) for text in named]
        found = [_asked(snapshot, task.id, actor) for task in dict.fromkeys(tasks)]
    return session, [
        one._replace(lines=["", f"[{n}/{len(found)}] {one.lines[0]}", *one.lines[1:]])
        for n, one in enumerate(found, 1)
    ]


def _asked(snapshot: Snapshot, ident: str, actor: Any) -> Asked:
    """Return what to ask about a task; Refused where the actor may not report on it now."""
    from qplan.core.decision import decide
    from qplan.service import queries
    from qplan.views.work import introduction

    task = snapshot.ledger.task(ident)
    role = workflow.role_of(actor, task, snapshot.plan.office)
    given = {"note": "…"}
    action = workflow.resolve_action("report", task, role, given)
    decide(task, ActionRequest(action, given, actor, snapshot.today), snapshot.clock, snapshot.plan.office)
    supports = action == "contribute"
    known = {} if supports else {name: getattr(task, name) for name in QUESTIONS}
    lines = introduction(snapshot, queries.assess(snapshot, task))
    return Asked(task.id, lines, SUPPORTING if supports else QUESTIONS, known, task.version)


def _ask_each(asked: Sequence[Asked], lines: list[ReportLine]) -> None:
    """Ask about each task, and append what was answered; what is asked next is explained first."""
    _show(
        [
            _(
                "Enter keeps what is there; s goes on to the next task, q ends the questions (answers are kept)."
            ),
            _("A \\ at the end of a line goes on in the next one."),
        ]
    )
    for number, one in enumerate(asked, 1):
        _show(one.lines)
        given: dict[str, Any] = {}
        ended = _ask_fields(one, given)
        if given:
            lines.append(ReportLine(number, one.id, None, given, one.version, cell=one.id))
        if ended:
            return


def _ask_fields(one: Asked, given: dict[str, Any]) -> bool:
    """Ask the questions of a task, and put what is new into ``given``; return whether the questions end here."""
    for name, question in one.questions.items():
        known = one.known.get(name)
        shown = f"{_(question)} [{known}]" if name == "progress" and known is not None else _(question)
        while True:
            try:
                answer = ask(labelled(f"  {shown}", "").rstrip())
                while answer.endswith("\\") and name != "progress":
                    answer = f"{answer[:-1]}\n{ask('   ')}"
            except EOFError:
                return True
            word = plain(answer).lower()
            if word in QUIT:
                return True
            if word in SKIP:
                return False
            try:
                value = _read(name, answer)
            except BadInput as error:
                _show([f"  {error}"])
                continue
            if value is not None and value != known:
                given[name] = value
            break
    return False


def _read(name: str, answer: str) -> Any:
    """Return the value of an answer, None for an empty one; BadInput for one that the ledger would refuse."""
    if not answer:
        return None
    if name == "progress":
        return parse_percent(answer)
    workflow.check_texts({name: answer})
    return workflow.lines_of(answer)


def _preview(session: Session, lines: Sequence[ReportLine]) -> None:
    """Show what the answers would change; BadFile where the ledger refuses any."""
    from qplan.views.receipts import receipt_line

    with writing(session._replace(dry_run=True)) as (ledger, context):
        planned = take_each(ledger, _("answer"), lines, context)
        _show(["", *map(receipt_line, planned)])


def _show(lines: Sequence[str]) -> None:
    from qplan.render.cells import line

    sys.stderr.writelines(f"{line(text)}\n" for text in lines)


def _repeated(line: ReportLine) -> str:
    """Return the command that reports what a line does."""
    options = [word for name, value in line.given.items() for word in (workflow.option(name), str(value))]
    return shlex.join(["qplan", "report", line.id, *options])
