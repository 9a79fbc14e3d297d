"""The views of several ledgers side by side: one list, with the plan as its first column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from qplan.core.model import Head
from qplan.i18n import _, joined, labelled
from qplan.views import Column, Table, View

if TYPE_CHECKING:
    from qplan.views.page import Page


class Source(NamedTuple):
    """The plan that a view is about: its id and title."""

    id: str
    title: str


#: Kinds of views whose charts are shown for each plan.
CHARTED = ("dashboard", "weekly")


def frozen(view: View) -> View:
    """The view with its JSON and days computed, so that its ledger can be closed."""
    page = view.page() if view.page is not None and view.kind in CHARTED else None
    payload, agenda = view.payload(), list(view.agenda()) if view.agenda is not None else None
    return view._replace(
        payload=lambda: payload,
        agenda=None if agenda is None else lambda: agenda,
        page=None if page is None else lambda: page,
        document=None,
        sheets=None,
    )


def together(views: Sequence[tuple[Source, View]]) -> View:
    """One view of several of a kind: its tables one below the other, each row with its plan."""
    first = views[0][1]
    titles = {view.title for _source, view in views}
    title = first.title if len(titles) == 1 else _("{n} plans side by side").format(n=len(views))
    agenda = [one for _source, view in views if view.agenda is not None for one in view.agenda()]
    return View(
        first.kind,
        title,
        _tables(views),
        lambda: _payload(views),
        max(view.as_of for _source, view in views),
        _head(views),
        lead=[labelled(source.title, line) for source, view in views for line in view.lead],
        notes=_notes(views),
        agenda=None if first.agenda is None else lambda: agenda,
        page=None if first.page is None else lambda: _page(views),
    )


def _page(views: Sequence[tuple[Source, View]]) -> Page:
    """The charts of all plans, each with its plan and a key of its own."""
    from qplan.views.page import Page

    charts = [
        chart._replace(key=f"{chart.key}-{number}", plan=source.title)
        for number, (source, view) in enumerate(views, 1)
        if view.page is not None
        for chart in view.page().charts
    ]
    return Page((), charts)


def _tables(views: Sequence[tuple[Source, View]]) -> list[Table]:
    """The tables of all views by their keys; of facts each plan has a table of its own."""
    found: dict[Any, list[tuple[Source, Table]]] = {}
    for source, view in views:
        for table in view.tables:
            found.setdefault((table.key, source if table.facts else None), []).append((source, table))
    return [_facts(*same[0]) if same[0][1].facts else _joint(same) for same in found.values()]


def _facts(source: Source, table: Table) -> Table:
    title = labelled(source.title, table.title) if table.title else source.title
    return table._replace(title=title)


def _joint(same: Sequence[tuple[Source, Table]]) -> Table:
    """One table of those of several plans: the plan, then every column that any of them has."""
    columns: dict[str, Column] = {}
    for _source, table in same:
        columns.update({column.key: column for column in table.columns if column.key not in columns})
    rows = []
    for source, table in same:
        keys = [column.key for column in table.columns]
        for row in table.rows:
            values = dict(zip(keys, row, strict=True))
            rows.append([source.title, *(values.get(key) for key in columns)])
    first = same[0][1]
    title = _title([table.title for _source, table in same])
    return first._replace(title=title, columns=[Column("plan", _("plan")), *columns.values()], rows=rows)


def _title(titles: Sequence[str]) -> str:
    """One title of several: 逾期（3） and 逾期（5） are 逾期（8）; others stand one after the other."""
    counted = [re.fullmatch(r"(.*\D)(\d+)(\D*)", title) for title in titles]
    around = {(one[1], one[3]) for one in counted if one}
    if len(set(titles)) > 1 and all(counted) and len(around) == 1:
        ((before, after),) = around
        return f"{before}{sum(int(one[2]) for one in counted if one)}{after}"
    return joined(dict.fromkeys(titles))


def _notes(views: Sequence[tuple[Source, View]]) -> list[str]:
    """The notes of all plans; one that several have is there once, without a plan."""
    listed = [(source, note) for source, view in views for note in view.notes]
    times = [note for _source, note in listed]
    notes = [note if times.count(note) > 1 else labelled(source.title, note) for source, note in listed]
    head = _head(views)
    if head is not None and any(view.head and view.head.hash in note for _s, view in views for note in notes):
        foot = _("As of {day}. Ledger {ledger}, entry {seq}, {hash}")
        day = max(view.as_of for _source, view in views)
        notes.append(foot.format(day=day, ledger=head.ledger, seq=head.seq, hash=head.hash))
    return list(dict.fromkeys(notes))


def _payload(views: Sequence[tuple[Source, View]]) -> dict[str, Any]:
    """The JSON of all views: lists one after the other, each item with its plan; what differs otherwise by plan."""
    bodies = [(source, view.payload()) for source, view in views]
    keys = dict.fromkeys(key for _source, body in bodies for key in body)
    ledgers = [
        {"plan": source.id, "title": source.title, "as_of": view.as_of, **_head_item(view.head)}
        for source, view in views
    ]
    return {"ledgers": ledgers, **{key: _value([(s, body.get(key)) for s, body in bodies]) for key in keys}}


def _value(of_plans: Sequence[tuple[Source, Any]]) -> Any:
    values = [value for _source, value in of_plans]
    if all(isinstance(value, list) for value in values):
        return [_with_plan(source, item) for source, value in of_plans for item in value]
    if all(value == values[0] for value in values):
        return values[0]
    return [
        _with_plan(source, value if isinstance(value, dict) else {"value": value})
        for source, value in of_plans
    ]


def _with_plan(source: Source, item: Any) -> Any:
    return {"plan": source.id, **item} if isinstance(item, dict) else item


def _head_item(head: Head | None) -> dict[str, Any]:
    return {} if head is None else {"id": head.ledger, "seq": head.seq, "head": head.hash}


def _head(views: Iterable[tuple[Source, View]]) -> Head | None:
    """One head of several: it changes when any of them does, and its number grows with theirs."""
    heads = [view.head for _source, view in views if view.head is not None]
    if not heads:
        return None
    digest = sha256("".join(sorted(head.hash for head in heads)).encode()).hexdigest()
    ledger = sha256("".join(sorted(head.ledger for head in heads)).encode()).hexdigest()[:16]
    return Head(ledger, sum(head.seq for head in heads), digest)
