"""The receipts of what a command wrote."""

from __future__ import annotations

from qplan.core.labels import event_label
from qplan.core.model import Head
from qplan.i18n import _, joined, labelled, noted
from qplan.service.receipts import Receipt
from qplan.views import ID, INTEGER, ColumnOf, View, table_of, words


def receipts(book_day: str, written: list[Receipt], head: Head) -> View:
    """What a command changed, a line each, and the last entry of the journal."""
    columns: list[ColumnOf[Receipt]] = [
        ColumnOf("seq", _("no."), lambda one: one.seq or None, INTEGER),
        ColumnOf("subject", _("id"), lambda one: one.subject, ID),
        ColumnOf("title", _("task"), lambda one: one.title),
        ColumnOf("action", _("action"), lambda one: event_label(one.kind)),
        ColumnOf("change", _("change"), change),
    ]
    return View(
        "receipts", _("Changes"), [table_of("receipts", "", written, columns, _("Nothing changed."))],
        lambda: {
            "items": [
                {
                    "seq": r.seq or None, "kind": r.kind, "subject": r.subject, "effective_on": r.effective_on,
                    "before": r.before, "after": r.after, "info": r.info, "repeated": r.repeated,
                    "hash": r.hash or None,
                    **({} if r.claim is None else {"claim": {**r.claim._asdict(), "days": r.claim.days}}),
                }
                for r in written
            ]
        },
        book_day, head,
    )  # fmt: skip


def change(receipt: Receipt) -> str:
    """A receipt's change in words."""
    # the title of what is new is in the line already
    after = {n: value for n, value in receipt.after.items() if n != "title" or receipt.before.get("title")}
    # so is the entry that is undone
    info = {n: value for n, value in receipt.info.items() if n != "undoes" or receipt.reverts is None}
    names = receipt.names
    parts = words.change_words(
        receipt.kind, receipt.before, after, info, lambda ident: names.get(ident, ident)
    )
    return joined(parts, ";")


#: Digits of an entry's hash that a receipt prints; `qplan verify --receipt` takes them.
SHORT_HASH = 12


def receipt_line(receipt: Receipt) -> str:
    """A receipt as one line: number, id, title, what changed; and by what the entry is known later."""
    number = _("no. {seq}").format(seq=receipt.seq) if receipt.seq else _("would change")
    again = " " + _("(already written by this request)") if receipt.repeated else ""
    line = labelled(f"{number}  {receipt.subject} {receipt.title}", change(receipt)) + again
    if receipt.claim is not None and receipt.claim.days > 0:
        late = _("the claim of {on} was recorded on {recorded}, {days} days later").format(
            on=receipt.claim.effective_on, recorded=receipt.claim.recorded_on, days=receipt.claim.days
        )
        line = noted(line, late)
    if (undone := receipt.reverts) is not None:
        of = _("undoes no. {seq} ({kind}) by {who}, effective {day}").format(
            seq=undone.seq, kind=event_label(undone.kind), who=undone.actor, day=undone.effective_on
        )
        line = noted(line, of)
    return f"{line}  {receipt.seq}:{receipt.hash[:SHORT_HASH]}" if receipt.hash else line
