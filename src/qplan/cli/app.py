"""The Typer application ``qplan``: its commands and its own options.

A command is a function ``def name(ctx: Context, …)`` in a module of :mod:`qplan.cli.commands` and an
:class:`Entry` here. The module is imported when somebody names the command, and not before.
"""

import io
from contextlib import redirect_stderr
from typing import Annotated, Any

import typer
from typer._completion_shared import install
from typer.completion import show_callback

from qplan.cli.lazy import LEFT_OUT, Entry, lazy_app
from qplan.cli.options import OTHER, READ, WRITE, flag, option
from qplan.errors import BadInput
from qplan.i18n import N_, _, joined

#: Panels of the help page.
LOOK, ACT, REPORT, MAINTAIN = N_("Look"), N_("Act"), N_("Report"), N_("Keep")

#: The command that ``qplan`` alone runs.
DEFAULT = "overview"

#: The commands by name, in the order of the help page.
COMMANDS: dict[str, Entry] = {
    "overview": Entry("queries:overview", LOOK, READ, "The state of the plan on one screen.", hidden=True),
    "tasks": Entry("queries:tasks", LOOK, READ, "List tasks."),
    "show": Entry("queries:show", LOOK, READ, "Show one task or indicator whole."),
    "depts": Entry("queries:depts", LOOK, READ, "List the departments."),
    "indicators": Entry("queries:indicators", LOOK, READ, "List indicators and targets."),
    "summary": Entry("queries:summary", LOOK, READ, "Count tasks by department, section or column."),
    "log": Entry("queries:log", LOOK, READ, "Show the journal."),
    "milestones": Entry("agenda:milestones", LOOK, READ, "List milestones."),
    "mine": Entry("agenda:mine", LOOK, READ, "What waits for one's own department."),
    "evidence": Entry("evidence:evidence", LOOK, READ, "List evidence, check it, copy it out."),
    "load": Entry("plan:load", ACT, WRITE, "Load a plan into the ledger."),
    "check": Entry("plan:check", ACT, OTHER, "Check a plan's files."),
    "plan": Entry(
        "plan_group:app",
        ACT,
        OTHER,
        "Make a plan's files of a table or document; compare them with the text.",
    ),
    "update": Entry("update:update", ACT, WRITE, "Report on tasks and move them on."),
    "report": Entry(
        "workflow:report",
        ACT,
        WRITE,
        "Report progress, or one's supporting part; without a text it asks, on a terminal.",
    ),
    "accept": Entry("workflow:accept", ACT, WRITE, "Accept an assignment."),
    "dispute": Entry("workflow:dispute", ACT, WRITE, "Dispute an assignment."),
    "block": Entry("workflow:block", ACT, WRITE, "Report a difficulty that needs help."),
    "resume": Entry("workflow:resume", ACT, WRITE, "Take up work again after a difficulty."),
    "submit": Entry("workflow:submit", ACT, WRITE, "Claim completion, with evidence."),
    "approve": Entry("workflow:approve", ACT, WRITE, "Verify a completion and close."),
    "return": Entry("workflow:return", ACT, WRITE, "Return a submission with the reason."),
    "extend": Entry("workflow:extend", ACT, WRITE, "Ask for, grant or refuse an extension."),
    "assign": Entry("workflow:assign", ACT, WRITE, "Assign lead, support or persons."),
    "confirm": Entry("workflow:confirm", ACT, WRITE, "Confirm a proposed assignment."),
    "urge": Entry("escalation:urge", ACT, WRITE, "Urge the leads of tasks."),
    "terminate": Entry("workflow:terminate", ACT, WRITE, "End a task by document."),
    "reopen": Entry("workflow:reopen", ACT, WRITE, "Open a finished task again."),
    "milestone": Entry("escalation:milestone", ACT, WRITE, "Add, finish or move milestones."),
    "measure": Entry("escalation:measure", ACT, WRITE, "Report the figure of a year, quarter or month."),
    "target": Entry("escalation:target", ACT, WRITE, "Enter an assigned target."),
    "undo": Entry("update:undo", ACT, WRITE, "Undo entries of the journal."),
    "overdue": Entry("weekly:overdue", REPORT, READ, "List what is overdue."),
    "weekly": Entry("weekly:weekly", REPORT, READ, "Compile the weekly list."),
    "changes": Entry("weekly:changes", REPORT, READ, "Show what changed and who was silent."),
    "reporting": Entry("weekly:reporting", REPORT, READ, "Show who has reported, late or not at all."),
    "notice": Entry("documents:notice", REPORT, READ, "Draft the supervision notice of a task."),
    "calendar": Entry("documents:calendar", REPORT, READ, "Deadlines and milestones as a calendar."),
    "dashboard": Entry("documents:dashboard", REPORT, READ, "The plan as it stands, as a web page."),
    "forms": Entry(
        "forms:forms", REPORT, OTHER, "Write a form for each department to fill in.", formats=False
    ),
    "collect": Entry("forms:collect", REPORT, WRITE, "Take what filled-in forms say."),
    "score": Entry("agenda:score", REPORT, READ, "Assess a year, points per department."),
    "verify": Entry("maintenance:verify", MAINTAIN, OTHER, "Check that journal, chain and rows agree."),
    "seal": Entry("maintenance:seal", MAINTAIN, OTHER, "Write the journal's head, to be kept elsewhere."),
    "backup": Entry("maintenance:backup", MAINTAIN, OTHER, "Copy the ledger, verified.", formats=False),
    "restore": Entry(
        "maintenance:restore", MAINTAIN, OTHER, "Put a backup in the ledger's place.", formats=False
    ),
    "export": Entry("export:export", MAINTAIN, READ, "Write out the rows, or the journal."),
    "import": Entry("export:import_", MAINTAIN, OTHER, "Make a new ledger from a journal.", formats=False),
    "move": Entry(
        "server:move", MAINTAIN, OTHER, "Take the ledger to PostgreSQL, or back to a file.", formats=False
    ),
    "roles": Entry(
        "server:roles", MAINTAIN, OTHER, "Give departments their rights in PostgreSQL.", formats=False
    ),
    "doctor": Entry("maintenance:doctor", MAINTAIN, OTHER, "Say what is wrong and how to mend it."),
    "config": Entry("config:config", MAINTAIN, OTHER, "Show or change the config file."),
}

