"""A throw-away command table: the scaffolding is tested without the real commands."""

from typing import Annotated

import typer

from qplan.cli.output import confirm, emit, say
from qplan.cli.settings import Context
from qplan.cli.table import ACT, KEEP, KEEPING, LOOK, READ, WRITE, Entry
from qplan.core.model import Head
from qplan.errors import BadFile, ChangedMeanwhile, Problem, Refused
from qplan.i18n import N_, _
from qplan.views import ID, LIGHT, Column, Table, View


def tasks(
    ctx: Context,
    dept: Annotated[
        str | None, typer.Option("--dept", "-d", metavar="[DEPT]", help=_("Lead department."))
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many. " + "很长的中文说明不能被截断" * 8)
    ] = None,
) -> None:
    rows = [("T1", "推进质量强区", "red", dept), ("T2.1", ctx.as_of, None, ctx.actor.name)][: limit or 2]
    columns = (
        Column("id", "编号", ID),
        Column("title", "任务"),
        Column("light", "灯", LIGHT),
        Column("lead", "牵头"),
    )
    payload = lambda: {"items": [{"id": row[0], "dept": row[3]} for row in rows]}  # noqa: E731
    emit(
        View(
            "tasks",
            "任务",
            (Table("tasks", "", columns, rows),),
            payload,
            ctx.as_of or "2025-06-30",
            Head("l", 1, "ab"),
        ),
        ctx,
    )


def update(ctx: Context, ids: Annotated[list[str], typer.Argument(metavar="ID...")], note: str = "") -> None:
    confirm("Change them?", ctx)
    if ctx.dry_run:
        say("dry run", ctx)
    say(f"{','.join(ids)} {ctx.on} {ctx.actor} {note}", ctx)


def fail(ctx: Context, how: str) -> int:
    import sqlite3

    if how == "exit":
        raise typer.Exit(5)
    if how == "return":
        return 3
    if how == "file":
        raise BadFile(
            [
                Problem("a.yaml", 3, 7, "no such department “scgj”", "write scjg"),
                Problem("a.yaml", 9, 1, "bad", ""),
            ]
        )
    raise {
        "refused": Refused("T1 is closed."),
        "changed": ChangedMeanwhile("Try again."),
        "sqlite": sqlite3.OperationalError("database is locked"),
        "bug": KeyError("x\x1b[2J"),
        "interrupt": KeyboardInterrupt(),
        "os": PermissionError(13, "Permission denied", "/x"),
    }[how]


HERE = "stub"
COMMANDS = {
    "tasks": Entry(HERE, "tasks", LOOK, READ, N_("Tasks of the plan."), optional=("--dept",)),
    "update": Entry(HERE, "update", ACT, WRITE, N_("Report on tasks."), ids=True),
    "fail": Entry(HERE, "fail", KEEPING, KEEP, "Fail in a chosen way."),
    "absent": Entry("no.such.module", "x", KEEPING, KEEP, "Never imported."),
}
