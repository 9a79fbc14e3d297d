"""Where the heading of a table is, and what each column holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from qplan.core.names import shown
from qplan.errors import BadInput
from qplan.i18n import _, joined
from qplan.plan.questions import Question
from qplan.plan.tables.bodies import is_body, is_sign
from qplan.plan.tables.grid import Grid, column_name, text_of
from qplan.plan.tables.headings import MONEY, SYNONYMS, Heading, plain_heading, read_heading

#: Rows in which a heading is looked for.
_SEARCHED = 60
#: Rows that a heading takes at most.
_DEEPEST = 3
#: Fields of which a plan takes one column; of the others it takes several.
_ONE = SYNONYMS.keys() - {"lead", "support", "contact"}
_TEXTS = ("title", "content", "problem")
#: What a column may be headed that names tasks, though the heading is no known one: 名称, 考核指标, 工程.
_NAMES = re.compile("名|(?:指标|目标)(?!值|要求)|项目|工程|内容")
#: What ``--map`` may name besides the fields.
OWN, SKIP = "own", "skip"
#: The field of a column that is headed by a body and says which part it has in each task.
PARTY = "party"
MAPPED = (*SYNONYMS, OWN, SKIP)
#: Headings above others that say nothing of their own.
_GENERIC = {
    "基本情况", "基本信息", "责任分工", "其他", "其他信息", "其它", "任务信息", "项目信息", "分工", "情况",
}  # fmt: skip


class Use(NamedTuple):
    """A column: its place, its heading as people read it, the field it holds ("" for its own)."""

    column: int
    heading: str
    field: str
    stage: str = ""


class Layout(NamedTuple):
    """The heading and the columns of a table; ``top`` and ``body`` are its first rows."""

    grid: Grid
    top: int
    body: int
    uses: tuple[Use, ...]
    title_lines: tuple[str, ...]
    questions: tuple[Question, ...]

    def of(self, field: str) -> list[Use]:
        """The columns that hold a field."""
        return [use for use in self.uses if use.field == field]


def find_layout(
    grid: Grid,
    year: int,
    header_row: int | None = None,
    mapping: Mapping[str, str] | None = None,
    least: int = 2,
) -> Layout | None:
    """The layout of a grid; None where no row looks like a heading, which names ``least`` fields or more.

    ``header_row`` counts from 1 and names the heading's first row; ``mapping`` gives the field of
    headings (or letters of columns). BadInput for a row that is not there.
    """
    wanted = {plain_heading(name): field for name, field in (mapping or {}).items()}
    row = _heading_row(grid, year, wanted, least) if header_row is None else header_row - 1
    if row is None:
        return None
    if not 0 <= row < len(grid.rows):
        raise BadInput(
            _("Row {n} is not in the table, which has {rows} rows"), n=row + 1, rows=len(grid.rows)
        )
    top, bottom = _extent(grid, row, fixed=header_row is not None)
    uses, questions = _uses(grid, top, bottom, year, wanted)
    uses, more = _texts(grid, bottom + 1, uses)
    return Layout(grid, top, bottom + 1, tuple(uses), _title_lines(grid, top), (*questions, *more))


def first_texts(grid: Grid) -> tuple[int, list[str]] | None:
    """The first row of several short, different texts, and these: the likeliest heading where no word of it is known."""
    for row, values in enumerate(grid.rows[:_SEARCHED]):
        texts = [value for value in values if value is not None]
        short = [value for value in texts if isinstance(value, str) and len(value) <= 24]
        if len(texts) == len(short) == len(set(short)) > 1:
            return row, short
    return None


def _heading_row(grid: Grid, year: int, wanted: Mapping[str, str], least: int) -> int | None:
    likely = first_texts(grid) if least == 1 else None
    if likely:
        return likely[0] if _score(grid, likely[0], year, wanted, least) else None
    scores = [_score(grid, row, year, wanted, least) for row in range(min(len(grid.rows), _SEARCHED))]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _score(grid: Grid, row: int, year: int, wanted: Mapping[str, str], least: int) -> int:
    """How many different fields a row's texts name, 0 where it is no heading."""
    texts = [value for value in grid.rows[row] if isinstance(value, str) and len(value) <= 40]
    fields = {
        wanted.get(plain_heading(text)) or heading.field
        for text in texts
        if (heading := read_heading(text, year)).sure or plain_heading(text) in wanted
    } - {"", "stage"}
    named = fields & {*_TEXTS, "lead", "deadline", *(("no",) if least == 1 else ())}
    return len(fields) if len(fields) >= least and named else 0


def _extent(grid: Grid, row: int, fixed: bool) -> tuple[int, int]:
    """The first and last row of a heading that may take up to three rows."""
    top = bottom = row
    while bottom - row < _DEEPEST - 1 and _is_second(grid, bottom + 1, bottom):
        bottom += 1
    while not fixed and top > 0 and bottom - top < _DEEPEST - 1 and _is_second(grid, top, top - 1):
        top -= 1
    bottom = max(bottom, _merged_down(grid, top, bottom))
    if bottom > top:
        return top, bottom
    last = max(
        (area.bottom for (r, _c), area in grid.merges.items() if r == row and area.top == row), default=row
    )
    full = all(grid.merges.get((row, c)) is not None for c, v in enumerate(grid.rows[row]) if v is not None)
    return row, last if full else row


