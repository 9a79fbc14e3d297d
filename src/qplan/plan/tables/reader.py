"""A file with a table of tasks -> what it says: rows, own fields, departments, period, questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from qplan.core.names import shown
from qplan.core.own import OwnColumn
from qplan.core.periods import last_day
from qplan.errors import BadInput
from qplan.i18n import _, joined
from qplan.plan.questions import Question
from qplan.plan.tables.departments import Department, Registry, propose
from qplan.plan.tables.fields import read_fields
from qplan.plan.tables.files import read_grids
from qplan.plan.tables.grid import Grid, text_of
from qplan.plan.tables.headings import REPORTS
from qplan.plan.tables.layout import MAPPED, Layout, find_layout, first_texts
from qplan.plan.tables.rows import RowReader, TableRow


class Options(NamedTuple):
    """What the caller knows better than the file; None leaves it to the file."""

    sheet: str | None = None
    header_row: int | None = None
    mapping: Mapping[str, str] | None = None
    basis: str = "plan"
    title: str | None = None
    office: str | None = None
    begins: date | None = None
    ends: date | None = None
    year: int | None = None


class Period(NamedTuple):
    """From when to when a plan runs; ``year`` is that of months without one."""

    year: int
    begins: date
    ends: date


class Known(NamedTuple):
    """What a plan that is updated has already."""

    departments: tuple[Department, ...] = ()
    fields: tuple[OwnColumn, ...] = ()


class TablePlan(NamedTuple):
    """A table as read."""

    source: str
    title: str
    period: Period
    basis: str
    rows: tuple[TableRow, ...]
    fields: tuple[OwnColumn, ...]
    registry: Registry
    layouts: tuple[Layout, ...]
    left_out: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]

    def names(self, written: Iterable[str]) -> list[str]:
        """The departments' names that the names in a cell mean."""
        return list(dict.fromkeys(self.registry.meant[name].name for name in written))

    def ids(self, written: Iterable[str]) -> list[str]:
        """The departments' ids that the names in a cell mean."""
        return list(dict.fromkeys(self.registry.meant[name].id for name in written))


def read_table(path: Path, options: Options, today: date, known: Known | None = None) -> TablePlan:
    """Read the table of tasks in a file.

    Raises BadInput where the file cannot be read, has no table of tasks, or an option does not fit it.
    """
    known = known or Known()
    grids = _chosen(read_grids(path), options.sheet)
    _check_mapping(options.mapping)
    period, asked = _period(grids, path.stem, today, options)
    layouts = _layouts(grids, period.year, options, path)
    rows: list[TableRow] = []
    left_out: list[tuple[str, str]] = []
    questions: list[Question] = []
    for reader in [RowReader(layout, period.year) for layout in layouts]:
        reader.read()
        rows += reader.rows
        left_out += reader.left_out
        questions += reader.questions
    if not rows:
        raise BadInput(
            _("{path}: there is no task below the heading in row {n}"), path=path, n=layouts[0].top + 1
        )
    fields, rows, odd = read_fields(rows, known.fields)
    registry = propose(_named_bodies(rows), known.departments, options.office)
    period, late = _widened(period, rows, options)
    title = options.title or _title(layouts, path)
    return TablePlan(
        path.name, title, period, options.basis, tuple(rows), tuple(fields), registry, tuple(layouts),
        tuple(left_out),
        (*asked, *_layout_questions(layouts), *questions, *odd, *registry.questions, *late),
    )  # fmt: skip


def _chosen(grids: list[Grid], sheet: str | None) -> list[Grid]:
    if sheet is None:
        return grids
    names = [grid.sheet for grid in grids]
    found = [grid for grid in grids if grid.sheet.casefold() == sheet.casefold()]
    if not found and sheet.isdigit() and 1 <= int(sheet) <= len(grids):
        found = [grids[int(sheet) - 1]]
    if not found:
        raise BadInput(
            _("There is no sheet “{}”; the sheets are: {}").format(shown(sheet), joined(map(shown, names)))
        )
    return found


def _check_mapping(mapping: Mapping[str, str] | None) -> None:
    wrong = [field for field in (mapping or {}).values() if field not in MAPPED]
    if wrong:
        raise BadInput(
            _("--map: {} is no field; the fields are: {}").format(shown(joined(wrong)), joined(MAPPED))
        )


def _layouts(grids: Sequence[Grid], year: int, options: Options, path: Path) -> list[Layout]:
    """The layout of each sheet that holds a table of tasks; a table without a heading continues the one before."""
    layouts = _laid_out(grids, year, options) or _laid_out(grids, year, options, least=1)
    if layouts:
        return layouts
    likely = next(filter(None, map(first_texts, grids)), None)
    if likely is None:
        raise BadInput(
            _("{path}: no heading row was found (headings such as 序号, 重点任务, 责任单位, 完成时限); name its row with --header-row, and the columns with --map HEADING=title"),
            path=path,
        )  # fmt: skip
    row, texts = likely
    raise BadInput(
        _("{path}: no heading of row {n} ({headings}) names a task; rename the tasks' column 重点任务 and the bodies' 责任单位, or name them: --header-row {n} --map {first}=title"),
        path=path, n=row + 1, headings=joined(map(shown, texts)), first=shown(texts[0]),
    )  # fmt: skip


def _laid_out(grids: Sequence[Grid], year: int, options: Options, least: int = 2) -> list[Layout]:
    layouts: list[Layout] = []
    for grid in grids:
        if not any(value is not None for row in grid.rows for value in row):
            continue
        found = find_layout(grid, year, options.header_row, options.mapping, least)
        if found is None and layouts and grid.width == layouts[-1].grid.width and not grid.before:
            found = layouts[-1]._replace(grid=grid, top=0, body=0, title_lines=(), questions=())
        if found is not None and (found.of("title") or options.header_row):
            layouts.append(found)
    return layouts


