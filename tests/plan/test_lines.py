"""Whatever is read by lines is read by YAML's events alike: the same values, the same places, nothing to tell."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qplan.plan.files import Problems, looked_over
from qplan.plan.lines import Lines
from qplan.plan.walk import Reader

PLAN = """\
format: 1
plan:
  id: p1
  title: 质量强区行动 (2025)
  begins: 2025-01-01
  ends: '2025-12-31'
  office: zlb
  utc_offset: "+08:00"
departments:
- {id: zlb, name: 质量办, role: office, aliases: [质量强区办, 专班]}
- id: scjg
  name: 市场监管
  aliases:
  - 市场局
rules:
  stale_days: 30
  one_person_office: false
  urging:
    - {level: L1, label: 提醒, overdue_days: 1, after_days: 0, answer_workdays: 3}
  calendar:
    holidays: [2025-02-01, 2025-02-02]
# columns stand in a file
columns: [columns/01.yaml]
tasks:
  - id: T1
    title: 专项任务 a#b
    clause: 三(1)

    tasks:
      - id: T1.1
        title: it's “quoted”, [so] to say
        clause: "三(1): 1 # x"
        lead: scjg
        support: [zlb, scjg]
        see: []
        deadline: 2025-06-30
        milestones:
          - {id: m1, title: 完成 阶段评估, due: 2025-03-30, basis: proposed}
          - id: m2
            title: 完成
            due: 2025-03-30
  - id: T2
    title: another
    clause: 三(2)
    see:
      - T1
      - T1.1
  - id: T3
    title: 第三项
    title_basis: ours
    clause: "三(3)"
    lead: zlb
    support: [scjg, zlb]
    deadline: 2025-06-30
    see: [T1, T2]
    milestones:
      - {id: m1, title: 完成, due: 2025-03-30}
      - {id: m2, title: 评估, due: 2025-04-30, basis: plan}
  - id: T4
    title: 第四项
    clause: 三(4)
    lead: 'zlb'
    support: [scjg, zlb]
    deadline: 2025-06-30
    # what comes next stands in another order
    assignment_basis: plan
    see: []
  - id: T5
    clause: 三(5)
    title: 第五项
    summary: the last but one
    lead: zlb
safeguards:
  - clause: 四(1)
    id: S1
    support: [scjg]
    title: 一
  - clause: 四(2)
    deadline: 2025-06-30
    id: S2
    lead: scjg
    milestones:
      - due: 2025-03-30
        id: m1
        title: 完成
    see: [T1, T2]
    support: [scjg, zlb]
    title: 二
  - clause: 四(3)
    id: S3
    see: [T2, T1]
    title: 三
