"""One awkward view: every kind of text that has broken a table somewhere."""

from qplan.core.model import Head
from qplan.views import DATE, DECIMAL, ID, INTEGER, LIGHT, PERCENT, STATUS, Column, Table, View

COLUMNS = (
    Column("id", "编号", ID),
    Column("title", "任务"),
    Column("lead", "牵头单位"),
    Column("deadline", "期限", DATE),
    Column("status", "状态", STATUS),
    Column("progress", "进度", PERCENT),
    Column("light", "亮灯", LIGHT),
    Column("overdue", "逾期天数", INTEGER, 1),
    Column("value", "数值", DECIMAL, 2),
    Column("note", "进展", rank=3),
)
LONG_TITLE = "开展农产品质量安全提升行动，健全“从田间到餐桌”全过程监管体系（含检验检测、追溯管理）；完善食品安全责任约谈制度。"
AWKWARD = (
    "plain",
    None,
    "line one\nline two\r\nline three",
    "a|b `code` *star* _under_ \\",
    '=HYPERLINK("http://example.com")',
    "-5",
    "-5+cmd|' /C calc'!A0",
    "＝1+1",
    "@SUM(A1)",
    "\tstarts with a tab",
    "[red]not red[/red] [/nope]",
    "\x1b[31mred\x1b[0m \x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\ \x9b2J",
    "<script>alert('x')</script> & <b>",
    "start \u202efdp.exe\u202c end",
    "zero\u200bwidth\ufeff\u00ad joined",
    "combining e\u0301, emoji \U0001f44d, heart \u2764\ufe0f",
    "AVeryLongLatinWordThatCannotBeBrokenAnywhereAtAllButMustBeFoldedSomewhere",
    "lone \ud800 surrogate",
)


def rows():
    lights = ["red", "yellow", "blue", "green", "grey", None]
    states = ["assigned", "active", "blocked", "submitted", "closed", "terminated"]
    for number, text in enumerate(AWKWARD):
        yield (
            f"T2.{number + 1}",
            ("  " if number % 2 else "") + LONG_TITLE[number * 3 :],
            ["市场监管局", "scjg", None][number % 3],
            "2025-12-31" if number % 4 else None,
            states[number % 6],
            [0, 40, 100, None][number % 4],
            lights[number % 6],
            [None, 1, 1234][number % 3],
            ["96.20", "3.10", None, "1e5"][number % 4],
            text,
        )


def payload():
    fields = [column.key for column in COLUMNS]
    return {"items": [dict(zip(fields, row, strict=True)) for row in rows()], "none": []}


def view(**changes):
    base = View(
        kind="awkward",
        title="逾期清单 <2025-W26>",
        tables=(
            Table("tasks", "任务一览", COLUMNS, list(rows())),
            Table("facts", "概况", (Column("name", "项目"), Column("value", "内容")), FACTS, facts=True),
            Table("none", "空表", COLUMNS[:2], [], empty="没有逾期任务。"),
        ),
        payload=payload,
        as_of="2025-06-30",
        head=Head("l-1", 7, "ab" * 32),
        lead=("共 18 项，逾期 6 项。", "[bold]not bold[/bold] \x1b[2J"),
        notes=("2026 年的调休安排尚未公布，按周一至周五计算工作日。",),
    )
    return base._replace(**changes)


FACTS = [("编号", "T2.1.2"), ("说明", LONG_TITLE + LONG_TITLE), ("空", None), ("标记", "[/x] <i> | =1")]
