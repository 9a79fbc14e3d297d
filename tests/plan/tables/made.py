"""Tables as offices write them, made with what they mean beside them."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

LEAD = [
    "区财政局",
    "区水利局",
    "区民政局",
    "区商务局",
    "区市场监管局",
    "区住房城乡建设局",
    "区农业农村局",
    "区卫生健康局",
]
GROUPS = ["一、产业提质", "二、民生保障", "三、生态环境"]
#: Words of a deadline in a table of 2024 -> the day, ongoing, immediate, or what repeats.
WORDS = {
    "2024年6月底前": "2024-06-30", "6月底": "2024-06-30", "二季度": "2024-06-30", "第三季度": "2024-09-30",
    "上半年": "2024-06-30", "年底前": "2024-12-31", "年内": "2024-12-31", "全年": "2024-12-31",
    "2024.6.30": "2024-06-30", "长期坚持": "ongoing", "持续推进": "ongoing", "立行立改": "immediate", "每月": "repeats:month",
    "每季度末": "repeats:quarter", "6月动工、12月投入使用": "2024-12-31", "2024年6月，持续跟踪": "2024-06-30",
    "2024年2月": "2024-02-29", "四季度末": "2024-12-31",
}  # fmt: skip
#: Of those, what cannot be read without a doubt.
DOUBTED = {"全年", "6月动工、12月投入使用", "2024年6月，持续跟踪"}


class Row(NamedTuple):
    """What one row says, and what it means."""

    no: int
    group: str
    title: str
    lead: str
    leads: tuple[str, ...]
    support: str
    supports: tuple[str, ...]
    deadline: Any
    due: str
    money: Any

    @property
    def joint(self) -> bool:
        return len(self.leads) > 1

    @property
    def doubted(self) -> bool:
        return self.deadline in DOUBTED


def rows(count: int = 126, joint: int = 13, worded: int = 36) -> list[Row]:
    """So many rows, the first of them with joint leads, the last with deadlines in words."""
    words = list(WORDS)
    marks = ["、", "，", "；", "\n"]
    made = []
    for n in range(1, count + 1):
        leads = tuple(LEAD[(n + k) % len(LEAD)] for k in range(1 + (n <= joint) * (1 + n % 2)))
        supports = tuple(LEAD[(n + 3 + k) % len(LEAD)] for k in range(n % 3))
        supports = tuple(name for name in supports if name not in leads)
        if n > count - worded:
            deadline: Any = words[n % len(words)]
            due = WORDS[deadline]
        else:
            day = date(2024, 1 + n % 12, 1 + n % 28)
            forms = [
                day,
                f"{day.year}/{day.month}/{day.day}",
                day.isoformat(),
                (day - date(1899, 12, 30)).days,
            ]
            deadline, due = forms[n % len(forms)], day.isoformat()
        money = [n * 10, f"{n * 1000:,}.5", float(n) + 0.25][n % 3]
        made.append(
            Row(
                n, GROUPS[(n - 1) * len(GROUPS) // count], f"建设示范点{n}处，\n通过验收" if n % 9 == 0 else f"建设示范点{n}处",
                marks[n % 4].join(leads), leads, "、".join(supports) or ["", "/", "无"][n % 3], supports, deadline, due, money,
            )
        )  # fmt: skip
    return made


HEADINGS = ("序 号", "类别", "重点任务", "牵头\n单位", "配合单位", "完成时限", "总投资（万元）")


def workbook(path: Path, made: list[Row], *, two_rows: bool = False) -> Path:
    """A sheet with a merged title, a blank row, merged groups, a blank row between, a total and a note."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "分工表"
    sheet["A1"] = "2024年重点工作任务分工表"
    sheet.merge_cells("A1:G1")
    top = 3
    if two_rows:
        for column, heading in enumerate(HEADINGS, 1):
            if column in (4, 5):
                sheet.cell(top + 1, column, heading)
                continue
            sheet.cell(top, column, heading)
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
        sheet.cell(top, 4, "责任分工")
        sheet.merge_cells(start_row=top, end_row=top, start_column=4, end_column=5)
        top += 1
    else:
        for column, heading in enumerate(HEADINGS, 1):
            sheet.cell(top, column, heading)
    at, begun, group = top + 1, top + 1, None
    for row in made:
        if row.group != group:
            if group is not None:
                _merge(sheet, begun, at - 1)
                at += 1  # a blank row between
            group, begun = row.group, at
            sheet.cell(at, 2, row.group)
        for column, value in (
            (1, row.no),
            (3, row.title),
            (4, row.lead),
            (5, row.support),
            (6, row.deadline),
            (7, row.money),
        ):
            sheet.cell(at, column, value if value != "" else None)
        at += 1
    _merge(sheet, begun, at - 1)
    sheet.cell(at, 1, "合 计")
    sheet.cell(at, 7, "=SUM(G4:G200)")
    sheet.cell(at + 1, 1, "备注：各单位每月25日前报送进展情况。")
    book.save(path)
    return path


def _merge(sheet: Any, first: int, last: int) -> None:
    if last > first:
        sheet.merge_cells(start_row=first, end_row=last, start_column=2, end_column=2)


def document(path: Path, made: list[Row]) -> Path:
    """A Word document: a title, a table with groups merged downwards, a note."""
    import docx

    paper = docx.Document()
    paper.add_paragraph("2024年重点工作任务分工表")
    table = paper.add_table(rows=len(made) + 1, cols=len(HEADINGS))
    grid = [row.cells for row in table.rows]
    for cell, heading in zip(grid[0], HEADINGS, strict=True):
        cell.text = heading
    first: dict[str, Any] = {}
    for cells, row in zip(grid[1:], made, strict=True):
        values = (str(row.no), "", row.title, row.lead, row.support, _text(row.deadline), str(row.money))
        for cell, value in zip(cells, values, strict=True):
            cell.text = value
        first[row.group] = first[row.group].merge(cells[1]) if row.group in first else cells[1]
    for group, cell in first.items():
        cell.text = group
    paper.add_paragraph("注：请各单位抓好落实。")
    paper.save(path)
    return path


def delimited(path: Path, made: list[Row], encoding: str = "gbk", mark: str = ",") -> Path:
    """A CSV file as Excel saves it: the values of merged cells stand in the first row only."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark)
    writer.writerow(["2024年重点工作任务分工表"] + [""] * 6)
    writer.writerow([])
    writer.writerow(HEADINGS)
    group = None
    for row in made:
        writer.writerow(
            [
                row.no,
                "" if row.group == group else row.group,
                row.title,
                row.lead,
                row.support,
                _text(row.deadline),
                row.money,
            ]
        )
        group = row.group
    writer.writerow(["合计"] + [""] * 6)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
