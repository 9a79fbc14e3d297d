"""An empty workbook for a table of tasks: headings, drop-downs, the bodies' names, a page of guidance."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from qplan.i18n import N_, _
from qplan.render.sheet_sizes import FONT, height, set_height
from qplan.render.sheets import border, put_title, set_page

#: The lines between cells, and how their texts stand.
LINES = border("9AA5B1")
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WRAPPED = Alignment(vertical="center", wrap_text=True)
#: The font of cells that are written into.
PLAIN = Font(name=FONT, size=11)
#: Rows to fill in.
ROWS = 200


class Heading(NamedTuple):
    """A column of the template: its heading, its width, whether it must be filled, what to write."""

    title: str
    width: int
    required: bool
    guide: str
    example: str


HEADINGS = (
    Heading(N_("No."), 6, False, N_("A whole number for each task; it becomes the task's id."), "1"),
    Heading(N_("Group"), 14, False, N_("The heading under which tasks stand together. It may be merged over its rows."), N_("I. Industry")),
    Heading(N_("Task"), 30, True, N_("The task in one line."), N_("Build 20 demonstration sites")),
    Heading(N_("Content"), 32, False, N_("What must be delivered; several lines are possible."), N_("20 sites in 5 towns, accepted")),
    Heading(
        N_("Lead department"),
        18,
        True,
        N_("One body from the list; of joint leads, write the names one below the other or with a comma between them."),
        N_("Finance Bureau"),
    ),
    Heading(N_("Supporting departments"), 22, False, N_("The bodies that help, with a comma between them."), N_("Water Bureau, Commerce Bureau")),
    Heading(
        N_("Due date"),
        16,
        True,
        N_("A day, a month (2026-06), a quarter, a year; for duties without an end write that they are ongoing; for those that repeat, how often."),
        "2026-06-30",
    ),
    Heading(N_("Leader"), 11, False, N_("The leader in charge."), ""),
    Heading(N_("Person in charge"), 11, False, N_("Who does the work."), ""),
    Heading(N_("Contact"), 15, False, N_("Name and telephone of the person to call."), ""),
    Heading(N_("Verifier"), 14, False, N_("The body that verifies completion, where the office does not."), ""),
    Heading(N_("Remarks"), 16, False, N_("Anything else. Further columns of your own may follow; they are kept."), ""),
)  # fmt: skip

#: What the drop-down of the due date offers; other words may be written too.
DEADLINES = {
    "zh": (
        "年底前",
        "上半年",
        "第一季度",
        "第二季度",
        "第三季度",
        "第四季度",
        "长期坚持",
        "立行立改",
        "每月",
        "每季度",
    ),
    "en": ("2026-06", "2026-12", "Q1", "Q2", "Q3", "Q4", "ongoing", "immediate", "monthly", "quarterly"),
}


def template(year: int, language: str) -> bytes:
    """The bytes of the workbook, in ``zh`` or ``en`` as the messages are."""
    book = Workbook()
    book._fonts[0].name = FONT  # what cells without a font of their own are shown in
    tasks, bodies, guide = book.active, book.create_sheet(_("Bodies")), book.create_sheet(_("Guidance"))
    tasks.title = _("Tasks")
    _tasks(tasks, year, bodies.title, language)
    _bodies(bodies)
    _guidance(guide)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _tasks(sheet: Any, year: int, bodies: str, language: str) -> None:
    put_title(sheet, _("Key tasks of {year}").format(year=year), 18, 34, len(HEADINGS), wrap=True)
    for column, heading in enumerate(HEADINGS, 1):
        _head(sheet.cell(2, column), heading.title, heading.required)
        sheet.column_dimensions[get_column_letter(column)].width = heading.width
    sheet.row_dimensions[2].height = 34
    for row in range(3, ROWS + 3):
        set_height(sheet, row, 28)
        for column in range(1, len(HEADINGS) + 1):
            cell = sheet.cell(row, column)
            cell.border, cell.font = LINES, PLAIN
            cell.alignment = MIDDLE if column in (1, 2, 7) else WRAPPED
    sheet.freeze_panes = "D3"
    _drop_downs(sheet, bodies, language)
    _print(sheet)
    sheet.print_title_rows = "2:2"


def _head(cell: Any, title: str, required: bool) -> None:
    cell.value = _(title)
    cell.font = Font(name=FONT, size=11, bold=True)
    color = "FFF2CC" if required else "E8EDF3"
    cell.fill = PatternFill("solid", start_color=color, end_color=color)
    cell.border, cell.alignment = LINES, MIDDLE


def _drop_downs(sheet: Any, bodies: str, language: str) -> None:
    """Lists to choose from; other words are taken too, since a cell may name several bodies."""
    choices = {
        5: f"'{bodies}'!$A$2:$A$101",
        6: f"'{bodies}'!$A$2:$A$101",
        7: '"' + ",".join(DEADLINES[language]) + '"',
        11: f"'{bodies}'!$A$2:$A$101",
    }
    for column, formula in choices.items():
        letter = get_column_letter(column)
        rule = DataValidation(
            "list", formula1=formula, allow_blank=True, showErrorMessage=False, showInputMessage=True
        )
        rule.promptTitle, rule.prompt = (
            _(HEADINGS[column - 1].title)[:32],
            _(HEADINGS[column - 1].guide)[:250],
        )
        sheet.add_data_validation(rule)
        rule.add(f"{letter}3:{letter}{ROWS + 2}")
    numbers = DataValidation(
        "whole", operator="greaterThan", formula1="0", allow_blank=True, showErrorMessage=True,
        errorTitle=_("No."), error=_("Write a whole number, or leave the cell blank."),
    )  # fmt: skip
    sheet.add_data_validation(numbers)
    numbers.add(f"A3:A{ROWS + 2}")


def _bodies(sheet: Any) -> None:
    _head(sheet.cell(1, 1), N_("Name of the body"), False)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width = 30, 60
    sheet.row_dimensions[1].height = 26
    for row in range(2, 102):
        sheet.cell(row, 1).border = LINES
    note = sheet.cell(
        1,
        3,
        _(
            "List each body once, by the name that documents use; the drop-downs of the first sheet offer these names."
        ),
    )
    note.alignment, note.font = WRAPPED, Font(name=FONT, color="5F6B7A")
    _print(sheet)


def _guidance(sheet: Any) -> None:
    widths = 24, 10, 80, 32
    for letter, width in zip("ABCD", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    put_title(sheet, _("How to fill in the table"), 16, 32, 4, wrap=True)
    for column, title in enumerate(
        (N_("heading of the column"), N_("needed"), N_("what to write"), N_("example")), 1
    ):
        _head(sheet.cell(2, column), title, False)
    sheet.row_dimensions[2].height = 32
    for row, heading in enumerate(HEADINGS, 3):
        values = (
            _(heading.title),
            _("yes") if heading.required else "",
            _(heading.guide),
            _(heading.example),
        )
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.border, cell.alignment = LINES, WRAPPED if column > 2 else MIDDLE
            cell.font = PLAIN
        sheet.row_dimensions[row].height = 10 + height(values, widths)
    after = 4 + len(HEADINGS)
    advice = (
        N_("Leave no title, total or note between the tasks; a total below them is left out by itself."),
        N_("Delete columns that are not needed, and add columns of your own on the right."),
        N_(
            "Read the table: qplan plan from-table FILE --out FOLDER; what is uncertain is listed in questions.md."
        ),
        N_("A corrected table is read again with --update FOLDER; the tasks keep their ids."),
    )
    for row, line in enumerate(advice, after):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
        cell = sheet.cell(row, 1, f"{row - after + 1}. {_(line)}")
        cell.alignment, cell.font = WRAPPED, PLAIN
        sheet.row_dimensions[row].height = 24
    _print(sheet)
    sheet.page_setup.fitToHeight = 1


def _print(sheet: Any) -> None:
    set_page(sheet)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "&P / &N"
