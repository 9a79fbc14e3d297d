"""Tables of indicators: rows with cells, also where a copy put every cell on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from qplan.core.names import says_nothing
from qplan.core.quantities import AT_LEAST, AT_MOST, EXACTLY, find_quantities
from qplan.plan.document.lines import Line, is_english, make_line

#: How a plan calls the nature of an indicator -> our word.
NATURES = {
    "预期性": "expected", "预期": "expected", "约束性": "binding", "约束": "binding", "指导性": "expected",
    "引导性": "expected", "expected": "expected", "binding": "binding", "mandatory": "binding", "indicative": "expected",
    "anticipatory": "expected", "obligatory": "binding",
}  # fmt: skip
_NATURE_HEAD = re.compile(r"(指标)?(属性|性质|类型)|nature|type|attribute", re.IGNORECASE)
_NAME_HEAD = re.compile(
    r"(具体|主要|核心|评价|二级|三级)?(指标|项目)(名称|内容)?|名称|name|[a-z/&]*(?:indicators?|measures?|metrics?|kpis?)",
    re.IGNORECASE,
)
_UNIT_HEAD = re.compile(r"(计量)?单位|unit", re.IGNORECASE)
_YEAR_HEAD = re.compile(r"(20\d\d)\s*年?(?!\d)")
_GOAL_HEAD = re.compile(r"目标值?|规划值|(?:目标)?任务[数量]|计划[数量]|target|goal", re.IGNORECASE)
_DUE_HEAD = re.compile(
    r"(?:完成|整改|办结)?(?:时间|时限|期限)|deadline|due|year|(?:due|target)?date.*|bywhen", re.IGNORECASE
)
_BASE_HEAD = re.compile(r"基期值?|现状值?|基准值?|baseline|current|actual|result", re.IGNORECASE)
_GROUP_HEAD = re.compile(r"内容|类别|领域|类型|category|area|dimension", re.IGNORECASE)
#: The city or province still has to say the figure.
ASSIGNED = re.compile(
    r"(完成|达到|控制在|按照?|符合).{0,6}(市|省|上级|国家|州|区|县)级?.{0,4}(下达|要求|规定|核定|分解)|as assigned|set by the"
)
LOWER_IS_BETTER = re.compile(
    r"(?:(?:死亡|失业|发病|投诉|负债|债务|发生|漏损|漏失|流失|辍学|返贫|不良|差错|缺陷|事故|亡人|近视|肥胖|吸烟|患病|感染|迟缓|"
    r"发案|犯罪|超标|空置|撂荒)率|浓度|(?:能|水|电|煤)耗|(?:能耗|排放)强度|排放量|用[水能]总?量|药占比|耗材占比|住院日|成本|差异系数|事故起数|死亡人数)$|"
    r"(?i:\b(?:loss(?:es)?|mortality|deaths?|fatalit(?:y|ies)|injur(?:y|ies)|accidents?|sickness|absence|vacanc(?:y|ies)|"
    r"turnover|gaps?|leakage|unemployment|inflation|(?:cpi|consumer price index)(?: growth| increase)?|increases? in (?:the )?cpi|poverty|crime|complaints|backlog|arrears|stunting|waiting|(?:response|processing|turnaround|journey|repair) times?|delays?|interruptions?|outages?|downtime|saidi|saifi)(?: (?:rate|ratio|times?|days))?)$"
)


class Row(NamedTuple):
    """An indicator as a row of a table gives it."""

    line: int
    number: int
    name: str
    unit: str
    value: str | None  #: None where the figure is still to be assigned
    operator: str
    year: int | None
    nature: str | None
    dimension: str | None
    baseline: str | None = None
    baseline_year: int | None = None
    text: str = ""
    certain: bool = True  #: False where the direction is a guess


# -- cells on lines of their own


def stacked_rows(lines: list[Line]) -> list[Line]:
    """The lines, with the cells of a table joined to rows where each stands on a line of its own."""
    lines = _spaced_rows([part for line in _labelled(lines) for part in _cells_in_line(line)])
    natures = [place for place, line in enumerate(lines) if _is_nature(line)]
    if len(natures) < 2:
        return lines
    found: list[Line] = []
    done, table = 0, 1 + max(line.table for line in lines)
    for first in natures:
        if first < done:
            continue
        span = _stacked(lines, first, natures)
        if span is None:
            continue
        begin, end, rows = span
        found += lines[done:begin]
        for cells, line in rows:
            found.append(make_line(line, " ".join(cells), 0, table, cells))
        table += 1
        done = end
    return found + lines[done:]


_LABEL = re.compile(r"(Baseline|Target)(?: value)?\s*(\(?(?:by |end )?(?:FY ?)?20\d\d[^:)]{0,8}\)?)?\s*:\s*")
_INDICATOR = re.compile(r"(?:(?:Output |Outcome )?(?:Indicator|Measure|KPI)s?\s*(?:[\d.]+)?[.:]?\s*)?")


def _labelled(lines: list[Line]) -> list[Line]:
    """The lines, indicators whose baseline and target stand behind labels as rows of a table."""
    found: list[Line] = []
    table, own = max((line.table for line in lines), default=0), 0
    for line in lines:
        raw = line.raw
        if raw.isascii() and not line.cells and re.match("Target", raw):  # each label on a line of its own
            above = [one.raw for one in found[-2:] if not one.cells]
            if len(above) == 2 and _LABEL.match(above[1]):
                raw = ". ".join((*above, raw))
        labels = list(_LABEL.finditer(raw)) if raw.isascii() and not line.cells else []
        if [one[1] for one in labels] != ["Baseline", "Target"] or not labels[0].start():
            found.append(line)
            continue
        del found[len(found) - 2 * (raw is not line.raw) :]
        base, target = raw[labels[0].end() : labels[1].start()], raw[labels[1].end() :]
        year = _YEAR_HEAD.search(f"{labels[1][2]} {target}")
        if not found or not own or found[-1].table != own:
            table = own = table + 1
            heads = ("Indicator", "Baseline", "Target", "Due")
            found.append(make_line(line.number, " ".join(heads), 0, table, heads))
        name = _INDICATOR.sub("", raw[: labels[0].start()], count=1)
        cells = (name.strip(" .;"), base.strip(" .;"), target.strip(" .;"), year[1] if year else "")
        found.append(line._replace(table=table, cells=cells))
    return found


def _spaced_rows(lines: list[Line]) -> list[Line]:
    """The lines, those of a table whose cells a copy divided by blanks or tabs with their cells."""
    found: list[Line] = []
    heads: tuple[str, ...] = ()
    table = max((line.table for line in lines), default=0)
    spaced = [*map(_spaced, lines), (), ()]
    for place, line in enumerate(lines):
        cells = spaced[place]
        least = max(3, len(heads) - 2)
        if heads and len(cells) >= least:
            found.append(line._replace(table=table, cells=_fitted(cells, heads)))
            continue
        if (
            heads
            and any(len(one) >= least for one in spaced[place + 1 : place + 3])
            and _MAYBE_GROUP.fullmatch(line.text)
        ):
            cells = tuple(line.raw.split("\t"))  # the name of a group, or of what the next rows divide
            found.append(line._replace(table=table, cells=cells + ("",) * (len(heads) - len(cells))))
            continue
        heads = cells if len(cells) >= (3 if "\t" in line.raw else 4) and _columns(cells) is not None else ()
        table += bool(heads)
        found.append(line._replace(table=table, cells=heads) if heads else line)
    return found


_MAYBE_GROUP = re.compile(r"[^。;,]{2,40}")


def _spaced(line: Line) -> tuple[str, ...]:
    if line.cells or line.style or len(line.text) > 120 or re.search("[。;]", line.text):
        return ()
    divided = re.split(r"\t+|\s{2,}", line.raw)
    return tuple(
        divided
        if len(divided) >= (3 if "\t" in line.raw else 4) or is_english(line.text)
        else line.raw.split()
    )


def _fitted(cells: tuple[str, ...], heads: tuple[str, ...]) -> tuple[str, ...]:
    """As many cells as there are headings: a name keeps its blanks, a merged first cell is empty."""
    more = len(cells) - len(heads)
    if more <= 0:
        return ("",) * -more + cells
    name = _name_place(heads)
    return (*cells[:name], " ".join(cells[name : name + more + 1]), *cells[name + more + 1 :])


_NATURE_WORD = re.compile(r"(?<=\s)(?:预期性|约束性|指导性|引导性)(?=\s|$)")
_HEAD_WORD = re.compile(r"(?:\S{1,10}\s+){1,6}(?:指标)?(?:属性|性质)(?=\s)")


def _cells_in_line(line: Line) -> Iterator[Line]:
    """The cells of a table that a copy put all on one line, each as a line of its own."""
    words = [found.end() for found in _NATURE_WORD.finditer(line.text)]
    head = _HEAD_WORD.search(line.text) if len(words) > 2 and not line.cells else None
    if head is None:
        yield line
        return
    begin, end = head.start(), words[-1]
    for text in (line.raw[:begin], *line.raw[begin:end].split(), line.raw[end:]):
        part = make_line(line.number, text, 0, line.table)
        if part.raw:
            yield part


def _is_nature(line: Line) -> bool:
    return not line.cells and line.text.strip().lower() in NATURES


def _stacked(
    lines: list[Line], first: int, natures: list[int]
) -> tuple[int, int, list[tuple[tuple[str, ...], int]]] | None:
    """Where a table of stacked cells begins and ends, and its rows; None where it has no headings to read."""
    head = next(
        (p for p in range(first - 1, max(first - 12, -1), -1) if _NATURE_HEAD.fullmatch(lines[p].text)), None
    )
    if head is None:
        return None
    begin, end = head, head
    while begin > 0 and _may_head(lines[begin - 1]) and head - begin < 8:
        begin -= 1
    while _is_heading_cell(lines[end + 1]) and not _is_nature(lines[end + 1]):
        end += 1
    heads = tuple(lines[place].raw for place in range(begin, end + 1))
    if not any(_NAME_HEAD.fullmatch(cell) for cell in heads):
        return None
    behind = end - head  # columns after the nature
    rows, at = [(heads, lines[begin].number)], end + 1
    for nature in natures:
        if nature < at:
            continue
        stop = nature + behind + 1
        if nature - at > len(heads) + 3:
            break
        cells = tuple(line.raw for line in lines[at:stop])[-len(heads) :]
        name = _name_place(heads)
        rows.append(
            (("",) * (len(heads) - len(cells)) + cells, lines[max(at, stop - len(heads) + name)].number)
        )
        at = stop
    return begin, at, rows


def _may_head(line: Line) -> bool:
    return len(line.text) <= 10 and not re.search(r"[。;:,]", line.text) and not line.cells and not line.style


def _is_heading_cell(line: Line) -> bool:
    return any(p.fullmatch(line.text) for p in (_UNIT_HEAD, _GOAL_HEAD)) or line.text in (
        "备注",
        "责任单位",
        "牵头单位",
    )


def _name_place(heads: tuple[str, ...]) -> int:
    return max(place for place, cell in enumerate(heads) if _NAME_HEAD.fullmatch(cell))


# -- rows with cells


def indicator_rows(lines: list[Line]) -> Iterator[Row]:
    """The indicators in the tables among these lines; a table of anything else gives none."""
    tables: dict[int, list[Line]] = {}
    for line in lines:
        if line.cells:
            tables.setdefault(line.table, []).append(line)
    for rows in tables.values():
        for place, line in enumerate(rows[:4]):
            columns = _columns(line.cells)
            if columns is not None:
                yield from _rows(rows[place + 1 :], columns)
                break


class _Columns(NamedTuple):
    name: int
    value: int
    unit: int | None
    nature: int | None
    group: int | None
    baseline: int | None
    year: int | None
    baseline_year: int | None
    due: int | None


def _columns(cells: tuple[str, ...]) -> _Columns | None:
    """Which cell of the row of headings is what; None where it is no table of indicators."""
    texts = [re.sub(r"\s+", "", cell) for cell in cells]

    def find(pattern: re.Pattern[str], skip: int | None = None) -> int | None:
        return next((p for p, text in enumerate(texts) if p != skip and pattern.fullmatch(text)), None)

    nature = find(_NATURE_HEAD)
    names = [p for p, text in enumerate(texts) if p != nature and _NAME_HEAD.fullmatch(text)]
    years = {p: int(found[1]) for p, text in enumerate(texts) if (found := _YEAR_HEAD.search(text))}
    due = find(_DUE_HEAD)
    goals = [p for p, text in enumerate(texts) if _GOAL_HEAD.search(text) and p not in (*names, due)]
    if not names:
        return None
    dated = [p for p in years if p in goals or not _BASE_HEAD.search(texts[p])]
    if not (dated or goals):
        return None
    value = max(dated, key=lambda p: (p in goals, years[p])) if dated else goals[-1]
    others = [p for p in range(len(texts)) if p not in (value, due, *names)]
    base = next((p for p in others if _BASE_HEAD.search(texts[p])), None)
    if base is None:
        base = min((p for p in others if p in years), key=years.__getitem__, default=None)
    return _Columns(
        names[-1], value, find(_UNIT_HEAD), nature, find(_GROUP_HEAD, nature), base, years.get(value),
        None if base is None else years.get(base), due,
    )  # fmt: skip


_NUMBERED_NAME = re.compile(r"[(]?(\d{1,3})[)]?\s*[.、]?\s*(?=[^\d\s%.])")
_UNIT_IN_NAME = re.compile(r"\s*\(([^()]{1,40})\)\s*$")


def _rows(lines: list[Line], columns: _Columns) -> Iterator[Row]:
    group: str | None = None
    whole = ""  # what the rows below divide: 其中:小学
    for place, line in enumerate(lines, 1):
        if len(line.cells) <= max(columns.name, columns.value):
            continue

        def cell(at: int | None, line: Line = line) -> str:
            text = line.cells[at] if at is not None and at < len(line.cells) else ""
            return make_line(0, text).text

        name = cell(columns.name)
        raw = cell(columns.value)
        numbered = _NUMBERED_NAME.match(name)
        name = name[numbered.end() :] if numbered else name
        if numbered or not raw:
            whole = "" if raw or not cell(columns.unit) else name
        if not name or not (raw or cell(columns.nature)):
            continue
        group = cell(columns.group) or group
        name, unit = _unit_in_name(name)
        name = f"{whole}({re.sub('^其中:?', '', name)})" if whole else name
        stated = cell(columns.unit) or unit
        stated = "" if says_nothing(stated) else stated
        value, operator, own = read_value(raw, stated)
        stated = own if own == "个百分点" else stated  # 较2020年下降5个百分点, of an indicator in %
        if value is None and columns.nature is None and not ASSIGNED.search(make_line(0, raw).text):
            continue
        due = re.search(r"20\d\d", cell(columns.due))
        changes = columns.baseline is None or own == "个百分点"  # a change has no baseline
        baseline = None if changes else read_value(cell(columns.baseline), stated)[0]
        operator = operator or (AT_LEAST if value and re.search(r"(?:下降|降低|减少)率?$", name) else None)
        guessed = operator is None and not _falls(baseline, value) and bool(LOWER_IS_BETTER.search(name))
        lower = guessed or (operator is None and _falls(baseline, value))
        yield Row(
            line.number,
            int(numbered[1]) if numbered else place,
            name,
            stated or own,
            value,
            operator
            or (AT_MOST if lower else EXACTLY if (value, stated or own) == ("100", "%") else AT_LEAST),
            columns.year or (int(due[0]) if due else None),
            NATURES.get(cell(columns.nature).lower()),
            group if group and len(group) <= 20 else None,
            baseline,
            columns.baseline_year if baseline else None,
            line.raw,
            not guessed,
        )


def _unit_in_name(name: str) -> tuple[str, str]:
    """A name without the unit in brackets after it, and that unit; of English, what may follow a number."""
    found = _UNIT_IN_NAME.search(name)
    if found and found[1].isascii():
        found = found if any(one.unit for one in find_quantities(f"1 {found[1]}")) else None
    elif found and len(found[1]) > 12:
        found = None
    return (name[: found.start()].strip(), found[1]) if found else (name.strip(), "")


def _falls(baseline: str | None, value: str | None) -> bool:
    """Whether the target lies below what there was."""
    return baseline is not None and value is not None and Decimal(value) < Decimal(baseline)


def read_value(text: str, unit: str) -> tuple[str | None, str | None, str]:
    """Value, operator and unit that a cell gives; no value where it is still to be assigned."""
    text = re.sub(r"^[\[【〔(]|[\]】〕)]$", "", text.strip())
    found = next(
        (
            one
            for one in find_quantities(text)
            if one.unit not in ("", "年") or not _YEAR_HEAD.fullmatch(one.value)
        ),
        None,
    )
    if found is None or ASSIGNED.search(text):
        return None, None, ""
    operator = found.operator
    if (found.value, found.unit or unit) == ("100", "%") and operator == AT_LEAST:
        operator = EXACTLY
    return found.value, operator, found.unit
