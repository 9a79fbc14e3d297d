"""The commands and the options they share, as tables: parsing, help, completion and docs read them.

A command is a function ``def name(ctx: Context, …)`` in a module of ``qplan.cli``; its module is
imported when somebody names it, and not before.
"""

from typing import NamedTuple

from qplan.i18n import N_

#: What a command does to the ledger decides which of the shared options it takes.
READ, WRITE, KEEP = "read", "write", "keep"

LOOK, ACT, REPORT, KEEPING = N_("Look"), N_("Act"), N_("Report"), N_("Keep")


class Entry(NamedTuple):
    """One command: where its function is, its help panel, its kind, its line of help."""

    module: str
    function: str
    panel: str
    kind: str
    help: str
    ids: bool = False  #: its arguments are ids of tasks
    optional: tuple[str, ...] = ()  #: options whose value may be left out; it is then an empty text
    hidden: bool = False
    plain: bool = False  #: it answers in a sentence and takes no ``--format``


#: The commands by name, in the order of the help page.
COMMANDS: dict[str, Entry] = {
    "overview": Entry(
        "qplan.cli.commands.queries",
        "overview",
        LOOK,
        READ,
        N_("The state of the plan on one screen."),
        hidden=True,
    ),
    "tasks": Entry(
        "qplan.cli.commands.queries",
        "tasks",
        LOOK,
        READ,
        N_("List tasks."),
        optional=("--dept", "-d", "--stale"),
    ),
    "show": Entry(
        "qplan.cli.commands.queries", "show", LOOK, READ, N_("Show one task or indicator whole."), ids=True
    ),
    "depts": Entry("qplan.cli.commands.queries", "depts", LOOK, READ, N_("List the departments.")),
    "indicators": Entry(
        "qplan.cli.commands.queries", "indicators", LOOK, READ, N_("List indicators and targets.")
    ),
    "summary": Entry(
        "qplan.cli.commands.queries",
        "summary",
        LOOK,
        READ,
        N_("Count tasks by department, section or column."),
    ),
    "log": Entry("qplan.cli.commands.queries", "log", LOOK, READ, N_("Show the journal."), ids=True),
    "milestones": Entry("qplan.cli.commands.agenda", "milestones", LOOK, READ, N_("List milestones.")),
    "mine": Entry(
        "qplan.cli.commands.agenda", "mine", LOOK, READ, N_("What waits for one's own department.")
    ),
    "load": Entry("qplan.cli.commands.plan", "load", ACT, WRITE, N_("Load a plan into the ledger.")),
    "check": Entry("qplan.cli.commands.plan", "check", ACT, KEEP, N_("Check a plan's files.")),
    "update": Entry(
        "qplan.cli.commands.update", "update", ACT, WRITE, N_("Report on tasks and move them on."), ids=True
    ),
    "report": Entry(
        "qplan.cli.commands.workflow",
        "report",
        ACT,
        WRITE,
        N_("Report progress, or one's supporting part."),
        ids=True,
    ),
    "accept": Entry(
        "qplan.cli.commands.workflow", "accept", ACT, WRITE, N_("Accept an assignment."), ids=True
    ),
    "dispute": Entry(
        "qplan.cli.commands.workflow", "dispute", ACT, WRITE, N_("Dispute an assignment."), ids=True
    ),
    "block": Entry(
        "qplan.cli.commands.workflow",
        "block",
        ACT,
        WRITE,
        N_("Report a difficulty that needs help."),
        ids=True,
    ),
    "resume": Entry(
        "qplan.cli.commands.workflow",
        "resume",
        ACT,
        WRITE,
        N_("Take up work again after a difficulty."),
        ids=True,
    ),
    "submit": Entry(
        "qplan.cli.commands.workflow", "submit", ACT, WRITE, N_("Claim completion, with evidence."), ids=True
    ),
    "approve": Entry(
        "qplan.cli.commands.workflow", "approve", ACT, WRITE, N_("Verify a completion and close."), ids=True
    ),
    "return": Entry(
        "qplan.cli.commands.workflow",
        "return",
        ACT,
        WRITE,
        N_("Return a submission with the reason."),
        ids=True,
    ),
    "extend": Entry(
        "qplan.cli.commands.workflow",
        "extend",
        ACT,
        WRITE,
        N_("Ask for, grant or refuse an extension."),
        ids=True,
    ),
    "assign": Entry(
        "qplan.cli.commands.workflow", "assign", ACT, WRITE, N_("Assign lead, support or persons."), ids=True
    ),
    "confirm": Entry(
        "qplan.cli.commands.workflow", "confirm", ACT, WRITE, N_("Confirm a proposed assignment."), ids=True
    ),
    "urge": Entry(
        "qplan.cli.commands.escalation", "urge", ACT, WRITE, N_("Urge the leads of tasks."), ids=True
    ),
    "terminate": Entry(
        "qplan.cli.commands.workflow", "terminate", ACT, WRITE, N_("End a task by document."), ids=True
    ),
    "reopen": Entry(
        "qplan.cli.commands.workflow", "reopen", ACT, WRITE, N_("Open a finished task again."), ids=True
    ),
    "milestone": Entry(
        "qplan.cli.commands.escalation",
        "milestone",
        ACT,
        WRITE,
        N_("Add, finish or move milestones."),
        ids=True,
    ),
    "measure": Entry(
        "qplan.cli.commands.escalation", "measure", ACT, WRITE, N_("Report the figure of a year.")
    ),
    "target": Entry("qplan.cli.commands.escalation", "target", ACT, WRITE, N_("Enter an assigned target.")),
    "undo": Entry("qplan.cli.commands.update", "undo", ACT, WRITE, N_("Take an entry of the journal back.")),
    "overdue": Entry("qplan.cli.commands.weekly", "overdue", REPORT, READ, N_("List what is overdue.")),
    "weekly": Entry("qplan.cli.commands.weekly", "weekly", REPORT, READ, N_("Compile the weekly list.")),
    "notice": Entry(
        "qplan.cli.commands.documents",
        "notice",
        REPORT,
        READ,
        N_("Draft the supervision notice of a task."),
        ids=True,
    ),
    "calendar": Entry(
        "qplan.cli.commands.documents",
        "calendar",
        REPORT,
        READ,
        N_("Deadlines and milestones as a calendar."),
    ),
    "dashboard": Entry(
        "qplan.cli.commands.documents", "dashboard", REPORT, READ, N_("The plan as it stands, as a web page.")
    ),
    "score": Entry(
        "qplan.cli.commands.agenda", "score", REPORT, READ, N_("Assess a year, points per department.")
    ),
    "verify": Entry(
        "qplan.cli.commands.maintenance",
        "verify",
        KEEPING,
        KEEP,
        N_("Check that journal, chain and rows agree."),
    ),
    "seal": Entry(
        "qplan.cli.commands.maintenance",
        "seal",
        KEEPING,
        KEEP,
        N_("Write the journal's head, to be kept elsewhere."),
    ),
    "backup": Entry(
        "qplan.cli.commands.maintenance",
        "backup",
        KEEPING,
        KEEP,
        N_("Copy the ledger, verified."),
        plain=True,
    ),
    "restore": Entry(
        "qplan.cli.commands.maintenance",
        "restore",
        KEEPING,
        KEEP,
        N_("Put a backup in the ledger's place."),
        plain=True,
    ),
    "export": Entry(
        "qplan.cli.commands.maintenance", "export", KEEPING, READ, N_("Write out the rows, or the journal.")
    ),
    "import": Entry(
        "qplan.cli.commands.maintenance",
        "import_",
        KEEPING,
        KEEP,
        N_("Make a new ledger from a journal."),
        plain=True,
    ),
    "move": Entry(
        "qplan.cli.commands.server",
        "move",
        KEEPING,
        KEEP,
        N_("Take the ledger to PostgreSQL, or back to a file."),
        plain=True,
    ),
    "roles": Entry(
        "qplan.cli.commands.server",
        "roles",
        KEEPING,
        KEEP,
        N_("Give departments their rights in PostgreSQL."),
        plain=True,
    ),
    "doctor": Entry(
        "qplan.cli.commands.maintenance", "doctor", KEEPING, KEEP, N_("Say what is wrong and how to mend it.")
    ),
    "config": Entry(
        "qplan.cli.commands.config", "config", KEEPING, KEEP, N_("Show or change the config file.")
    ),
}

