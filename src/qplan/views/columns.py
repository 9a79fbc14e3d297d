"""The columns that a list of tasks can have: each is a row of one table.

Screens, files, the register and a department's workbook choose from it by key; a new column is a
line of :data:`TASK_COLUMNS`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from qplan.core.names import folded, nearest, shown
from qplan.core.own import OwnColumn, columns_of, values_of
from qplan.core.pace import pace_label, pace_of
from qplan.core.workflow import shown_deadline, shown_status
from qplan.errors import BadInput
from qplan.i18n import N_, _, joined
from qplan.views import (
    DATE,
    DECIMAL,
    ID,
    INTEGER,
    LIGHT,
    PERCENT,
    STATUS,
    TEXT,
    ColumnOf,
    Table,
    table_of,
    words,
)

if TYPE_CHECKING:
    from qplan.service.queries import AssessedTask, Snapshot


class TaskColumn(NamedTuple):
    """A column: its heading, the value that it takes from an assessed task, its type and its rank."""

    heading: str
    value: Callable[["Snapshot", "AssessedTask"], Any]
    type: str = TEXT
    #: a narrow terminal leaves out columns of a higher number first
    rank: int = 0


def _field(name: str) -> Callable[["Snapshot", "AssessedTask"], Any]:
    return lambda _snapshot, item: getattr(item.task, name)


#: Key, as ``--columns`` takes it -> the column.
TASK_COLUMNS: dict[str, TaskColumn] = {
    "id": TaskColumn(N_("id"), _field("id"), ID),
    "title": TaskColumn(N_("task"), _field("title")),
    "summary": TaskColumn(N_("summary"), _field("summary"), rank=8),
    "lead": TaskColumn(N_("lead"), lambda snapshot, item: snapshot.leads(item.task), rank=1),
    "support": TaskColumn(N_("support"), lambda snapshot, item: snapshot.names(item.task.support), rank=7),
    "leader": TaskColumn(N_("leader"), _field("leader"), rank=7),
    "owner": TaskColumn(N_("owner"), _field("owner"), rank=6),
    "contact": TaskColumn(N_("contact"), _field("contact"), rank=8),
    "original_deadline": TaskColumn(N_("original deadline"), _field("original_deadline"), DATE, 6),
    "deadline": TaskColumn(N_("deadline"), lambda _snapshot, item: shown_deadline(item.task), DATE, 1),
    "deadline_text": TaskColumn(N_("deadline in words"), _field("deadline_text"), rank=7),
    "begins": TaskColumn(N_("begins"), _field("begins"), DATE, 8),
    "verifier": TaskColumn(N_("verifier"), lambda snapshot, item: snapshot.department_name(item.task.verifier) or None, rank=7),
    "quantity": TaskColumn(N_("quantity"), lambda _snapshot, item: words.quantity(item.task), rank=7),
    "weight": TaskColumn(N_("weight"), _field("weight"), rank=8),
    "extensions": TaskColumn(N_("extensions"), lambda _snapshot, item: item.task.extensions or None, INTEGER, 8),
    "status": TaskColumn(N_("status"), lambda _snapshot, item: shown_status(item.task), STATUS),
    "progress": TaskColumn(N_("progress"), _field("progress"), PERCENT),
    "light": TaskColumn(N_("light"), lambda _snapshot, item: item.light.code, LIGHT),
    "pace": TaskColumn(N_("pace"), lambda snapshot, item: pace_label(pace_of(item.task, snapshot.clock)), rank=7),
    "overdue_days": TaskColumn(N_("days late"), lambda _snapshot, item: item.late.days or None, INTEGER, 2),
    "note": TaskColumn(N_("progress note"), _field("note"), rank=2),
    "support_note": TaskColumn(
        N_("supporting part"),
        lambda snapshot, item: words.support_note(item.task.support_note, snapshot.department_name)
        if item.task.support_note
        else None,
        rank=8,
    ),
    "difficulty": TaskColumn(N_("difficulty"), _field("difficulty"), rank=3),
    "needs": TaskColumn(N_("help needed"), _field("needs"), rank=4),
    "next_step": TaskColumn(N_("next step"), _field("next_step"), rank=4),
    "evidence": TaskColumn(N_("evidence"), _field("evidence"), rank=5),
    "last_update": TaskColumn(N_("last update"), _field("last_update"), DATE, 4),
    "submitted_on": TaskColumn(N_("submitted on"), _field("submitted_on"), DATE, 8),
    "closed_on": TaskColumn(N_("closed on"), _field("closed_on"), DATE, 8),
    "result": TaskColumn(N_("review"), _field("result"), rank=8),
    "urged": TaskColumn(
        N_("last urge"), lambda snapshot, item: words.urged(item.task, snapshot.clock) or None, rank=5
    ),
    "basis": TaskColumn(N_("basis"), lambda _snapshot, item: words.assignment_basis(item.task), rank=5),
    "clause": TaskColumn(N_("clause"), _field("clause"), rank=3),
    "remark": TaskColumn(N_("remark"), _field("remark"), rank=8),
    "version": TaskColumn(N_("last entry"), _field("version"), INTEGER, 9),
}  # fmt: skip

#: The columns of a list of tasks, unless others are asked for.
LIST = (
    "id", "title", "lead", "support", "owner", "deadline", "status", "progress", "light", "overdue_days",
    "last_update", "basis", "clause",
)  # fmt: skip
#: The same of blocked tasks.
BLOCKED_LIST = tuple(one for key in LIST for one in ((key, "difficulty") if key == "progress" else (key,)))
#: The columns of the work register.
REGISTER = (
    "id", "title", "lead", "support", "leader", "owner", "contact", "original_deadline", "deadline", "status",
    "progress", "light", "overdue_days", "note", "support_note", "difficulty", "needs", "next_step", "evidence",
    "urged", "last_update", "closed_on", "remark",
)  # fmt: skip

#: Columns that these lists have where a task has something there, each with the column after which it stands.
WHERE_GIVEN = {"quantity": "title", "verifier": "support", "deadline_text": "deadline", "weight": "status"}


#: Headings of earlier versions -> the columns that have others now; views of config files name them.
FORMER = {"完成期限": "deadline", "联系方式": "contact"}


def chosen(
    text: str | None, known: Sequence[str] = tuple(TASK_COLUMNS), own: Sequence[OwnColumn] = ()
) -> Sequence[str] | None:
    """The keys that ``--columns`` names, by key or by heading; ``all`` is every one. None where none is named.

    ``own`` are the plan's own columns, which are named by their ids and titles.

    Raises BadInput for an unknown one (the nearest are offered), and where one is named twice.
    """
    if text is None:
        return None
    known = (*known, *(one.id for one in own))
    if text.strip().casefold() in ("all", _("all")):
        return known
    by_name = FORMER | {folded(name): key for key in known for name in (_heading(key), key)}
    by_name |= {folded(one.title): one.id for one in own}
    keys = []
    for name in text.replace("，", ",").replace("、", ",").split(","):
        key = by_name.get(folded(name))
        if key is None:
            near = nearest(name, by_name) or known
            raise BadInput(
                _("--columns: there is no column “{name}”; known are: {known}."),
                name=shown(name.strip()),
                known=joined(near),
            )
        if key in keys:
            raise BadInput(_("--columns names “{name}” twice."), name=shown(name.strip()))
        keys.append(key)
    return keys


def _heading(key: str) -> str:
    return _(TASK_COLUMNS[key].heading) if key in TASK_COLUMNS else key


def task_table(
    snapshot: "Snapshot",
    listed: Iterable["AssessedTask"],
    key: str = "tasks",
    title: str = "",
    depths: Mapping[str, int] | None = None,
    keys: Sequence[str] = LIST,
    *,
    numbered: bool = False,
    point: Collection[str] = (),
) -> Table:
    """A table of tasks; ``depths`` gives the indentation of each title, ``numbered`` a first column 序号.

    ``point`` are the columns that the list is about: a narrow terminal keeps them.
    """
    own = [f"own:{one.id}" for one in columns_of(snapshot.plan)]
    known = columns_known(snapshot)
    if keys in (LIST, BLOCKED_LIST, REGISTER):
        keys = [*_with_given(keys, listed), *own]
    else:
        keys = [f"own:{name}" if f"own:{name}" in own else name for name in keys]
    columns = [known[name] for name in keys]
    columns = [one._replace(rank=0) if one.key in point else one for one in columns]
    if depths:
        columns = [_indented(one, depths) if one.key == "title" else one for one in columns]
    if numbered:
        numbers = count(1)
        columns.insert(0, ColumnOf("no", _("no."), lambda _item: next(numbers), INTEGER))
    return table_of(key, title, listed, columns, _("No tasks match; qplan tasks --all lists everything."))


def _with_given(keys: Sequence[str], listed: Iterable["AssessedTask"]) -> list[str]:
    """The columns of a list with those of :data:`WHERE_GIVEN` that any of its tasks has."""
    given = {
        after: key
        for key, after in WHERE_GIVEN.items()
        if any(getattr(item.task, key) is not None for item in listed)
    }
    return [one for key in keys for one in ((key, given[key]) if key in given else (key,))]


def columns_known(snapshot: "Snapshot") -> "dict[str, ColumnOf[AssessedTask]]":
    """Every column of a list by its key; those of the plan's own by ``own:`` and their ids, and by these alone."""
    own = {one.id: _own_column(one) for one in columns_of(snapshot.plan)}
    given = {key: _given_column(snapshot, key) for key in TASK_COLUMNS}
    return own | given | {f"own:{ident}": one for ident, one in own.items()}


def task_columns(snapshot: "Snapshot", **ranks: int) -> "list[ColumnOf[AssessedTask]]":
    """The columns of these keys, each with the rank that it has in a list."""
    return [_given_column(snapshot, key)._replace(rank=rank) for key, rank in ranks.items()]


def _given_column(snapshot: "Snapshot", key: str) -> "ColumnOf[AssessedTask]":
    one = TASK_COLUMNS[key]
    return ColumnOf(key, _(one.heading), partial(one.value, snapshot), one.type, one.rank)


#: Type of a column of the plan's own -> type of a list's column.
_OWN_TYPES = {"text": TEXT, "number": DECIMAL, "date": DATE}


def _own_column(own: OwnColumn) -> "ColumnOf[AssessedTask]":
    """The column of a list for one of the plan's own."""
    return ColumnOf(
        own.id, own.heading, lambda item: values_of(item.task).get(own.id), _OWN_TYPES[own.type], 6
    )


def _indented(column: "ColumnOf[AssessedTask]", depths: Mapping[str, int]) -> "ColumnOf[AssessedTask]":
    """A column of texts, each indented by the depth of its task."""
    return column._replace(value=lambda item: "  " * depths.get(item.task.id, 0) + column.value(item))