#: The shells that Typer has completion for.
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def show_version(ctx: typer.Context, wanted: bool) -> None:
    """Print the version and exit."""
    if wanted and not ctx.resilient_parsing:
        from qplan import __version__

        typer.echo(f"qplan {__version__}")
        raise typer.Exit


def install_completion(ctx: typer.Context, param: typer.CallbackParam, value: str | None) -> Any:
    """Install the completion of a shell and exit; without a value that of the shell that runs us.

    Raises BadInput where that is none that Typer has completion for.
    """
    shell = known_shell(param, value)
    if not shell or ctx.resilient_parsing:
        return value
    try:
        with redirect_stderr(io.StringIO()):  # Typer's own sentence is English
            name, path = install(shell=None if shell is True else str(shell))
    except typer.Exit:
        raise BadInput(
            _("{option}: the shell that runs qplan is not known; name one of: {known}."),
            option=param.opts[0],
            known=joined(SHELLS),
        ) from None
    typer.echo(_("Completion for {shell} is installed: {path}").format(shell=name, path=path))
    typer.echo(_("It takes effect in a new terminal."))
    raise typer.Exit


def show_completion(ctx: typer.Context, param: typer.CallbackParam, value: str | None) -> Any:
    """Print the completion script of a shell and exit; without a value that of the shell that runs us."""
    return show_callback(ctx, param, known_shell(param, value))


def known_shell(param: typer.CallbackParam, value: str | None) -> str | bool:
    """Return the shell that an option names, True for the one that runs us, False where it is not given."""
    if value is None or value == LEFT_OUT:
        return value is not None
    shell = value.strip().lower()
    if shell not in SHELLS:
        raise BadInput(
            _("{option}: there is no completion for “{shell}”; give one of: {known}."),
            option=param.opts[0],
            shell=value,
            known=joined(SHELLS),
        )
    return shell


def qplan(
    ctx: typer.Context,
    version: Annotated[
        bool,
        flag("Show the version.", "--version", "-V", is_eager=True, callback=show_version),
    ] = False,
    install: Annotated[
        str | None,
        option(
            "Install completion for this shell, or the one named.",
            "[SHELL]",
            "--install-completion",
            callback=install_completion,
        ),
    ] = None,
    show: Annotated[
        str | None,
        option(
            "Show the completion script of this shell, or the one named.",
            "[SHELL]",
            "--show-completion",
            callback=show_completion,
        ),
    ] = None,
) -> Any:
    """Run the overview where no command is named."""
    if ctx.invoked_subcommand is None:
        return ctx.command.run_alone(ctx, DEFAULT)  # type: ignore[attr-defined]
    return None


app = lazy_app(
    COMMANDS,
    qplan,
    name="qplan",
    help=N_("Keep a plan's tasks, deadlines and indicators in a ledger, and see what is late."),
    epilog=N_("Every command explains itself: qplan COMMAND --help"),
)