def _named_bodies(rows: Iterable[TableRow]) -> list[tuple[str, str]]:
    return [
        (name, row.cells[field])
        for row in rows
        for field, names in (
            ("lead", row.leads),
            ("support", row.support),
            ("verifier", (row.verifier,) if row.verifier else ()),
            ("lead", tuple(name for name, _figure in row.shares.figures)),
        )
        for name in names
    ]


# -- which year a table is about, and from when to when its plan runs

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_RANGE = re.compile(r"(?<!\d)(20\d\d)年?\s*[-—–~～至到]+\s*(20\d\d)(?!\d)")
_LATER = re.compile(r"(?<!\d)(20\d\d)(?=年|[-./]\d)")


def _period(grids: Sequence[Grid], name: str, today: date, options: Options) -> tuple[Period, list[Question]]:
    """The period that the options, the titles, the file's name or the days in the cells give, in this order."""
    given = options.year
    first, last, questions = _years(grids, name, today) if given is None else (given, given, [])
    start, end = options.begins or date(first, 1, 1), options.ends or date(last, 12, 31)
    if last > first:
        what = _("the table covers {first} to {last}; a month without a year is read as in {first}").format(
            first=first, last=last
        )
        questions.append(Question("", what, _("another year: --year YEAR")))
    return Period(first, start, max(start, end)), questions


def _years(grids: Sequence[Grid], name: str, today: date) -> tuple[int, int, list[Question]]:
    """The first and the last year, and what is asked where no title names them."""
    for text in (*_lines_above(grids), name):
        found = _RANGE.search(text)
        if found and int(found[1]) <= int(found[2]) <= int(found[1]) + 20:
            return int(found[1]), int(found[2]), []
        single = _YEAR.search(text)
        if single:
            return int(single[1]), int(single[1]), []
    cells = (
        text_of(value) for grid in grids for row in grid.rows[:2000] for value in row if value is not None
    )
    named = Counter(int(found) for text in cells for found in _LATER.findall(text))
    if named:
        usual = min(named.items(), key=lambda one: (-one[1], one[0]))[0]
        what = _("no title names the year; {year} is the one that most deadlines name").format(year=usual)
    else:
        usual = today.year
        what = _("the table names no year; it is read as {year}, this year").format(year=usual)
    return usual, usual, [Question("", what, _("another year: --year YEAR"))]


def _lines_above(grids: Sequence[Grid]) -> Iterable[str]:
    """The lines above a table, which hold one text, and the names of the sheets."""
    for grid in grids:
        yield from grid.before
        for row in grid.rows[:6]:
            texts = [text_of(value) for value in row if value is not None]
            if len(texts) == 1:
                yield texts[0]
            elif len(texts) > 2:
                break
    yield from (grid.sheet for grid in grids)


def _widened(period: Period, rows: Iterable[TableRow], options: Options) -> tuple[Period, list[Question]]:
    """The period with the deadlines that lie outside it, and a question for each of them."""
    questions: list[Question] = []
    begins, ends = period.begins, period.ends
    for row in rows:
        due = last_day(row.deadline.value) if row.deadline.value else None
        if due is None or period.begins <= due <= period.ends:
            continue
        begins, ends = min(begins, due.replace(month=1, day=1)), max(ends, due.replace(month=12, day=31))
        what = _("{day} is outside the plan's period, which is widened").format(day=due.isoformat())
        questions.append(
            Question(row.cells["deadline"], what, _("correct the day, or give --begins and --ends"))
        )
    if options.begins or options.ends:
        begins, ends = options.begins or begins, options.ends or ends
    return period._replace(begins=begins, ends=ends), questions


# -- the title, what is asked


def _title(layouts: Sequence[Layout], path: Path) -> str:
    lines = [line for layout in layouts for line in layout.title_lines if len(line) >= 4]
    named = [line for line in lines if not line.startswith(("单位", "填报", "附件", "时间", "（", "("))]
    return (
        max(
            named,
            key=lambda line: (
                "表" in line or "清单" in line or "任务" in line or "台账" in line,
                -lines.index(line),
            ),
        )
        if named
        else path.stem
    )


def _layout_questions(layouts: Sequence[Layout]) -> Iterable[Question]:
    for layout in layouts:
        yield from layout.questions
        if layout.body and not layout.of("deadline") and not layout.of("stage"):
            yield Question(
                layout.grid.address(layout.body - 1, 0),
                _("no column of deadlines was found; the tasks have none and are never late"),
                _("name it with --map HEADING=deadline, or add one to the table"),
            )
        for use in layout.uses:
            if use.field in REPORTS and _filled(layout, use.column):
                what = _(
                    "“{}” reports on the work; a plan does not hold it, so it is kept as a column of its own"
                )
                yield Question(
                    layout.grid.address(layout.body - 1, use.column),
                    what.format(shown(use.heading)),
                    _("reports are read into the ledger by: qplan update --from FILE"),
                )
    if len(layouts) > 1 and len({layout.grid.sheet for layout in layouts}) > 1:
        named = joined(shown(layout.grid.sheet) for layout in layouts)
        yield Question(
            "",
            _("several sheets or tables hold tasks and are read as one plan: {}").format(named),
            _("one of them alone: --sheet NAME"),
        )


def _filled(layout: Layout, column: int) -> bool:
    return any(
        layout.grid.value(row, column) is not None for row in range(layout.body, len(layout.grid.rows))
    )
