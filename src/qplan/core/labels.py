"""What the entries of the journal and their fields are called: tables of labels.

Receipts, histories and refusals show them, and ``verify`` holds entries against them; a daily command imports them only
to show one.
"""

from __future__ import annotations

from collections.abc import Iterable

from qplan.core import workflow
from qplan.core.names import shown
from qplan.errors import BadInput
from qplan.i18n import LANGUAGES, N_p, _, coded, joined, noted, pgettext, speaking

#: Event verb -> label, where the workflow has none of its own.
VERBS = {
    "define": N_p("entry", "defined by the plan"),
    "amend": N_p("entry", "amended by the plan"),
    "retire": N_p("entry", "left the plan"),
    "undo": N_p("entry", "undone"),
    "add": N_p("entry", "added"),
    "done": N_p("entry", "done"),
    "move": N_p("entry", "moved"),
    "rename": N_p("entry", "renamed"),
    "remove": N_p("entry", "removed"),
    "measure": N_p("entry", "measured"),
    "correct": N_p("entry", "corrected"),
    "target": N_p("entry", "target set"),
    "send": N_p("entry", "message sent"),
    "accept_head": N_p("entry", "journal accepted after a restore"),
}

ENTITIES = {
    "plan": N_p("record", "plan"),
    "department": N_p("record", "department"),
    "task": N_p("record", "task"),
    "milestone": N_p("record", "milestone"),
    "indicator": N_p("record", "indicator"),
    "actual": N_p("record", "figure"),
}


#: Field -> label, for histories and receipts.
FIELD_LABELS = {
    "status": N_p("field", "status"),
    "progress": N_p("field", "progress"),
    "note": N_p("field", "progress note"),
    "difficulty": N_p("field", "difficulty"),
    "needs": N_p("field", "help needed"),
    "next_step": N_p("field", "next step"),
    "evidence": N_p("field", "evidence"),
    "owner": N_p("field", "owner"),
    "leader": N_p("field", "leader"),
    "contact": N_p("field", "contact"),
    "lead": N_p("field", "lead"),
    "support": N_p("field", "support"),
    "deadline": N_p("field", "deadline"),
    "basis": N_p("field", "basis"),
    "original_deadline": N_p("field", "original deadline"),
    "title": N_p("field", "title"),
    "summary": N_p("field", "summary"),
    "clause": N_p("field", "clause"),
    "result": N_p("field", "review"),
    "submitted_on": N_p("field", "submitted on"),
    "closed_on": N_p("field", "closed on"),
    "accepted_on": N_p("field", "accepted on"),
    "last_update": N_p("field", "last update"),
    "extensions": N_p("field", "extensions"),
    "extension_to": N_p("field", "extension asked to"),
    "extension_on": N_p("field", "extension asked on"),
    "extension_reason": N_p("field", "reason"),
    "urge_level": N_p("field", "urged"),
    "urged_on": N_p("field", "urged on"),
    "answer_by": N_p("field", "answer by"),
    "answered_on": N_p("field", "answered on"),
    "dispute": N_p("field", "dispute"),
    "disputed_on": N_p("field", "disputed on"),
    "document": N_p("field", "document"),
    "submitted_by": N_p("field", "submitted by"),
    "closed_by": N_p("field", "verified by"),
    "returned_on": N_p("field", "returned on"),
    "support_note": N_p("field", "supporting part"),
    "done_on": N_p("field", "done on"),
    "due": N_p("field", "due"),
    "value": N_p("field", "value"),
    "source": N_p("field", "source"),
    "target": N_p("field", "target"),
    "unit": N_p("field", "unit"),
    "measured_on": N_p("field", "measured on"),
    "retired": N_p("field", "left the plan"),
    "baseline": N_p("field", "baseline"),
    "baseline_year": N_p("field", "baseline year"),
    "baseline_clause": N_p("field", "clause of the baseline"),
    "operator": N_p("field", "direction"),
    "qualifier": N_p("field", "limiting words"),
    "target_document": N_p("field", "assigning document"),
    "target_status": N_p("field", "state of the target"),
    "indicator": N_p("field", "indicator"),
    "original_due": N_p("field", "first due"),
    "evidence_sha256": N_p("field", "SHA-256 of evidence"),
    "year": N_p("field", "year"),
    "period": N_p("field", "period"),
    "parts": N_p("field", "added up from"),
    "language": N_p("field", "language"),
    "name": N_p("field", "name"),
    "remark": N_p("field", "remark"),
    "see": N_p("field", "see also"),
    "kind": N_p("field", "kind"),
    "title_basis": N_p("field", "basis of the title"),
    "deadline_basis": N_p("field", "basis of the deadline"),
    "support_basis": N_p("field", "basis of the support"),
    "section": N_p("field", "section"),
    "column_no": N_p("field", "column"),
    "parent": N_p("field", "heading above"),
    "position": N_p("field", "place in the plan"),
    "issuer": N_p("field", "issuer"),
    "region": N_p("field", "region"),
    "issued": N_p("field", "issued on"),
    "begins": N_p("field", "begins"),
    "ends": N_p("field", "ends"),
    "utc_offset": N_p("field", "time zone"),
    "office": N_p("field", "office"),
    "rules": N_p("field", "rules"),
    "calendar": N_p("field", "working days"),
    "aliases": N_p("field", "also called"),
    "initials": N_p("field", "initials"),
    "role": N_p("field", "role"),
    "task": N_p("field", "task"),
    "added": N_p("field", "added by people"),
    "core": N_p("field", "core indicator"),
    "dimension": N_p("field", "dimension"),
    "nature": N_p("field", "nature"),
    "tasks": N_p("field", "on task"),
    "conflicts": N_p("field", "contradicts"),
    "joint": N_p("field", "joint leads"),
    "deadline_text": N_p("field", "deadline in words"),
    "term": N_p("field", "term"),
    "repeats": N_p("field", "repeats every"),
    "quantity": N_p("field", "quantity"),
    "weight": N_p("field", "weight"),
    "verifier": N_p("field", "verifier"),
    "plan_leader": N_p("field", "leader in the plan"),
    "plan_owner": N_p("field", "owner in the plan"),
    "plan_contact": N_p("field", "contact in the plan"),
    "fields": N_p("field", "own columns"),
    "full_name": N_p("field", "full name"),
    "members": N_p("field", "members"),
}


