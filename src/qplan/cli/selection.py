"""The filters of ``tasks``, which every action on tasks takes too: one declaration, one reading of them."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, get_args

from qplan.cli import completion
from qplan.cli.options import dept_option, flag, option
from qplan.cli.output import confirm, say
from qplan.cli.session import Session, acting, reading
from qplan.cli.values import parse_date, parse_number, split_ids
from qplan.core.model import TaskFilter
from qplan.core.names import find_department, plain, shown
from qplan.errors import BadInput
from qplan.i18n import N_, _, code_of, coded, joined

if TYPE_CHECKING:
    from datetime import date

    from qplan.ledger.store import Ledger
    from qplan.service.queries import Snapshot, TaskQuery

V = TypeVar("V")

#: More tasks than this are not changed without being asked.
MANY = 3
#: So many tasks of a selection are listed before the question.
LISTED = 40

#: The help panel of the filters.
PANEL = N_("Which tasks")
filter_option = partial(option, rich_help_panel=PANEL)
filter_flag = partial(flag, rich_help_panel=PANEL)


class Selection(NamedTuple):
    """The filters of lists of tasks, each with its option; a command gets the values as they were typed."""

    dept: Annotated[
        list[str] | None,
        dept_option(rich_help_panel=PANEL),
    ] = None
    support: Annotated[bool, filter_flag("With --dept: also the tasks it supports.", "--support")] = False
    status: Annotated[
        list[str] | None,
        filter_option("Status: code or label.", "STATUS", autocompletion=completion.statuses),
    ] = None
    light: Annotated[
        list[str] | None,
        filter_option("Light: red, yellow, blue, green, grey.", "LIGHT", autocompletion=completion.lights),
    ] = None
    pace: Annotated[
        list[str] | None,
        filter_option(
            "Pace against the schedule: behind, on, ahead, done, none (other).",
            "PACE",
            autocompletion=completion.paces,
        ),
    ] = None
    column: Annotated[list[str] | None, filter_option("Items of a feature column.", "N")] = None
    under: Annotated[
        list[str] | None,
        filter_option("Everything below a task or column.", "ID", autocompletion=completion.tasks),
    ] = None
    due_before: Annotated[str | None, filter_option("Deadline before that day.", "DATE")] = None
    due_within: Annotated[str | None, filter_option("Due within so many days.", "DAYS")] = None
    overdue: Annotated[bool, filter_flag("Only what is overdue.", "--overdue")] = False
    stale: Annotated[
        str | None,
        filter_option("No report for longer than the rules (or DAYS) allow.", "[DAYS]"),
    ] = None
    unconfirmed: Annotated[bool, filter_flag("Assignment not confirmed yet.", "--unconfirmed")] = False
    search: Annotated[
        str | None,
        filter_option("Words in titles, clauses, people, notes, difficulties.", "TEXT"),
    ] = None
    leader: Annotated[
        str | None,
        filter_option("Whose leader in charge is so named.", "NAME"),
    ] = None
    owner: Annotated[
        str | None,
        filter_option("Whose responsible person is so named.", "NAME"),
    ] = None
    own_where: Annotated[
        list[str] | None,
        filter_option(
            "A condition on a column of the plan's own, as “investment>=1000”; all that are given hold.",
            "CONDITION",
            "--where",
        ),
    ] = None

    @property
    def given(self) -> bool:
        """Whether there is any filter; ``--stale`` without a value is one."""
        return any(value not in (None, False, []) for value in self)


#: No filter at all.
NONE = Selection()

#: The filters as parameters of a command.
_PARAMETERS = {
    name: inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=Selection._field_defaults[name], annotation=annotation
    )
    for name, annotation in Selection.__annotations__.items()
}


#: The filters of lists that have days and states of their own: overdue tasks, staged goals.
OF_WHOM = ("dept", "support", "pace", "column", "under", "search", "leader", "owner", "own_where")


def with_filters(*names: str, **changed: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator of commands that take the filters (or those named) too, and get them as their ``selection``.

    Where the command has an option of a filter's name that gives a value, the filter is ``--where-NAME``;
    ``changed`` has the options of filters that are declared in another way there.
    """
    filters = {name: _PARAMETERS[name] for name in names} if names else _PARAMETERS

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        own_parameters = dict(inspect.signature(function).parameters)
        del own_parameters["selection"]
        added = {name: _renamed(one) if name in own_parameters else one for name, one in filters.items()}

        def run(**given: Any) -> Any:
            chosen = {name: given.pop(one.name) for name, one in added.items()}
            return function(selection=Selection(**chosen), **given)

        parameters = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=changed.get(one.name, one.annotation))
            for one in (*own_parameters.values(), *added.values())
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {}
        run.__name__, run.__doc__ = function.__name__, function.__doc__
        for attribute in ("help_details", "required"):  # what a help page reads
            setattr(run, attribute, getattr(function, attribute, ""))
        return run

    return decorated


