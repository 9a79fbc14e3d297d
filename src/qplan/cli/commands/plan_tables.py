"""Commands about tables of tasks: make a plan of one, write an empty one."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from qplan.cli.options import DryRun, out_option
from qplan.cli.output import emit, print_line, save, say
from qplan.cli.session import Context, today
from qplan.cli.values import parse_date
from qplan.errors import BadInput
from qplan.i18n import N_, _

#: The options of ``from-table``.
Table = Annotated[
    str, typer.Argument(metavar="FILE", help=N_("The table: .xlsx, .xls, .ods, .docx, .csv or .tsv."))
]
Out = Annotated[str | None, out_option(metavar="DIR", help=N_("The folder for the plan's files."))]
Update = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help=N_(
            "The plan's folder, when a corrected table is read again (ids stay), or a table of duties fills in a drafted plan."
        ),
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help=N_("The sheet or table, by name or number; all that hold tasks by default.")
    ),
]
HeaderRow = Annotated[
    int | None, typer.Option(metavar="N", min=1, help=N_("The row of the headings, where it is not found."))
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HEADING=FIELD",
        help=N_("What a column holds: title, lead, deadline … or own, skip; may be repeated."),
    ),
]
Basis = Annotated[
    str, typer.Option(metavar="plan|proposed", help=N_("Whether the table assigns the tasks or proposes it."))
]
Title = Annotated[
    str | None, typer.Option(metavar="TEXT", help=N_("The plan's title; the table's by default."))
]
Office = Annotated[str | None, typer.Option(metavar="NAME", help=N_("The department that keeps the ledger."))]
FirstDay = Annotated[str | None, typer.Option(metavar="DATE", help=N_("First day of the plan."))]
LastDay = Annotated[str | None, typer.Option(metavar="DATE", help=N_("Last day of the plan."))]
Year = Annotated[
    int | None,
    typer.Option(metavar="YEAR", min=1990, max=2100, help=N_("The year of months that name none.")),
]


def from_table(
    ctx: Context,
    file: Table,
    out: Out = None,
    update: Update = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    map: Mapping = None,
    basis: Basis = "plan",
    title: Title = None,
    office: Office = None,
    begins: FirstDay = None,
    ends: LastDay = None,
    year: Year = None,
    dry_run: DryRun = False,
) -> None:
    """Make a plan of a table of tasks; what is uncertain is read in the likeliest way and asked in questions.md."""
    from qplan.plan.tables.reader import Options
    from qplan.service import plan_tables as service
    from qplan.views import plan_tables as views

    if basis not in ("plan", "proposed"):
        raise BadInput(_("--basis is plan or proposed, not “{}”").format(basis))
    if out is not None and update is not None:
        raise BadInput(_("--out writes a new plan, --update an older one; give one of them"))
    options = Options(
        sheet,
        header_row,
        _mapping(map or []),
        basis,
        title,
        office,
        _day(begins, "--begins"),
        _day(ends, "--ends"),
        year,
    )
    folder = Path(out or update or "")
    if out is not None:
        service.check_folder(folder)
    day = today(ctx.obj)
    converted = service.convert(Path(file), options, day, Path(update) if update is not None else None)
    writes = (out is not None or update is not None) and not dry_run
    if writes:
        converted = service.write(converted, folder)
    if ctx.obj.format or not writes:
        emit(views.plan_table(converted, day.isoformat()), ctx.obj)
    else:
        print_line(views.summary(converted))
        for line in views.changes(converted):
            print_line(line)
    if writes:
        say(_("Written: {path}"), ctx.obj, path=folder)
        page = folder / converted.page
        say(_("Next: read {page}, then: qplan load {folder}"), ctx.obj, page=page, folder=folder)


def _mapping(given: list[str]) -> dict[str, str]:
    """HEADING=FIELD pairs; the heading may hold an equals sign itself."""
    pairs = [text.rpartition("=") for text in given]
    wrong = [
        text for text, (heading, _mark, field) in zip(given, pairs, strict=True) if not heading or not field
    ]
    if wrong:
        raise BadInput(_("--map {}: write HEADING=FIELD, such as 责任科室=lead").format(wrong[0]))
    return {heading.strip(): field.strip() for heading, _mark, field in pairs}


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else date.fromisoformat(parse_date(text, option))


def template(
    ctx: Context,
    out: Annotated[
        str, out_option(metavar="FILE", help=N_("The workbook to write: a name that ends in .xlsx."))
    ],
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR", min=1990, max=2100, help=N_("The year in its title; this year by default.")
        ),
    ] = None,
) -> None:
    """Write an empty workbook with headings, drop-downs and a page of guidance, in the language in use."""
    from qplan.render.plan_template import template as workbook

    if not out.lower().endswith(".xlsx"):
        raise BadInput(_("{path}: the template is a workbook; end its name with .xlsx"), path=out)
    save(iter([workbook(year or today(ctx.obj).year, ctx.obj.language)]), out, ctx.obj)
    say(_("Written: {path}"), ctx.obj, path=out)
