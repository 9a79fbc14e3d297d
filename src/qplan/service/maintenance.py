"""Keeping a ledger: verified, sealed, and inspected with what surrounds it."""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qplan import files
from qplan.core.events import ACCEPTED
from qplan.core.model import Change, Event, Head, PlanHead
from qplan.errors import NoLedger, QplanError
from qplan.i18n import N_, _, joined
from qplan.ledger import heads, journal, schema
from qplan.ledger.connection import SCHEMA_VERSION, is_server, path_of, shown
from qplan.ledger.store import Ledger
from qplan.ledger.verify import Finding, Progress, VerifyResult, verify
from qplan.service import evidence
from qplan.service.evidence import Piece

if TYPE_CHECKING:
    from qplan.ledger.receipts import Receipt
    from qplan.ledger.seal import Seal
    from qplan.ledger.signatures import Signed
    from qplan.service.actions import WriteContext


class VerifyReport(NamedTuple):
    """What verifying found, with the seal it was held against and who signed that."""

    result: VerifyResult
    seal: "Seal | None" = None
    signer: str | None = None
    seal_signed: bool = False
    server_changed: bool = False  #: whether the server's objects or rights are not those that were sealed
    entries: Sequence[Event] = ()  #: those of the receipts that stand
    signed: "Signed | None" = None  #: which entries are signed, where allowed signers were named
    lost: tuple[Piece, ...] = ()  #: evidence that is not as it was given, or is missing


def verify_ledger(
    ledger: Ledger, seal_file: str | None = None, allowed: str | None = None, progress: Progress | None = None,
    receipts: Sequence["Receipt"] = (),
) -> VerifyReport:  # fmt: skip
    """Hold a ledger against itself and, where they are given, against a seal with its signature and receipts."""
    sealed = None
    if seal_file is not None:
        from qplan.ledger import seal

        sealed = seal.read(seal_file)
    ledger.connection.detach()
    result = verify(ledger.connection, progress)
    entries: list[Event] = []
    if receipts and result.head is not None:
        from qplan.ledger.receipts import check

        checked = list(check(ledger.connection, receipts))
        entries = [one for one in checked if isinstance(one, Event)]
        missing = [one for one in checked if isinstance(one, Finding)]
        result = result._replace(findings=[*result.findings, *missing])
    if sealed is None or seal_file is None:
        return VerifyReport(result, entries=entries)
    signer, faults = seal.check_signature(seal_file, allowed)
    if result.head is not None:
        faults = [*seal.check(ledger.connection, sealed), *faults]
    result = result._replace(findings=[*result.findings, *faults])
    now = None if sealed.server is None else seal.server_of(ledger.connection)
    return VerifyReport(result, sealed, signer, is_signed(seal_file), now != sealed.server, entries)


def is_signed(seal_file: str) -> bool:
    """Whether a seal has a signature beside it."""
    from qplan.ledger.seal import signature_of

    return os.path.exists(signature_of(seal_file))


def with_signatures(
    held: VerifyReport, ledger: Ledger, allowed: str | None, progress: Progress | None = None
) -> VerifyReport:
    """Return a report with which entries are signed, and the signatures that do not hold; the same without allowed signers."""
    head = held.result.head
    if allowed is None or head is None:
        return held
    from qplan.ledger import signatures

    signed, found = signatures.check(ledger.connection, head.ledger, head.seq, allowed, progress)
    result = held.result._replace(findings=[*held.result.findings, *found])
    return held._replace(result=result, signed=signed)


def with_finding(held: VerifyReport, found: Finding) -> VerifyReport:
    """Return a report with one more thing that does not agree."""
    return held._replace(result=held.result._replace(findings=[*held.result.findings, found]))


def accept_head(ledger: Ledger, last: Head, context: "WriteContext") -> None:
    """Enter in the journal that it is accepted although it does not continue the head that was seen last."""
    from qplan.service.actions import versioned, write_changes

    info: dict[str, object] = {"seen": f"{last.seq}:{last.hash}"}

    def decide(plan: PlanHead) -> list[Change]:
        return [versioned(Change(ACCEPTED, plan.id, {}, {}, info), plan)]

    write_changes(ledger, context, decide, dict)