def _merged_down(grid: Grid, top: int, bottom: int) -> int:
    """The last row of a heading whose cells of one column are merged downwards, where only short texts stand below."""
    ends = [
        area.bottom
        for area in grid.merges.values()
        if area.top == top and area.left == area.right and top < area.bottom < top + _DEEPEST
    ]
    last = max(ends, default=bottom)
    below = [value for row in grid.rows[top : last + 1] for value in row if value is not None]
    heads = all(isinstance(value, str) and len(value) <= 24 for value in below)
    return last if len(ends) >= 2 and heads else bottom


def _is_second(grid: Grid, row: int, above: int) -> bool:
    """Whether a row divides the headings of the one above it: each of its texts is below a wider heading."""
    if not 0 <= above < row < len(grid.rows):
        return False
    texts = [(c, text_of(v)) for c, v in enumerate(grid.rows[row]) if v is not None]
    over = [c for c, v in enumerate(grid.rows[above]) if v is not None]
    if not texts or len(over) < 2 or any(len(text) > 24 for _c, text in texts):
        return False
    divided = 0
    for column, _text in texts:
        area = grid.merges.get((above, column))
        if area and area.right > area.left:
            divided += 1
        elif grid.value(above, column) is None:
            divided += 1 if _left_parent(grid, above, column) is not None else 0
        elif grid.value(above, column + 1) is not None or column + 1 >= grid.width:
            return False
    return divided >= len(texts) / 2


def _left_parent(grid: Grid, row: int, column: int) -> str | None:
    """The heading to the left that a cell without one belongs to, where merges were lost (CSV)."""
    area = grid.merges.get((row, column))
    if area is not None:
        return text_of(grid.value(area.top, area.left)) or None
    while column > 0:
        column -= 1
        value = grid.value(row, column)
        if value is not None:
            return text_of(value)
    return None


def _labels(grid: Grid, top: int, bottom: int, column: int) -> list[str]:
    """The texts of a column's heading from top to bottom, none twice."""
    labels: list[str] = []
    for row in range(top, bottom + 1):
        text = text_of(grid.merged_value(row, column))
        if not text and row < bottom and grid.value(bottom, column) is not None:
            text = _left_parent(grid, row, column) or ""
        if text and (not labels or plain_heading(labels[-1]) != plain_heading(text)):
            labels.append(text)
    return labels


def _uses(
    grid: Grid, top: int, bottom: int, year: int, wanted: Mapping[str, str]
) -> tuple[list[Use], list[Question]]:
    read: list[tuple[int, str, Heading]] = []
    used: set[str] = set()
    for column in range(grid.width):
        labels = _labels(grid, top, bottom, column)
        text = _joined_label(labels)
        given = next(
            (name for name in (plain_heading(text), plain_heading(column_name(column))) if name in wanted), ""
        )
        if given:
            used.add(given)
            field = wanted[given]
            read.append((column, text, Heading("" if field == OWN else field)))
        elif labels or any(column < len(row) and row[column] is not None for row in grid.rows[bottom + 1 :]):
            read.append((column, text or column_name(column), _of_labels(labels, year)))
    read = _parties(grid, bottom, read)
    missing = wanted.keys() - used
    if missing:
        raise BadInput(
            _("No column is headed “{}”; the headings are: {}").format(
                shown(joined(sorted(missing))), joined(shown(text) for _c, text, _h in read)
            )
        )
    return _one_of_each(grid, bottom, read)


def _parties(grid: Grid, bottom: int, read: list[tuple[int, str, Heading]]) -> list[tuple[int, str, Heading]]:
    """The columns; those that have signs of a body's part below hold a party, where two of their headings name bodies."""
    found: set[int] = set()
    bodies = 0
    for column, name, heading in read:
        texts = [text for row in range(bottom + 1, len(grid.rows)) if (text := grid.text(row, column))]
        has_sign = any(map(is_sign, texts))
        all_fit = all(is_sign(text) or text.isdecimal() for text in texts)
        if heading.field in ("", "lead", "support") and all_fit and (has_sign or heading.field):
            found.add(column)
            bodies += has_sign and bool(heading.field or is_body(name))
    if bodies < 2:
        return read
    return [(column, text.split()[-1], Heading(PARTY)) if column in found else (column, text, heading) for column, text, heading in read]  # fmt: skip


def _joined_label(labels: list[str]) -> str:
    parts = [" ".join(label.split()) if label.isascii() else "".join(label.split()) for label in labels]
    return " ".join(part for part in parts if part not in _GENERIC or len(parts) == 1)


def _of_labels(labels: list[str], year: int) -> Heading:
    if not labels:
        return Heading("")
    last = read_heading(labels[-1], year)
    if len(labels) == 1:
        return last
    whole = read_heading("".join(labels), year)
    if last.field == "stage":
        above = read_heading(labels[0], year)
        return (
            last
            if above.field in ("", "content", "stage")
            and whole.field in ("", "stage", "content")
            and not MONEY.search(labels[0])
            else Heading("")
        )
    if last.field and last.sure:
        return last
    return whole if whole.field else last


