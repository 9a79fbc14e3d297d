"""What a command is given: its resolved options, the day it works on, and its ledger."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from qplan import i18n
from qplan.cli import outbox, settings
from qplan.cli.values import parse_date, parse_number
from qplan.core.model import Actor, Department, PlanHead
from qplan.core.names import find_department
from qplan.errors import BadInput, Refused
from qplan.i18n import _

if TYPE_CHECKING:
    from qplan.ledger.store import Ledger
    from qplan.service.queries import Snapshot

#: The time zone where no plan names one: that of China.
ZONE = "+08:00"


class Session(NamedTuple):
    """The shared options of one command, resolved: command line, environment, config file, default."""

    now: datetime  #: in UTC
    ledger: str  #: a path, or a URL
    actor: Actor  #: an empty ``dept`` stands for the plan's office
    language: str
    actor_set: bool = True  #: somebody said who acts: by an option, a variable or the config file
    quiet: bool = False
    no_color: bool = False
    no_pager: bool = False
    as_of: str | None = None  #: ISO date
    at_seq: int | None = None
    on: str | None = None  #: ISO date
    dry_run: bool = False
    yes: bool = False
    format: str | None = None
    out: str | None = None
    templates: str | None = None  #: the folder with the district's own wording of documents
    views: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  #: name -> options of a list
    gathered: Any = None  #: where views go instead, when several ledgers are read (:mod:`qplan.cli.several`)
    evidence_store: str | None = None  #: the folder for copies of evidence, where it is not beside the ledger
    evidence_folders: tuple[str, ...] = ()  #: where files of evidence may be
    copy_evidence: bool = True
    sign: bool = False  #: whether entries are signed with the user's SSH key
    sign_key: str | None = None  #: the file of that key; None for the one that ssh takes
    allowed_signers: str | None = None  #: the file of those whose signatures ``verify`` takes
    #: where weekly runs put seals: a folder, or a command's words
    seal_to: str | tuple[str, ...] | None = None
    send: Mapping[str, str] = MappingProxyType({})  #: addresses and secrets of robots, by kind


class Context(typer.Context):
    """Typer's context of a command, as far as our commands read it."""

    obj: Session


def build(options: Mapping[str, Any], config: Mapping[str, Any], *, tolerant: bool = False) -> Session:
    """Return the session of a command from the shared options that it was given.

    Raises BadInput for a bad one, and for configuration that is not sound unless ``tolerant``.
    """
    fault = getattr(config, "fault", None)
    if fault is not None and not tolerant:
        raise fault
    given = {name: value for name, value in options.items() if value is not None}
    for name in ("debug", "lang"):  # read before the command line is parsed
        given.pop(name, None)
    if given.get("format"):
        from qplan.render import check_format

        check_format(given["format"])  # before anything is written
    for name, read in (("as_of", parse_date), ("at_seq", parse_number), ("on", parse_date)):
        if name in given:
            given[name] = read(given[name], f"--{name.replace('_', '-')}")
    given["actor_set"] = settings.actor_is_set(given.get("actor"), config)
    given["ledger"] = settings.ledger_place(given.get("ledger"), config)
    try:
        given["actor"] = settings.actor_named(given.get("actor"), config)
    except BadInput:
        if not tolerant:
            raise
        given["actor"] = settings.actor_named(settings.login(), {})
    return Session(
        now=settings.now(),
        language=i18n.language,
        templates=settings.templates_folder(config),
        views=config.get("views", {}),
        send=config.get("send", {}),
        evidence_store=settings.config_place("evidence_store", config),
        seal_to=settings.seal_target(config),
        sign=config.get("sign", False),
        sign_key=settings.config_place("sign_key", config),
        allowed_signers=settings.config_place("allowed_signers", config),
        evidence_folders=tuple(config.get(settings.FOLDERS, ())),
        **given,
    )


def today(session: Session, utc_offset: str = ZONE) -> date:
    """Return the day that the session's moment is in a zone (``+08:00``)."""
    sign = -1 if utc_offset.startswith("-") else 1
    hours, _colon, minutes = utc_offset.lstrip("+-").partition(":")
    return (session.now + sign * timedelta(hours=int(hours), minutes=int(minutes or 0))).date()


def day_of(session: Session, plan: PlanHead) -> date:
    """Return the day that a command works on: ``--as-of`` or ``--on``, else today in the plan's zone."""
    given = session.as_of or session.on
    return date.fromisoformat(given) if given else today(session, plan.utc_offset)


def today_or_default(session: Session) -> date:
    """Return today in the zone of the ledger's plan; in that of China where no plan can be read."""
    from qplan.ledger.store import Ledger

    try:
        with Ledger.open(session.ledger) as ledger:
            return today(session, ledger.plan().utc_offset)
    except Exception:  # a command that reports on a damaged ledger needs a day all the same
        return today(session)