#: What the fields of closing are called where a task was terminated.
ENDED = {
    "closed_on": N_p("terminated task", "terminated on"),
    "closed_by": N_p("terminated task", "terminated by"),
}

#: Facts beside an entry's fields -> label.
FACTS = {
    "undoes": N_p("fact", "undoes no."),
    "channel": N_p("fact", "sent by"),
    "parts": N_p("fact", "messages"),
    "reason": N_p("fact", "reason"),
    "document": N_p("fact", "document"),
    "late": N_p("fact", "asked after the deadline"),
    "closed_late": N_p("fact", "after its deadline"),
    "asked": N_p("fact", "asked to"),
    "note": N_p("fact", "note"),
    "level": N_p("fact", "level"),
    "done_late": N_p("fact", "after its date"),
    "skipped": N_p("fact", "skips"),
    "on_behalf_of": N_p("fact", "on behalf of {depts}"),
    "upheld": N_p("fact", "dispute not upheld"),
    "seen": N_p("fact", "seen before"),
    "one_person_office": N_p("fact", "verified by its reporter (one-person office)"),
}


def event_label(kind: str) -> str:
    """Return what an entry of the journal did, in words."""
    entity, _dot, verb = kind.partition(".")
    if entity == "task" and verb in workflow.BY_ACTION:
        return workflow.action_label(workflow.BY_ACTION[verb])
    record, done = pgettext("record", ENTITIES[entity]), pgettext("entry", VERBS[verb])
    if verb == "undo":
        return noted(done, record)
    return _("{record}: {done}").format(record=record, done=done)


def kinds_named(text: str) -> frozenset[str]:
    """Return the kinds of entries that a text names: a kind (task.report), what was done (report), a record (milestone),
    or the label of one in either language; BadInput where there is none.
    """
    wanted = text.strip().casefold()
    kinds = [f"task.{action}" for action in workflow.BY_ACTION]
    kinds += [f"{entity}.{verb}" for entity in ENTITIES for verb in VERBS]
    found = {kind for kind in kinds if wanted in (kind, *kind.split("."))}
    for language in LANGUAGES:
        with speaking(language):
            found |= {
                kind
                for kind in kinds
                if wanted
                in (
                    event_label(kind).casefold(),
                    pgettext("record", ENTITIES[kind.partition(".")[0]]).casefold(),
                )
            }
    if not found:
        known = joined(
            coded(action, workflow.action_label(step)) for action, step in workflow.BY_ACTION.items()
        )
        raise BadInput(
            _("There is no kind of entry “{text}”; give one of: {known}; or a record such as milestone, or a kind such as task.undo."),
            text=shown(text), known=known,
        )  # fmt: skip
    return frozenset(found)


def field_label(name: str) -> str:
    """Return the word for a field of a record."""
    return pgettext("field", FIELD_LABELS[name])


def known_field(name: str) -> str:
    """Return the word for a field, or the text itself where no record has such a field."""
    return field_label(name) if name in FIELD_LABELS else name


def field_names(names: Iterable[str]) -> str:
    """Return the words for some fields as a list, each once."""
    return joined(dict.fromkeys(map(field_label, names)))