def with_evidence(held: VerifyReport, ledger: Ledger, store: Path | None) -> VerifyReport:
    """Return a report with what evidence is lost; a copy that is not what its name says is a finding.

    A ledger that does not verify is not read any further.
    """
    if held.result.damage:
        return held
    tasks = [task for task in ledger.tasks() if task.evidence_sha256]
    with ledger.connection.paused():
        found = [
            Finding("evidence", None, _("{path} is not the copy that it is named by").format(path=path))
            for path in evidence.damaged(store)
        ]
        pieces = [piece for task in tasks for piece in evidence.pieces_of(task, store)]
    lost = tuple(piece for piece in pieces if piece.state in evidence.LOST)
    return held._replace(result=held.result._replace(findings=[*held.result.findings, *found]), lost=lost)


#: How far below a folder leftovers are looked for: a week's lists lie in folders of departments.
DEPTH = 3

OK, NOTE, WRONG = "ok", "note", "wrong"


class Check(NamedTuple):
    """One thing that was looked at; ``hint`` says what to do where it is not ok."""

    name: str
    state: str  #: ok, note (something to know) or wrong
    what: str
    hint: str = ""


class Environment(NamedTuple):
    """What surrounds the program, as the command line found it."""

    today: date
    now: str  #: UTC
    config: str
    encoding: str
    language: str
    shell: str
    home: str
    config_fault: str = ""
    language_fault: str = ""
    templates: str | None = None  #: the folder of own templates
    heads: str | None = None  #: the folder of the heads that this machine has seen
    folders: tuple[str | None, ...] = ()  #: where the program has written files
    sweep: bool = False  #: whether drafts that are found are removed


def doctor(place: str, environment: Environment) -> list[Check]:
    """Look at everything a ledger needs to work, each with how to mend it."""
    return [
        Check(_("program"), OK, _program()),
        *_place(place),
        *_leftovers(place, environment),
        *_ledger(place, environment),
        *_surroundings(environment),
        *_extras(),
    ]


def _program() -> str:
    from qplan import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    return f"qplan {__version__}, Python {python}, SQLite {sqlite3.sqlite_version}"


def _place(place: str) -> Iterator[Check]:
    """The file and its folder."""
    name = _("ledger file")
    if is_server(place):
        yield Check(name, OK, shown(place))
        if "***" in shown(place):
            yield Check(
                name, NOTE, _("the address holds a password: it is in the shell's history and in the list of processes"), _("put it in ~/.pgpass (mode 600) or a service file")
            )  # fmt: skip
        return
    path = Path(path_of(place))
    folder = path.parent
    yield Check(name, OK, shown(str(path)))
    if folder.exists() and not os.access(folder, os.W_OK):
        yield Check(
            name, WRONG, _("the folder {path} cannot be written").format(path=folder), _("have it made yours, or name another place with --ledger")
        )  # fmt: skip
    if not path.exists():
        return
    if not os.access(path, os.W_OK):
        yield Check(name, WRONG, _("the file cannot be written"), f"chmod u+w {path}")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Check(name, NOTE, _("others on this machine can read the file"), f"chmod 600 {path}")


def _leftovers(place: str, environment: Environment) -> Iterator[Check]:
    """Drafts of this user's commands that were killed, wherever they are; those of others beside the ledger, in the
    working folder, and below them.
    """
    import glob

    folders = {Path(folder).resolve() for folder in environment.folders if folder}
    found: set[Path] = set()
    if not is_server(place):
        path = files.target_of(path_of(place))
        folders.add(path.parent)
        # restore keeps a ledger by a second name before it replaces the first
        with suppress(OSError):
            found = {
                kept
                for kept in path.parent.glob(f"{glob.escape(path.name)}.*.replaced")
                if kept.samefile(path)
            }
    found.update(files.noted_leftovers())
    for folder in folders:
        found.update(files.leftovers(folder, DEPTH))
    if environment.sweep:
        gone = [path for path in sorted(found) if files.remove(path)]
        yield Check(_("leftovers"), OK, _("removed: {files}").format(files=" ".join(map(str, gone)) or "0"))
        files.noted_leftovers()  # whose notes are of no use any more
        found.difference_update(gone)
    if found:
        yield Check(
            _("leftovers"), NOTE, _("left by a command that was killed: {files}").format(files=" ".join(map(str, sorted(found)))), _("let doctor remove them: qplan doctor --sweep; then repeat the command")
        )  # fmt: skip