def _renamed(filter_: inspect.Parameter) -> inspect.Parameter:
    """Return the parameter of a filter under the name ``--where-NAME``."""
    type_, option = get_args(filter_.annotation)
    option = copy(option)
    option.default, option.param_decls = f"--where-{filter_.name}", ()  # where Typer keeps an option's names
    return filter_.replace(name=f"where_{filter_.name}", annotation=Annotated[type_, option])


def query_of(snapshot: "Snapshot", selection: Selection, **more: Any) -> "TaskQuery":
    """Return what the filters ask for, with further fields of the filter (``sort``, ``limit``, ``groups``).

    Raises BadInput for a filter that names nothing there is.
    """
    from qplan.core import own
    from qplan.core.workflow import parse_status
    from qplan.service.queries import BY_RULES, TaskQuery

    if selection.support and not selection.dept:
        raise BadInput(_("--support goes with --dept: whose tasks?"))
    known = snapshot.departments.values()
    leads = any_of(find_department(text, known).id for text in selection.dept or () if text)
    declared = own.columns_of(snapshot.plan)
    due_from, before = _due(snapshot, selection.due_before, selection.due_within)
    where = TaskFilter(
        lead=None if selection.support else leads,
        lead_or_support=leads if selection.support else None,
        status=any_of(map(parse_status, selection.status or ())),
        column=any_of(_column(snapshot, text) for text in selection.column or ()),
        under=any_of(snapshot.ledger.task(text).id for text in selection.under or ()),
        due_before=before,
        due_from=due_from,
        open=selection.due_within is not None,
        unconfirmed=selection.unconfirmed,
        search=selection.search,
        **more,
    )
    stale = selection.stale
    days = None if stale is None else parse_number(stale, "--stale") if stale else BY_RULES
    conditions = tuple(own.parse_condition(text, declared) for text in selection.own_where or ())
    lights = tuple(map(_light, selection.light or ()))
    paces = tuple(map(_pace, selection.pace or ()))
    return TaskQuery(
        where, lights, selection.overdue, days, selection.leader, selection.owner, conditions, paces=paces
    )


def query_on(ledger: "Ledger", day: "date", selection: Selection) -> "TaskQuery":
    """Return what the filters ask for in a ledger on a day, as :func:`query_of` does."""
    from qplan.service import queries

    with queries.snapshot(ledger, day) as snapshot:
        return query_of(snapshot, selection)


def any_of(values: Iterable[V]) -> tuple[V, ...] | V | None:
    """Return the value of a filter: the only one, or several of which any is meant; None for none."""
    several = tuple(dict.fromkeys(values))
    return several if len(several) > 1 else several[0] if several else None


def _due(snapshot: "Snapshot", before: str | None, within: str | None) -> tuple[str | None, str | None]:
    """The days that deadlines lie between: from, before."""
    from qplan.core.calendar import shifted

    text = parse_date(before, "--due-before") if before else None
    if within is None:
        return None, text
    end = shifted(snapshot.today, parse_number(within, "--due-within") + 1).isoformat()
    return snapshot.today.isoformat(), min(text, end) if text else end


def _light(text: str) -> str:
    from qplan.core.calendar import LIGHTS, light_label

    word = plain(text)
    code = code_of(LIGHTS, "light", word) or code_of(LIGHTS, "light", f"{word}灯")
    if code:
        return code
    known = joined(coded(code, light_label(code)) for code in LIGHTS)
    raise BadInput(_("There is no light “{text}”; give one of: {known}."), text=text, known=known)


def _pace(text: str) -> str:
    from qplan.core.pace import NONE, PACES, pace_label

    word = plain(text)
    if code := NONE if word == "other" else code_of(PACES, "pace", word):
        return code
    known = joined(coded(code, pace_label(code)) for code in PACES)
    raise BadInput(_("There is no pace “{text}”; give one of: {known}."), text=text, known=known)