def timestamp(session: Session) -> str:
    """Return the session's moment as the journal records it."""
    return session.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def opened(session: Session, *, write: bool = False) -> Iterator["Ledger"]:
    """Open the session's ledger, and remember its head for this user.

    Raises NotVerified where this machine has seen entries of it that are gone or other ones now.
    """
    from qplan.ledger.store import Ledger

    folder = settings.heads_folder()
    with Ledger.open(session.ledger, write=write) as ledger:
        if not write and ledger.is_last_seen(folder):
            yield ledger
            return
        from qplan.ledger import heads

        head = heads.check(ledger, folder, session.ledger, lambda text: _notice(text, session))
        if session.sign and write:
            from qplan.cli import signing

            signing.check(session)
        yield ledger
        if head is not None and ledger.written:
            last = ledger.written[-1][1]
            heads.remember(folder, ledger.connection.address, head._replace(seq=last.seq, hash=last.hash))
        if session.sign and ledger.written:
            signing.sign(session, ledger, ledger.written)


def keep_head(place: str) -> None:
    """Remember the head of a ledger that a command has made, restored or accepted, whatever was seen before."""
    from qplan.ledger import heads
    from qplan.ledger.store import Ledger

    with Ledger.open(place) as ledger:
        heads.remember(settings.heads_folder(), ledger.connection.address, ledger.head())


def _notice(text: str, session: Session) -> None:
    from qplan.cli.output import say

    say(text, session)


@contextmanager
def reading(session: Session) -> Iterator["Snapshot"]:
    """Open the ledger for reading, on the day that the session asks for."""
    from qplan.service import queries

    with opened(session) as ledger:
        day = day_of(session, ledger.plan())
        with queries.snapshot(ledger, day, past=session.as_of is not None, seq=session.at_seq) as snapshot:
            yield snapshot


@contextmanager
def writing(
    session: Session, request: str | None = None, if_version: str | None = None
) -> Iterator[tuple["Ledger", Any]]:
    """Open the ledger for writing, with who writes and on which day; a dry run opens it for reading.

    ``request`` is the key of a retried command, ``if_version`` the version that was looked at.
    """
    with opened(session, write=not session.dry_run) as ledger:
        plan = ledger.plan()
        context = write_context(session, writer(session, ledger, plan.office), plan)
        yield ledger, _bound(context, request, if_version)
    if not session.dry_run:
        outbox.mark_written()


def _bound(context: Any, request: str | None, if_version: str | None) -> Any:
    from qplan.service.actions import COMMAND

    expected = None if if_version is None else parse_number(if_version, "--if-version")
    if request is not None and request.startswith(COMMAND):
        raise BadInput(_("--request-id: a key cannot begin with {sign}."), sign=COMMAND)
    return context._replace(expected=expected, request=request)


def write_context(session: Session, actor: Actor, plan: PlanHead) -> Any:
    """Return who writes, when, and on which day it takes effect."""
    from qplan.service.actions import WriteContext

    day = today(session, plan.utc_offset)
    return WriteContext(
        actor, timestamp(session), day, day_of(session, plan), session.dry_run,
        evidence_folders=session.evidence_folders,
    )  # fmt: skip


def writer(session: Session, ledger: "Ledger", office: str) -> Actor:
    """Return who writes to a ledger (:func:`acting`); a user who has set no actor is asked first."""
    if not session.actor_set and ledger.own_actor() is None:
        from qplan.cli.identity import identified

        session = identified(session, ledger.departments())
    return acting(session, ledger, office)


def acting(session: Session, ledger: "Ledger", office: str) -> Actor:
    """Return who acts on a ledger: the role its database knows, else the actor of the session.

    Refused when the session's actor names another department than that role has.
    """
    named = named_actor(session.actor, office, ledger.departments())
    own = ledger.own_actor()
    if own is None:
        return named
    if session.actor.dept and named.dept != own.dept:
        raise Refused(
            _("The database knows you as {own}; you cannot act for {dept} (--actor, QPLAN_ACTOR)."),
            own=own,
            dept=named.dept,
        )
    return own


def named_actor(actor: Actor, office: str, departments: list[Department]) -> Actor:
    """Return the actor with the id of a department: the one named, or the plan's office."""
    found = find_department(actor.dept or office, departments)
    return actor._replace(dept=found.id, dept_title=found.title)


def department(departments: Iterable[Department], text: str | None) -> str | None:
    """Return the id of the department that a text names; None where none is given."""
    return None if text is None else find_department(text, list(departments)).id
