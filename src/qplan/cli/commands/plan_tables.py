"""Commands about tables of tasks: make a plan of one, write an empty one."""

from datetime import date
from pathlib import Path
from typing import Annotated

from qplan.cli.options import DryRun, argument, option
from qplan.cli.output import emit, print_line, save, say
from qplan.cli.session import Context, today
from qplan.cli.values import parse_date
from qplan.errors import BadInput
from qplan.i18n import _

#: The options of ``from-table``.
Table = Annotated[str, argument("The table: .xlsx, .xls, .ods, .docx, .csv or .tsv.", "FILE")]
Out = Annotated[str | None, option("The folder for the plan's files.", "DIR", "--out", "-o")]
Update = Annotated[
    str | None,
    option(
        "The plan's folder, when a corrected table is read again (ids stay), or a table of duties fills in a drafted plan.",
        "DIR",
    ),
]
Sheet = Annotated[
    str | None,
    option("The sheet or table, by name or number; all that hold tasks by default.", "NAME"),
]
HeaderRow = Annotated[int | None, option("The row of the headings, where it is not found.", "N", min=1)]
Mapping = Annotated[
    list[str] | None,
    option("What a column holds: title, lead, deadline … or own, skip; may be repeated.", "HEADING=FIELD"),
]
Basis = Annotated[str, option("Whether the table assigns the tasks or proposes it.", "plan|proposed")]
Title = Annotated[str | None, option("The plan's title; the table's by default.", "TEXT")]
Office = Annotated[str | None, option("The department that keeps the ledger.", "NAME")]
FirstDay = Annotated[str | None, option("First day of the plan.", "DATE")]
LastDay = Annotated[str | None, option("Last day of the plan.", "DATE")]
Year = Annotated[
    int | None,
    option("The year of months that name none.", "YEAR", min=1990, max=2100),
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
    out: Annotated[str, option("The workbook to write: a name that ends in .xlsx.", "FILE", "--out", "-o")],
    year: Annotated[
        int | None,
        option("The year in its title; this year by default.", "YEAR", min=1990, max=2100),
    ] = None,
) -> None:
    """Write an empty workbook with headings, drop-downs and a page of guidance, in the language in use."""
    from qplan.extras import need

    need("openpyxl")
    from qplan.render.plan_template import template as workbook

    if not out.lower().endswith(".xlsx"):
        raise BadInput(_("{path}: the template is a workbook; end its name with .xlsx"), path=out)
    save(iter([workbook(year or today(ctx.obj).year, ctx.obj.language)]), out, ctx.obj)
    say(_("Written: {path}"), ctx.obj, path=out)