def _ledger(place: str, environment: Environment) -> list[Check]:
    """Identity, schema, journal mode, the chain's head, the calendar."""
    name = _("ledger")
    try:
        with Ledger.open(place) as ledger:
            return list(_inside(ledger, place, environment))
    except NoLedger as error:
        missing = not is_server(place) and not os.path.exists(path_of(place))
        return [Check(name, NOTE if missing else WRONG, str(error), "qplan load" if missing else "")]
    except QplanError as error:
        return [Check(name, WRONG, str(error), "qplan verify")]


def _inside(ledger: Ledger, place: str, environment: Environment) -> Iterator[Check]:
    head = ledger.head()
    yield Check(_("ledger"), OK, _("{id}, {seq} entries").format(id=head.ledger, seq=head.seq))
    if differing := schema.column_differences(ledger.connection):
        what = _("columns differ from the program's tables: {columns}").format(columns=joined(differing))
        yield Check(_("schema"), WRONG, what, "qplan verify; qplan restore BACKUP")
    else:
        yield Check(_("schema"), OK, str(SCHEMA_VERSION))
    yield from _engine(ledger, place)
    ledger.connection.detach()
    result = verify(ledger.connection)
    if faults := result.damage:
        what = _("the ledger does not verify ({n} findings): {first}").format(
            n=len(faults), first=faults[0].what
        )
        yield Check(_("journal"), WRONG, what, "qplan verify; qplan restore BACKUP")
    elif result.findings:
        what = _("{n} entries that the program would not have written: {first}")
        what = what.format(n=len(result.findings), first=result.findings[0].what)
        yield Check(_("journal"), WRONG, what, "qplan verify; qplan undo NUMBER")
    else:
        yield Check(_("journal"), OK, _("verified"))
    last = heads.seen(ledger, environment.heads)
    if last is not None and (fault := heads.fault_of(ledger, last, place)):
        yield Check(_("seen before"), WRONG, fault, "qplan verify --accept-head; qplan restore BACKUP")
    yield from _clock(ledger, environment)
    yield from _calendar(ledger, environment)


#: Setting of a server -> what is lost where it is off.
_UNSAFE = {
    "fsync": N_("a power cut can damage the whole ledger"),
    "full_page_writes": N_("a power cut can damage the whole ledger"),
    "synchronous_commit": N_(
        "other programs' entries can be lost although they were acknowledged; qplan switches it on for its own"
    ),
}


def _server(ledger: Ledger) -> Iterator[Check]:
    """The server of a ledger: who we are there, and whether others on the way can read along."""
    from qplan.ledger.postgres.connection import PostgresConnection, session

    connection = ledger.connection
    if not isinstance(connection, PostgresConnection):
        return
    found = session(connection)
    name = _("server")
    yield Check(name, OK, f"PostgreSQL {found.server}, {found.user}")
    if not (found.encrypted or found.local):
        yield Check(
            name, WRONG, _("the connection is not encrypted"), _("add sslmode=verify-full to the address")
        )
    for setting, loss in _UNSAFE.items():
        if found.settings[setting] == "off":
            what = _("{setting} is off on this server: {loss}").format(setting=setting, loss=_(loss))
            yield Check(name, WRONG, what, f"ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf()")
    if found.temporary:
        yield Check(
            name, WRONG, _("everybody may make temporary tables, and fill the disk"), _("qplan roles --apply, as the owner of the database")
        )  # fmt: skip
    if found.above:
        yield Check(
            name, NOTE, _("{user} is above all rights").format(user=found.user), _("use it to administer the server, not for daily work")
        )  # fmt: skip


def _engine(ledger: Ledger, place: str) -> Iterator[Check]:
    if is_server(place):
        yield from _server(ledger)
        return
    mode = schema.journal_mode(ledger.connection)
    if mode == "wal" and not schema.wal_is_safe():
        yield Check(
            _("journal mode"), WRONG,
            _("wal, with a SQLite ({version}) that can damage such a file").format(version=sqlite3.sqlite_version),
            f"sqlite3 {path_of(place)} 'PRAGMA journal_mode=DELETE'",
        )  # fmt: skip
    else:
        yield Check(_("journal mode"), OK, mode)
    if fault := schema.quick_check(ledger.connection):
        yield Check(_("file"), WRONG, fault, "qplan verify; qplan restore BACKUP")


