"""Stub commands: the command line is tested without the real ones."""

from typing import Annotated

import typer

from qplan.cli.lazy import Entry, sub_group
from qplan.cli.options import WRITE
from qplan.cli.output import confirm, emit, say
from qplan.cli.session import Context
from qplan.cli.values import parse_number
from qplan.core.model import Head
from qplan.errors import BadFile, ChangedMeanwhile, Problem, Refused
from qplan.i18n import N_
from qplan.views import ID, LIGHT, Column, Table, View


def tasks(
    ctx: Context,
    dept: Annotated[
        str | None, typer.Option("--dept", "-d", metavar="[DEPT]", help=N_("Lead department."))
    ] = None,
    limit: Annotated[
        str | None, typer.Option(metavar="N", help="How many. " + "很长的中文说明不能被截断" * 8)
    ] = None,
) -> None:
    rows = [("T1", "推进质量强区", "red", dept), ("T2.1", ctx.obj.as_of, None, ctx.obj.actor.name)][
        : parse_number(limit or "2", "--limit")
    ]
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
            ctx.obj.as_of or "2025-06-30",
            Head("l", 1, "ab"),
        ),
        ctx.obj,
    )


def update(
    ctx: Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    note: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
) -> None:
    confirm("Change them?", ctx.obj)
    if ctx.obj.dry_run:
        say("dry run", ctx.obj)
    say(f"{','.join(ids)} {ctx.obj.on} {ctx.obj.actor} {note or ''}", ctx.obj)


def fail(ctx: Context, how: Annotated[str, typer.Argument(metavar="HOW", help="How.")]) -> int:
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
        "bug": KeyError("x\x1b[2J"),
        "interrupt": KeyboardInterrupt(),
        "os": PermissionError(13, "Permission denied", "/x"),
    }[how]


def add(ctx: Context, ident: Annotated[str, typer.Argument(metavar="ID", help="Its id.")]) -> None:
    say(f"{ident} {ctx.obj.language} {ctx.obj.dry_run}", ctx.obj)


group = sub_group(
    {
        "add": Entry("stub:add", "Act", WRITE, N_("Add one."), package="cli"),
        "absent": Entry("x:x", "Act", WRITE, "Never imported.", package="no.such.module"),
    }
)