def _one_of_each(
    grid: Grid, row: int, read: list[tuple[int, str, Heading]]
) -> tuple[list[Use], list[Question]]:
    """The use of each column: the surest heading has the field, another one stays a column of its own."""
    questions: list[Question] = []
    leads = [heading.like for _c, _t, heading in read if heading.field == "lead"]
    taken: set[str] = set()
    uses: dict[int, Use] = {}
    for column, text, heading in sorted(read, key=lambda one: (not one[2].sure, one[0])):
        field, cell = heading.field, grid.address(row, column)
        if field == "lead" and len(leads) > 1 and heading.like not in ("", *_first_leads(leads)):
            field = "support"
            questions.append(Question(
                cell,
                _("beside the leads' column, “{}” is read as the supporting bodies").format(shown(text)),
                _("if they lead too: --map {}=lead").format(shown(text)),
            ))  # fmt: skip
        elif field in _ONE and field in taken:
            questions.append(Question(
                cell,
                _("“{}” is a second column of the same kind and is kept as a column of its own").format(shown(text)),
                _("to read it instead: --map {}={}").format(shown(text), field),
            ))  # fmt: skip
            field = ""
        elif not heading.sure:
            questions.append(Question(
                cell,
                _("the heading “{}” is read as {}").format(shown(text), heading.like),
                _("if it is something else: --map {}=own").format(shown(text)),
            ))  # fmt: skip
        taken.add(field)
        uses[column] = Use(column, text, field, heading.stage if field == "stage" else "")
    return [uses[column] for column in sorted(uses)], questions


def _first_leads(leads: list[str]) -> list[str]:
    """The headings that mean the lead where several might: 牵头单位 before 责任单位."""
    first = [like for like in leads if like.startswith(("牵头", "主办", "主责", "lead"))]
    return first or leads[:1]


def _texts(grid: Grid, body: int, uses: list[Use]) -> tuple[list[Use], list[Question]]:
    """Decide which column is the title where the task's text is in several, or in none that is known."""
    by_field = {use.field: use for use in uses if use.field in _TEXTS}
    questions: list[Question] = []
    change: dict[int, str] = {}
    title, content, problem = (by_field.get(name) for name in _TEXTS)
    if title and content and _repeats(grid, body, title.column):
        grouped = any(use.field == "group" for use in uses)
        change = {title.column: "group2" if grouped else "group", content.column: "title"}
        questions.append(
            _asked(
                grid, body, title, _("“{}” covers several rows each; it is read as a group of tasks"), "title"
            )
        )
    elif title and problem:
        change = {problem.column: ""}
    elif problem and content:
        change = {problem.column: "title"}
        questions.append(
            _asked(grid, body, problem, _("“{}” is read as the title, the measure as its content"), "own")
        )
    elif not title and (content or problem):
        change = {(content or problem or uses[0]).column: "title"}
    elif not title:
        longest = _longest(grid, body, [use for use in uses if use.field == ""])
        if longest:
            change = {longest.column: "title"}
            questions.append(
                _asked(grid, body, longest, _("no heading names the task; “{}” is read as its title"), "own")
            )
    return [use._replace(field=change.get(use.column, use.field)) for use in uses], questions


def _asked(grid: Grid, body: int, use: Use, what: str, other: str) -> Question:
    hint = _("if it is something else: --map {}={}").format(shown(use.heading), other)
    return Question(grid.address(body - 1, use.column), what.format(shown(use.heading)), hint)


def _repeats(grid: Grid, body: int, column: int) -> bool:
    """Whether a text of the column stands for several rows: merged, repeated, or blank below the first."""
    rows = [row for row in range(body, len(grid.rows)) if any(value is not None for value in grid.rows[row])]
    texts = [text_of(grid.value(row, column)) for row in rows]
    if any(
        (area := grid.merges.get((row, column))) and area.bottom > area.top and area.left == area.right
        for row in rows
    ):
        return True
    given = [text for text in texts if text]
    return len(given) >= 2 and (len(set(given)) <= len(given) * 0.7 or len(given) <= len(rows) * 0.5)


def _longest(grid: Grid, body: int, uses: list[Use]) -> Use | None:
    """The column that is headed as one of names or goals, else the one with most text; figures are none."""

    def length(use: Use) -> tuple[bool, int]:
        texts = (grid.text(row, use.column) for row in range(body, len(grid.rows)))
        return bool(_NAMES.search(use.heading)), sum(map(str.isalpha, "".join(texts)))

    return max(uses, key=length, default=None)


def _title_lines(grid: Grid, top: int) -> tuple[str, ...]:
    """The lines above the heading: titles, units, the day of the table."""
    lines = list(grid.before)
    for row in range(top):
        texts = dict.fromkeys(text_of(value) for value in grid.rows[row] if value is not None)
        lines += [" ".join(text.split()) for text in texts if text]
    return tuple(lines)