def _column(snapshot: "Snapshot", text: str) -> int:
    number = parse_number(plain(text).upper().removeprefix("专栏").removeprefix("C"), "--column")
    known = {row.column_no for row in snapshot.ledger.tasks(TaskFilter(groups=True, retired=True))} - {None}
    if number not in known:
        raise BadInput(
            _("--column: there is no column {text}; there are: {known}."),
            text=shown(text),
            known=", ".join(map(str, sorted(filter(None, known)))) or "—",
        )
    return number


def tasks_named(
    session: Session, texts: Iterable[str], selection: Selection, verb: str | None, given: Mapping[str, Any], status: str | None = None,
    request: str | None = None,
) -> list[str]:  # fmt: skip
    """Return the ids that an action is given, or those of the tasks that the filters select and that it is about.

    More than :data:`MANY` of them are listed and asked about. What the request of that id wrote before is what
    the filters mean when it is repeated. Raises BadInput for neither ids nor filters.
    """
    ids = list(dict.fromkeys(split_ids(list(texts))))
    if ids and selection.given:
        raise BadInput(_("Give the ids of tasks or filters such as --dept, not both."))
    if not ids and not selection.given:
        raise BadInput(_("Which tasks? Give their ids, or filters such as --dept or --overdue."))
    if selection.given and (written := written_by(session, request)):
        return written
    few = len(set(map(str.casefold, ids))) <= MANY
    if not selection.given and (few or session.dry_run or session.yes):
        return ids
    with reading(session._replace(as_of=session.on)) as snapshot:
        if selection.given:
            ids = candidates(session, snapshot, selection, verb, given, status)
        lines = preview(session, snapshot, ids)
    ask_about(session, ids, lines)
    return ids


def written_by(session: Session, request: str | None) -> list[str]:
    """Return the ids of the tasks that an earlier run of a request wrote on; none where it wrote nothing."""
    if request is None:
        return []
    with reading(session._replace(as_of=None, at_seq=None)) as snapshot:
        return list(dict.fromkeys(event.subject for event in snapshot.ledger.request(request)))


def ask_about(session: Session, ids: Sequence[str], lines: Iterable[str]) -> None:
    """Show what a command would change, and go on only if the answer is yes; without lines there is no question."""
    for line in lines:
        say(line, session)
    if lines:
        named = joined(ids[:10]) + ("…" if len(ids) > 10 else "")
        confirm(_("This changes {n} tasks: {ids}."), session, n=len(ids), ids=named)


def candidates(
    session: Session, snapshot: "Snapshot", selection: Selection, verb: str | None, given: Mapping[str, Any], status: str | None = None
) -> list[str]:  # fmt: skip
    """The tasks of a selection that an action is about; those of other roles only where there are no others."""
    from qplan.core.escalation import is_waiting
    from qplan.core.workflow import applicable_steps, may_take, role_of
    from qplan.service import queries

    office = snapshot.plan.office
    actor = acting(session, snapshot.ledger, office)
    about, own_steps, waiting = [], [], []
    for item in queries.tasks(snapshot, query_of(snapshot, selection)):
        task = item.task
        if verb == "urge" and given.get("level") is None and is_waiting(task, snapshot.clock):
            waiting.append(task.id)
        elif steps := applicable_steps(task, verb, status, given):
            about.append(task.id)
            if any(may_take(step, task, role_of(actor, task, office)) for step in steps):
                own_steps.append(task.id)
    if waiting:
        text = _(
            "Left out, because their next level is not due yet: {ids}. Their papers: qplan notice ID --out DIR"
        )
        say(text, session, ids=joined(waiting))
    return own_steps or about


def preview(session: Session, snapshot: "Snapshot", ids: Sequence[str]) -> list[str]:
    """Return a line for each task: its id and title, whose it is, its status and deadline; none where nothing is asked."""
    from qplan.core.workflow import status_label

    if len(ids) <= MANY or session.dry_run or session.yes:
        return []
    rows = [snapshot.ledger.task(ident) for ident in ids]
    lines = [
        "  " + _("{id} {title} ({lead}; {status}; {deadline})").format(
            id=row.id, title=row.title, lead=snapshot.leads(row) or "—", status=status_label(row.status),
            deadline=row.deadline or row.deadline_text or "—",
        )
        for row in rows[:LISTED]
    ]  # fmt: skip
    if len(rows) > LISTED:
        lines.append("  " + _("and {n} more").format(n=len(rows) - LISTED))
    return lines
