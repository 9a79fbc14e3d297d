"""What keeping a ledger says: a verdict, a doctor's round, the rows as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qplan.core.labels import event_label
from qplan.core.model import RECORDS, Head
from qplan.i18n import N_, _, counted, joined
from qplan.ledger.verify import Finding
from qplan.service.maintenance import OK, WRONG, Check, VerifyReport
from qplan.views import INTEGER, Column, ColumnOf, Table, View, table_of

if TYPE_CHECKING:
    from qplan.ledger.seal import Seal
    from qplan.ledger.signatures import Signed

#: Numbers of entries without a signature that a sentence lists; JSON has all of them.
SPANS = 20


def seal(made: Seal, files: Sequence[str], day: str) -> View:
    """A seal, and the files that it was written to."""
    head = made.head
    columns = [Column("name", _("Item")), Column("value", _("Content"))]
    rows = [
        (_("ledger"), head.ledger), (_("no."), str(head.seq)), (_("hash"), head.hash),
        (_("sealed at"), made.sealed_at), (_("files"), "\n".join(files) or None),
    ]  # fmt: skip
    return View(
        "seal", _("Seal"), [Table("seal", "", columns, rows, facts=True)],
        lambda: {"sealed_at": made.sealed_at, "files": list(files)}, day, head,
    )  # fmt: skip


def settings(path: str, found: Mapping[str, str], day: str) -> View:
    """What the config file says."""
    columns = [Column("name", _("setting")), Column("value", _("Content"))]
    return View(
        "config", path, [Table("settings", "", columns, list(found.items()), _("Nothing is set."))],
        lambda: {"path": path, "items": [{"name": name, "value": text} for name, text in found.items()]},
        day, None,
    )  # fmt: skip


def checks() -> dict[str, str]:
    """What verifying compares, in the language in use."""
    return {
        "file": _("file"), "schema": _("schema"), "chain": _("chain"), "values": _("values"), "history": _("history"), "program": _("program"),
        "rows": _("rows"), "requests": _("request ids"), "seal": _("seal"), "evidence": _("evidence"),
        "receipt": _("receipt"), "seen": _("seen before"), "signature": _("signature"),
    }  # fmt: skip


def verdict(held: VerifyReport, day: str) -> View:
    """What verifying found: nothing, or everything that does not agree."""
    found = held.result.findings
    labels = checks()
    columns: list[ColumnOf[Finding]] = [
        ColumnOf("check", _("check"), lambda one: labels[one.check]),
        ColumnOf("seq", _("no."), lambda one: one.seq, INTEGER),
        ColumnOf("what", _("what"), lambda one: one.what),
    ]
    head = held.result.head
    return View(
        "verify", sentence(held), [table_of("findings", "", found, columns, _("Everything agrees."))],
        lambda: {
            "verified": not found,
            "events": held.result.events,
            "first_bad": held.result.first_bad,
            "seal": None if held.seal is None else {
                "seq": held.seal.head.seq, "hash": held.seal.head.hash, "sealed_at": held.seal.sealed_at,
                "signed": held.seal_signed, "signer": held.signer, "server_changed": held.server_changed,
            },
            "receipts": [{"seq": event.seq, "hash": event.hash} for event in held.entries],
            "signatures": None if held.signed is None else {
                "entries": held.signed.entries, "signers": list(held.signed.signers),
                "unsigned": [list(span) for span in held.signed.unsigned],
            },
            "evidence_lost": [one._asdict() for one in held.lost],
            "items": [{"check": one.check, "seq": one.seq, "what": one.what} for one in found],
        },
        day, head, notes=notes(held),
    )  # fmt: skip


def sentence(held: VerifyReport) -> str:
    """The verdict in a line."""
    found, head = held.result.findings, held.result.head
    if not found and head is not None:
        return _("{n} entries agree: the journal, its chain and the rows.").format(n=held.result.events)
    if found and not held.result.damage:
        return _("The ledger agrees with itself; {n} findings are of entries that the program would not have written, the first at no. {seq}. Undo them: qplan undo NUMBER").format(
            n=len(found), seq=held.result.first_bad
        )  # fmt: skip
    if held.result.first_bad is not None:
        return _("The ledger does NOT verify; things that do not agree: {n}, the first at no. {seq}.").format(
            n=len(found), seq=held.result.first_bad
        )
    return _("The ledger does NOT verify; things that do not agree: {n}.").format(n=len(found))


def notes(held: VerifyReport) -> list[str]:
    """The head, and what the seal says."""
    lines = []
    if held.result.head is not None:
        lines.append(head_line(held.result.head))
    for event in held.entries:
        lines.append(
            _("No. {seq} stands as it was written: {kind} {subject}, {who}, effective {day}.").format(
                seq=event.seq,
                kind=event_label(event.kind),
                subject=event.subject,
                who=event.actor,
                day=event.effective_on,
            )
        )
    if held.signed is not None:
        lines += _signed(held.signed)
    if held.lost:
        from qplan.views.evidence import state_label

        said = _("Evidence of {id} “{name}”: {state}.")
        lines += [said.format(id=one.task, name=one.text, state=state_label(one.state)) for one in held.lost]
    if held.seal is None:
        return lines
    if held.server_changed:
        lines.append(
            _("The server's functions, policies or rights are not those that were sealed: qplan roles --apply and an upgrade change them, and so can its owner.")
        )  # fmt: skip
    if not any(f.check == "seal" for f in held.result.findings):
        lines.append(
            _("It holds against the seal of {when} on no. {seq}.").format(
                when=held.seal.sealed_at, seq=held.seal.head.seq
            )
        )
        if held.signer:
            lines.append(_("The seal is signed by {signer}.").format(signer=held.signer))
        elif held.seal_signed:
            lines.append(_("The seal's signature is sound; whose it is tells --allowed-signers FILE."))
        else:
            lines.append(_("The seal is not signed."))
    return lines


def _signed(signed: Signed) -> list[str]:
    """How many entries are signed by whom, and which are not."""
    lines = []
    if signed.entries:
        lines.append(
            _("Signed entries: {n}, by {signers}.").format(n=signed.entries, signers=joined(signed.signers))
        )
    if signed.unsigned:
        spans = [str(first) if first == to else f"{first}–{to}" for first, to in signed.unsigned]
        shown = spans if len(spans) <= SPANS else [*spans[:SPANS], "…"]
        lines.append(_("Not signed: no. {spans}.").format(spans=joined(shown)))
    return lines


def head_line(head: Head) -> str:
    """The head as printed lists have it."""
    return _("Ledger {id}, no. {seq}, {hash}").format(id=head.ledger, seq=head.seq, hash=head.hash)


def doctor(found: Sequence[Check], day: str) -> View:
    """A doctor's round: what was looked at, how it is, how to mend it."""
    states = {"ok": _("ok"), "note": _("hint"), "wrong": _("WRONG")}
    columns: list[ColumnOf[Check]] = [
        ColumnOf("name", _("looked at"), lambda one: one.name),
        ColumnOf("state", _("state"), lambda one: states[one.state]),
        ColumnOf("what", _("what"), lambda one: one.what),
        ColumnOf("mend", _("how to mend it"), lambda one: one.hint if one.state != OK else None),
    ]
    wrong = sum(c.state == WRONG for c in found)
    title = (
        counted(N_("{n} thing is wrong."), N_("{n} things are wrong."), wrong).format(n=wrong)
        if wrong
        else _("Nothing is wrong.")
    )
    return View(
        "doctor", title, [table_of("checks", "", found, columns)],
        lambda: {"wrong": wrong, "items": [one._asdict() for one in found]},
        day, None,
    )  # fmt: skip


#: Entity -> its name in an export.
EXPORTS = {
    "plan": "plan", "department": "departments", "task": "tasks", "milestone": "milestones",
    "indicator": "indicators", "actual": "actuals",
}  # fmt: skip


def export(rows: dict[str, list[dict[str, Any]]], names: Sequence[str], day: str, head: Head) -> View:
    """The rows as they are stored: codes and ids, every field, retired records too."""
    entities = [entity for entity, name in EXPORTS.items() if name in names]
    tables = [
        Table(
            EXPORTS[entity],
            EXPORTS[entity] if len(entities) > 1 else "",
            [Column(name, name) for name in RECORDS[entity]._fields],  # type: ignore[attr-defined]
            [tuple(row.values()) for row in rows[entity]],
        )
        for entity in entities
    ]
    return View(
        "export",
        _("Export"),
        tables,
        lambda: {EXPORTS[entity]: rows[entity] for entity in entities},
        day,
        head,
    )