"""


def by_lines(data: bytes) -> Any:
    """What is read by lines, whether the first map of a kind tells what the others begin with or hardly any does."""
    with patch("qplan.plan.runs.TELLING", 1):
        found = Lines(data).read("plan_file")
    assert Lines(data).read("plan_file") == found
    return found


def by_events(data: bytes) -> tuple[Any, list[Any]]:
    problems = Problems()
    raw = Reader("x", data, len(data), problems).read("plan_file")
    return raw, list(problems)


def held_together(data: bytes) -> Any:
    """What is read by lines, after holding it against the events; None where it is no plain form."""
    if looked_over("x", data, Problems()) is None:
        return None
    found = by_lines(data)
    if found is not None:
        assert (found, []) == by_events(data)
    return found


def test_the_plain_form_is_read_by_lines():
    assert held_together(PLAN.encode()) is not None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_a_file_is_read_alike_in_pieces_of_any_size(size, monkeypatch):
    whole = by_lines(PLAN.encode())
    monkeypatch.setattr("qplan.plan.lines._STEP", size)
    assert by_lines(PLAN.encode()) == whole
    assert by_lines(PLAN.rstrip("\n").encode()) == whole


#: What is put into a line: indicators, blanks of all kinds, words that YAML may read otherwise.
ODD = [
    *"-?:,[]{}#&*!|>'\"%@`=<~\\ \t\r\n.07aT中（\u00a0\u3000\ufeff\u200b\u0301é",
    ": ", " #", "- ", "? ", ", ", "---", "...", "null", "~", "yes", "0x1", "1_000", "12:30", "<<: *a", "&a ", "!!str ",
    "|\n", ">-\n", "''", '""', "[a, b]", "{a: b}", "[]", "{}", "\\n", "  ", "\n\n", "\n  x\n", "id: x\n", "id: T9",
    "title: x", "  title: x\n", "tasks:", "2025-02-30", "T1.1", "\n- ", ":\n", "é: è", "ＡＢ",
]  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "indent", "outdent", "double", "swap", "drop", "value"]),
        st.integers(0, PLAN.count("\n") - 1),
        st.integers(0, 40),
        st.lists(st.sampled_from(ODD), min_size=1, max_size=4).map("".join),
    ),
    min_size=1,
    max_size=3,
)


def edited(edits: list[tuple[str, int, int, str]]) -> str:
    lines = PLAN.split("\n")
    for what, number, at, text in edits:
        number %= len(lines)
        line = lines[number]
        if what == "put":
            lines[number] = line[:at] + text + line[at:]
        elif what == "cut":
            lines[number] = line[:at] + line[at + len(text) :]
        elif what == "indent":
            lines[number] = " " * (at % 4 + 1) + line
        elif what == "outdent":
            lines[number] = line[min(at % 4 + 1, len(line) - len(line.lstrip())) :]
        elif what == "double":
            lines.insert(at % len(lines), line)
        elif what == "swap":
            lines[number - 1], lines[number] = line, lines[number - 1]
        elif what == "drop":
            del lines[number]
        else:
            key, colon, _value = line.partition(": ")
            lines[number] = key + colon + text
    return "\n".join(lines)


@given(EDITS)
@example([("value", 25, 0, "x: y")])
@example([("value", 25, 0, "x #y")])
@example([("value", 25, 0, "null")])
@example([("put", 26, 0, "        more\n")])
@example([("double", 25, 26, "a")])
@example([("value", 21, 0, "\r{a: b}")])
def test_what_is_changed_anywhere_is_read_alike_or_not_by_lines(edits):
    held_together(edited(edits).encode())


@pytest.mark.parametrize(
    "line",
    [
        "title: |", "title: >-", "title: &a x", "title: *a", "title: !!str x", "title: a: b", "title: a #b", "title: ",
        "title:", "title: null", "title: ~", "title:  x", "title: x ", 'title: "a\\tb"', "title: 'it''s'", "title: 'x",
        "title: [x]", "title: {x: y}", "titel: x", "title: x\n    title: y", "title: x\n      y", "title: x\n      lead: zlb",
        "title: x\n   lead: zlb", "? title\n    : x", "title: x\n    deadline: 2025-02-30", "title: x\ty",
        "title: x\n    see: [T1", "title: x\n    see: [T1,T2]", "title: x\n    see: [[T1]]", "title: x\n    see: T1",
        "title: x\n    milestones: [T1]", "title: x\n    milestones: [{}]", "title: x\n    tasks: {}", "title: x\n---",
    ],
)  # fmt: skip
def test_what_needs_yaml_or_must_be_told_is_left_to_the_events(line):
    text = PLAN.replace("title: another", line)
    assert text != PLAN
    assert by_lines(text.encode()) is None


@pytest.mark.parametrize(
    "line", ["title: e\u0301", "title: x\u00a0y", "title: 质\u3000量", "summary: 1", "lead: é"]
)
def test_texts_of_a_run_are_taken_by_the_same_converters(line):
    """Composed where they must be, and refused where a line that is read by itself would be."""
    held_together(PLAN.replace("title: 第四项", f"title: 四\n    {line}").encode())
    held_together(PLAN.replace("title: 第四项", line).encode())
    held_together(PLAN.replace("lead: 'zlb'", line).encode())


@pytest.mark.parametrize(
    "keys",
    ["id title clause lead deadline", "clause deadline id lead title", "title lead id deadline clause"],
)
def test_what_maps_begin_with_is_read_at_once(keys, monkeypatch):
    """Of a thousand tasks whose keys come in one order only the first are read key by key."""
    task = {"id": "T{}", "title": "第{}项", "clause": "三({})", "lead": "zlb", "deadline": "2025-06-30"}
    tasks = "".join(
        f"  {' ' if at else '-'} {key}: {task[key].format(number)}\n"
        for number in range(1000)
        for at, key in enumerate(keys.split())
    )
    data = f"{PLAN[: PLAN.index('tasks:')]}tasks:\n{tasks}".encode()
    assert held_together(data) is not None
    read: list[str] = []
    one = Lines._value
    monkeypatch.setattr(
        Lines, "_value", lambda self, value, *a, **k: read.append(value) or one(self, value, *a, **k)
    )
    Lines(data).read("plan_file")
    assert len(read) < 250


def test_depth_and_number_are_bounded_here_too(monkeypatch):
    deep = "".join(
        f"{'    ' * level}  - id: D{level}\n{'    ' * level}    title: x\n{'    ' * level}    clause: x\n"
        f"{'    ' * level}    tasks:\n"
        for level in range(6)
    )
    text = PLAN.replace(
        "tasks:\n  - id: T1\n", f"tasks:\n{deep}{'    ' * 6}  - {{id: D6, title: x, clause: x}}\n  - id: T1\n"
    )
    assert held_together(text.encode()) is not None
    monkeypatch.setattr("qplan.plan.lines.DEEPEST", 13)
    assert by_lines(text.encode()) is None
    monkeypatch.undo()
    for limit in ("MOST_MAPS", "MOST_ITEMS"):
        monkeypatch.setattr(f"qplan.plan.lines.{limit}", 3)
        assert by_lines(PLAN.encode()) is None
        monkeypatch.undo()
