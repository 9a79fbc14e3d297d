"""The rows of a table -> what each says of a task; totals, notes and headings of groups by themselves."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from qplan.core.deadlines import Deadline, Step, from_number, parse_deadline
from qplan.core.names import says_nothing, shown
from qplan.i18n import _, joined
from qplan.plan.questions import Question
from qplan.plan.tables.bodies import (
    Bodies,
    Shares,
    is_sign,
    is_town,
    named_alone,
    parts_of_signs,
    persons_of,
    pieces,
    shares_in_columns,
    shares_of,
    shares_within,
    split_bodies,
)
from qplan.plan.tables.grid import Value, text_of
from qplan.plan.tables.headings import REPORTS, SYNONYMS
from qplan.plan.tables.layout import PARTY, SKIP, Layout, Use

_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|total|subtotal|sum)(?:[:：(（].*)?$", re.I)
_NOTE = re.compile(
    r"^[*※]?\s*(?:备\s*注|附\s*注|注\s*意|注|说\s*明|填表说明|填报说明|填报人|填表人|填报单位|制表|审核|审核人|联系人|报送|单位负责人|note|remark)s?\s*\d*\s*[:：]",
    re.I,
)
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十]+(?:部分|类|章)?|[IVX]+[.、])"
)
#: A figure by itself: the sum of a group beside its name.
_SUM = re.compile(r"-?[\d,，]+(?:\.\d+)?%?")
_SAME = {"〃", "″", "同上", '"', "””", "''"}


class TableRow(NamedTuple):
    """What one row says. ``cells`` names the cell of each field, for questions about it."""

    sheet: str
    row: int  #: as the sheet counts, from 1
    no: int | str | None
    groups: tuple[str, ...]
    title: str
    content: str
    leads: tuple[str, ...]
    support: tuple[str, ...]
    deadline: Deadline
    deadline_text: str
    leader: str
    owner: str
    contact: str
    verifier: str
    remark: str
    own: dict[str, Value]  #: heading -> value
    stages: tuple[Step, ...]  #: by the periods that the headings of columns name
    shares: Shares
    cells: dict[str, str]


class RowReader:
    """One pass over the rows of a table; the group and the cells above are what a row may refer to."""

    def __init__(self, layout: Layout, year: int) -> None:
        self.layout, self.grid, self.year = layout, layout.grid, year
        self.rows: list[TableRow] = []
        self.left_out: list[tuple[str, str]] = []  #: cell and text of lines that are no tasks
        self.questions: list[Question] = []
        self.section: str = ""
        self.above: dict[int, str] = {}  #: column of a group -> its last text
        self.heading = self._row_texts(layout.body - 1)
        towns = [use for use in layout.uses if not use.field and is_town(use.heading)]
        self.towns = towns if len(towns) > 1 else []  #: columns that give the share of a town each
        self.named = self._names()
        self.parts = self._parts()
        self.lead = "" if layout.of("lead") or self.parts else self._lead_of_all()

    def read(self) -> None:
        """Take in every row below the heading, as a task or as a line that is none."""
        for row in range(self.layout.body, len(self.grid.rows)):
            texts = self._row_texts(row)
            if not texts or texts == self.heading:
                continue
            first = next(iter(texts.values()))
            if self._is_total(texts, first) or (_NOTE.match(first) and self._stands_alone(texts)):
                self._leave_out(row, texts)
            elif self._is_section(row, texts, first):
                self.section = first
                self.above.clear()
            else:
                self._task(row, texts)
        self._trailing_notes()

    def _names(self) -> frozenset[str]:
        """What stands between separators in the columns of bodies."""
        uses = (*self.layout.of("lead"), *self.layout.of("support"))
        rows = range(self.layout.body, len(self.grid.rows))
        return frozenset(name for use in uses for row in rows for name in pieces(self._text(row, use)))

    def _parts(self) -> dict[str, str]:
        """The part that each sign means in columns that are headed by a body each; asked about without a legend."""
        rows, uses = range(self.layout.body, len(self.grid.rows)), self.layout.of(PARTY)
        signs = {text for use in uses for row in rows if is_sign(text := self._text(row, use))}
        parts, sure = parts_of_signs(signs, (text_of(value) for row in self.grid.rows for value in row))
        if not sure:
            what = _("the columns of bodies have signs: {} read as lead, {} as supporting")
            named = [
                joined(sorted(one for one in signs if parts[one] == part)) or "—"
                for part in ("lead", "support")
            ]
            self._ask(
                self.grid.address(self.layout.body - 1, uses[0].column),
                what.format(*named),
                _("if they mean something else, say so in a note below the table: ★为牵头单位，△为配合单位"),
            )
        return parts

    def _lead_of_all(self) -> str:
        """The body that the sheet's name or a line above the table names, where no column names who leads."""
        lines = (self.grid.sheet, *reversed(self.grid.before), *reversed(self.layout.title_lines))
        name = next(filter(None, map(named_alone, lines)), "")
        if name:
            what = _("no column names who leads; the name of the sheet or the line above it does: {}")
            hint = _("if it does not lead these tasks, add a column of leads")
            self._ask(self.grid.address(max(0, self.layout.body - 1), 0), what.format(shown(name)), hint)
        return name

    # -- what kind of line a row is

    def _row_texts(self, row: int) -> dict[int, str]:
        """Column -> text of the cells that a row shows itself; a merged area counts where it begins."""
        cells = self.grid.rows[row] if 0 <= row < len(self.grid.rows) else []
        return {column: text for column, value in enumerate(cells) if (text := text_of(value))}

    def _is_total(self, texts: dict[int, str], first: str) -> bool:
        return bool(_TOTAL.match(first)) and not self._has(texts, "lead")

    def _stands_alone(self, texts: dict[int, str]) -> bool:
        return len(texts) == 1 or not (self._has(texts, "title") and self._has(texts, "lead"))

    def _has(self, texts: dict[int, str], field: str) -> bool:
        return any(use.column in texts for use in self.layout.of(field))

    def _is_section(self, row: int, texts: dict[int, str], first: str) -> bool:
        """Whether a row only names the group of those below it: one text, numbered, merged or not a title.

        Sums of the group may stand beside its name.
        """
        if _SECTION.match(first):
            texts = {column: text for column, text in texts.items() if not _SUM.fullmatch(text)}
        if len(texts) != 1:
            return False
        column = next(iter(texts))
        area = self.grid.merges.get((row, column))
        wide = area is not None and area.right - area.left >= max(1, self.grid.width // 2)
        return (
            wide
            or bool(_SECTION.match(first))
            or (
                column not in {use.column for use in self.layout.of("title")}
                and not self._filled(row, "title")
            )
        )

    def _filled(self, row: int, field: str) -> bool:
        return any(self._text(row, use) for use in self.layout.of(field))

    def _leave_out(self, row: int, texts: dict[int, str]) -> None:
        column = next(iter(texts))
        self.left_out.append((self.grid.address(row, column), " ".join(" ".join(texts.values()).split())))

    def _trailing_notes(self) -> None:
        """A last line with a single long text and nothing else is a note, not a task."""
        while self.rows and self.layout.of("lead"):
            last = self.rows[-1]
            named = [last.leads, last.support, last.deadline_text, last.own, last.no, last.owner]
            if any(named) or len(self.rows) == 1 or not re.search(r"[。；;]$|[:：]", last.title):
                return
            self.rows.pop()
            self.left_out.insert(0, (last.cells["title"], last.title))
            self.questions = [one for one in self.questions if one.place != last.cells["title"]]
            self._ask(
                last.cells["title"],
                _("this last line is read as a note, not as a task"),
                _("give it a number or a lead if it is a task"),
            )

    # -- the cells of a task

    def _text(self, row: int, use: Use) -> str:
        return text_of(self._value(row, use))

    def _value(self, row: int, use: Use) -> Value:
        """The value of a cell; of a merged area that reaches down, the area's."""
        area = self.grid.merges.get((row, use.column))
        return None if area and area.left != use.column else self.grid.merged_value(row, use.column)

    def _texts(self, row: int, field: str) -> list[str]:
        texts = []
        for use in self.layout.of(field):
            text = self._text(row, use)
            if text in _SAME and self.rows:
                text = self.above.get(use.column, "")
            if text:
                self.above[use.column] = text
                texts.append(text)
        return texts

    def _one(self, row: int, field: str) -> str:
        return "、".join(_flat(text) for text in self._texts(row, field) if not says_nothing(text))

    def _cell(self, row: int, field: str) -> str:
        use = next(iter(self.layout.of(field)), None)
        return self.grid.address(row, use.column if use else 0)

    def _cells(self, row: int) -> dict[str, str]:
        named = {
            field: self._cell(row, field)
            for field in ("no", "title", "lead", "support", "verifier", "deadline")
        }
        own = {
            f"own:{use.heading}": self.grid.address(row, use.column)
            for use in self.layout.uses
            if use.field not in _TAKEN
        }
        return {**named, **own}

    def _ask(self, cell: str, what: str, hint: str) -> None:
        self.questions.append(Question(cell, what, hint))

    def _task(self, row: int, texts: dict[int, str]) -> None:
        title = _flat(" ".join(self._texts(row, "title")))
        if not title:
            self._no_title(row, texts)
            title = _flat(" ".join(texts.values()))
        leads, support, shares, persons = self._bodies(row)
        deadline, words = self._deadline(row)
        self.rows.append(
            TableRow(
                self.grid.sheet, row + 1, self._no(row), self._groups(row), title,
                "\n".join(self._texts(row, "content")), leads, support, deadline, words,
                self._one(row, "leader"), self._one(row, "owner") or "、".join(persons), self._one(row, "contact"),
                self._one(row, "verifier"), "\n".join(self._texts(row, "remark")), self._own(row), self._stages(row),
                shares, self._cells(row),
            )
        )  # fmt: skip

    def _no_title(self, row: int, texts: dict[int, str]) -> None:
        cell = self.grid.address(row, next(iter(texts)))
        self._ask(
            cell,
            _("row {} has no title; its texts are joined to one").format(row + 1),
            _("fill in the title, or delete the row"),
        )

    def _no(self, row: int) -> int | str | None:
        use = next(iter(self.layout.of("no")), None)
        text = self._text(row, use) if use else ""
        plain = unicodedata.normalize("NFKC", text).strip(" .、()")
        if re.fullmatch(r"\d{1,6}", plain):
            return int(plain)
        return text or None

    def _groups(self, row: int) -> tuple[str, ...]:
        """The section of the row and its groups; a blank cell of a group continues the one above."""
        path = [self.section] if self.section else []
        for field in ("group", "group2"):
            for use in self.layout.of(field):
                text = _flat(self._text(row, use))
                if text and text not in _SAME:
                    if self.above.get(use.column) != text and field == "group":
                        self.above = {
                            column: kept for column, kept in self.above.items() if column == use.column
                        }
                    self.above[use.column] = text
                if self.above.get(use.column):
                    path.append(self.above[use.column])
        return tuple(dict.fromkeys(path))

    def _bodies(self, row: int) -> tuple[tuple[str, ...], tuple[str, ...], Shares, list[str]]:
        """Leads and supporting bodies, the shares of those that have one each, and the persons beside them."""
        leads: list[str] = []
        support: list[str] = []
        persons: list[str] = []
        shares = self._shares_in_text(row)
        for field in ("lead", "support"):
            for use in self.layout.of(field):
                text = self._text(row, use)
                if text in _SAME:
                    text = self.above.get(use.column, "")
                self.above[use.column] = text or self.above.get(use.column, "")
                given = shares_of(text)
                if given is not None:
                    shares = given
                    self._ask_shares(self.grid.address(row, use.column), given)
                    continue
                text, beside = persons_of(text, use.heading)
                persons += beside
                found = split_bodies(text, field, self.named)
                leads += found.leads
                support += found.support
                self._ask_bodies(self.grid.address(row, use.column), found)
        for use in self.layout.of(PARTY):
            part = self.parts.get(self._text(row, use))
            if part:
                (leads if part == "lead" else support).append(_flat(use.heading))
        leads = leads or ([self.lead] if self.lead else [])
        if not leads and not shares.figures:
            self._ask(
                self._cell(row, "lead"),
                _("no body leads this task"),
                _("name one in the table, or `lead` in the plan"),
            )
        first = tuple(dict.fromkeys(leads))
        return first, tuple(name for name in dict.fromkeys(support) if name not in first), shares, persons

    def _shares_in_text(self, row: int) -> Shares:
        """The shares that the task's own text lists, town by town."""
        for field in ("content", "title"):
            for use in self.layout.of(field):
                shares = shares_within(self._text(row, use))
                if shares is not None:
                    self._ask_shares(self.grid.address(row, use.column), shares)
                    return shares
        figures = [(_flat(use.heading), self._text(row, use)) for use in self.towns]
        shares = shares_in_columns(figures, self._one(row, "title"))
        if shares.figures:
            self._ask_shares(self.grid.address(row, self.towns[0].column), shares)
        return shares

    def _ask_shares(self, cell: str, shares: Shares) -> None:
        what = _("each of these bodies has a share, and becomes a subtask: {}").format(
            joined(f"{shown(name)} {figure}{shares.unit}" for name, figure in shares.figures)
        )
        self._ask(cell, what, _("if they are no shares of one task, correct `each` in the plan"))

    def _ask_bodies(self, cell: str, found: Bodies) -> None:
        hint = _("where the first leads and the others help, move them to the supporting bodies")
        other = _("name the bodies in the table, or in the plan's YAML")
        for message, words in found.doubts:
            self._ask(cell, _(message).format(shown(words)), other if words else hint)

    def _deadline(self, row: int) -> tuple[Deadline, str]:
        use = next(iter(self.layout.of("deadline")), None)
        if use is None:
            return Deadline(), ""
        value = self.grid.merged_value(row, use.column)
        text = text_of(value)
        if text in _SAME:
            text = value = self.above.get(use.column, "")
        if text:
            self.above[use.column] = text
        meant = read_deadline(value, self.year)
        cell = self.grid.address(row, use.column)
        if meant.doubt:
            self._ask(
                cell,
                _(meant.doubt).format(shown(" ".join(meant.about.split()))),
                _("write the day, or change `deadline` in the plan"),
            )
        elif isinstance(value, date) and value.day == 1 and not self.grid.formats:
            self._ask(
                cell,
                _("this may be a month of which the file keeps the first day; it is read as that day"),
                _("save the table as .xlsx, or write the day"),
            )
        elif meant == Deadline():
            self._ask(
                cell,
                _("no deadline is given; the task is never late"),
                _("write one in the table, or `deadline` in the plan"),
            )
        return meant, " ".join(text.split())

    def _own(self, row: int) -> dict[str, Value]:
        """The values of columns that are the plan's own, and of reports on the work, by their headings."""
        found: dict[str, Value] = {}
        for use in self.layout.uses:
            if use.field in _TAKEN or use in self.towns:
                continue
            value = self._value(row, use)
            if value is not None and text_of(value):
                name, number = use.heading, 2
                while name in found:
                    name, number = f"{use.heading} {number}", number + 1
                found[name] = value.strip() if isinstance(value, str) else value
        return found

    def _stages(self, row: int) -> tuple[Step, ...]:
        return tuple(
            Step(_flat(text), use.stage)
            for use in self.layout.of("stage")
            if not says_nothing(text := self._text(row, use))
        )


#: Fields that a row carries by name; the columns of all others are kept by their headings.
_TAKEN = {*SYNONYMS, "group2", "stage", SKIP, PARTY} - {"problem", *REPORTS}


def read_deadline(value: Value, year: int) -> Deadline:
    """The deadline that a cell holds, as a day, a number or in words."""
    if isinstance(value, date):
        return Deadline(value.isoformat())
    if isinstance(value, (int, float)):
        return from_number(value, year)
    text = text_of(value)
    if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{1,2}", text):  # a number that was stored as text
        return from_number(float(text), year)
    return parse_deadline(re.sub(r" \d\d:\d\d:\d\d(?:\.\d+)?$", "", text), year)


def _flat(text: str) -> str:
    """A text on one line; Chinese needs no blank where a line was broken."""
    lines = [line.strip() for line in re.split(r"[\r\n\v\u2028]+", text) if line.strip()]
    flat = ""
    for line in lines:
        apart = flat and flat[-1].isascii() and line[0].isascii()
        flat += (" " if apart else "") + line
    return re.sub(r"[ \t\u3000\xa0]+", " ", flat)