def _clock(ledger: Ledger, environment: Environment) -> Iterator[Check]:
    last = journal.last_recorded(ledger.connection)
    if last is not None and last > environment.now:
        yield Check(
            _("clock"), NOTE,
            _("an entry was recorded at {then}, which is later than now ({now})").format(then=last, now=environment.now),
            _("set this machine's clock; the order of the journal does not depend on it"),
        )  # fmt: skip


def _calendar(ledger: Ledger, environment: Environment) -> Iterator[Check]:
    """Whether the working days are known of every year that deadlines fall into, and of this one."""
    from qplan.core.calendar import clock_of

    name = _("working days")
    if not ledger.has_plan():
        yield Check(name, NOTE, _("no plan is loaded"), "qplan load")
        return
    plan = ledger.plan()
    days = clock_of(plan, environment.today).calendar
    if not days.counted:
        yield Check(name, OK, _("none: this plan counts calendar days"))
        return
    last = max(int(plan.ends[:4]), environment.today.year)
    unknown = [str(year) for year in range(int(plan.begins[:4]), last + 1) if year not in days.known]
    if unknown:
        yield Check(
            name, NOTE, _("not known for {years}: counted as Monday to Friday").format(years=joined(unknown)), "pip install -U chinesecalendar; qplan load"
        )  # fmt: skip
    else:
        yield Check(name, OK, _("known from {first} to {last}").format(first=plan.begins[:4], last=last))


def _surroundings(environment: Environment) -> Iterator[Check]:
    there = os.path.exists(environment.config)
    if environment.config_fault:
        hint = _("correct it with an editor, or with: qplan config set, qplan config unset")
        yield Check(_("config file"), WRONG, environment.config_fault, hint)
    else:
        found = environment.config if there else _("{path} (none)").format(path=environment.config)
        yield Check(_("config file"), OK, found)
    if there and os.name == "posix" and stat.S_IMODE(os.stat(environment.config).st_mode) & 0o077:
        what = _("others on this machine can read {path}, in which addresses may hold passwords")
        yield Check(
            _("config file"), NOTE, what.format(path=environment.config), f"chmod 600 {environment.config}"
        )
    if environment.templates is not None and not os.path.isdir(environment.templates):
        what = _("there is no folder {path}").format(path=environment.templates)
        yield Check(
            _("templates"), WRONG, what, _("make it, or take the setting out: qplan config unset templates")
        )
    if environment.encoding.lower().replace("-", "") in ("utf8", "utf8sig", "gbk", "gb18030", "cp936"):
        yield Check(_("encoding"), OK, environment.encoding)
    else:
        yield Check(
            _("encoding"), WRONG, _("{encoding} cannot show Chinese").format(encoding=environment.encoding or "?"), "export LC_ALL=C.UTF-8; export PYTHONUTF8=1"
        )  # fmt: skip
    fault = environment.language_fault
    yield Check(_("language"), WRONG if fault else OK, fault or environment.language)
    yield _completion(environment)


def _completion(environment: Environment) -> Check:
    """Whether the shell completes; the places are those in which Typer installs."""
    scripts = {
        "bash": ".bash_completions/qplan.sh",
        "zsh": ".zfunc/_qplan",
        "fish": ".config/fish/completions/qplan.fish",
    }
    shell = os.path.basename(environment.shell)
    if shell in scripts and os.path.exists(os.path.join(environment.home, scripts[shell])):
        return Check(_("completion"), OK, shell)
    return Check(
        _("completion"), NOTE, _("not installed for {shell}").format(shell=shell or "?"), "qplan --install-completion"
    )  # fmt: skip


def _extras() -> Iterator[Check]:
    for extra, modules in {
        "office": ("openpyxl", "docx", "jinja2", "icalendar"),
        "postgres": ("psycopg",),
    }.items():
        missing = [module for module in modules if find_spec(module) is None]
        if missing:
            what = _("without {modules}").format(modules=joined(missing))
            yield Check(extra, NOTE, what, f"pip install 'qplan[{extra}]'")
        else:
            yield Check(extra, OK, _("installed"))


def export_rows(ledger: Ledger) -> dict[str, list[dict[str, object]]]:
    """Every record of a ledger by entity, in the plan's order, retired ones included."""
    return {
        entity: sorted(
            (record._asdict() for record in rows.values()),
            key=lambda row: (row.get("position") or 0, str(row["id"])),
        )
        for entity, rows in ledger.rows().items()
    }