#: The command that ``qplan`` alone runs.
ALONE = "overview"


class Shared(NamedTuple):
    """An option that many commands take; ``metavar`` is empty for a flag."""

    names: tuple[str, ...]
    metavar: str
    help: str
    kinds: tuple[str, ...] = (READ, WRITE, KEEP)

    @property
    def key(self) -> str:
        """The name of its field in :class:`qplan.cli.settings.Context`."""
        return self.names[0].lstrip("-").replace("-", "_")


SHARED: tuple[Shared, ...] = (
    Shared(("--as-of",), "DATE", N_("Show the ledger as it stood on that day, lateness included."), (READ,)),
    Shared(("--at-seq",), "N", N_("Show the ledger as it stood after that journal entry."), (READ,)),
    Shared(("--on",), "DATE", N_("The day on which it took effect, for a late report."), (WRITE,)),
    Shared(("--dry-run",), "", N_("Say what would change and write nothing."), (WRITE,)),
    Shared(("--yes", "-y"), "", N_("Do not ask."), (WRITE, KEEP)),
    Shared(("--format", "-f"), "FORMAT", N_("Format of the output: table, json, csv, tsv, md, html …")),
    Shared(("--out", "-o"), "FILE", N_("Write to this file; its suffix gives the format."), (READ,)),
    Shared(("--ledger",), "PATH|URL", N_("The ledger: a file, or a postgresql:// address.")),
    Shared(("--actor",), "NAME[@DEPT]", N_("Who acts, and for which department; the office by default.")),
    Shared(("--lang",), "zh|en", N_("Language of messages and headings.")),
    Shared(("--quiet", "-q"), "", N_("No notices on the error stream.")),
    Shared(("--no-color",), "", N_("No colour.")),
    Shared(("--debug",), "", N_("Show the traceback of an error.")),
)

#: Option name -> the shared option.
BY_NAME: dict[str, Shared] = {name: shared for shared in SHARED for name in shared.names}
