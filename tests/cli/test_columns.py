"""``--columns`` and ``--view`` of lists, and the work register as a workbook."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from qplan.views.columns import REGISTER, TASK_COLUMNS


@pytest.fixture
def ledger(qplan, loaded, tmp_path):
    shutil.copy(loaded, tmp_path / "ledger.db")
    return qplan


def heads(answer):
    return answer.out.splitlines()[0].lstrip("\ufeff").split(",")


def test_the_columns_asked_for_are_shown_in_their_order(ledger):
    answer = ledger("tasks", "--columns", "title,id,progress note", "--limit", "2", "--format", "csv")
    assert answer.code == 0, answer.err
    assert heads(answer) == ["task", "id", "progress note"]
    assert answer.out.splitlines()[1].split(",")[1] == "T1.1"


def test_a_heading_in_chinese_names_a_column(ledger):
    answer = ledger("tasks", "--lang", "zh", "--columns", "编号、任务，完成时限", "--format", "csv")
    assert heads(answer) == ["编号", "任务", "完成时限"]
    former = ledger("tasks", "--lang", "zh", "--columns", "编号、任务，完成期限", "--format", "csv")
    assert former.out == answer.out, "as a view of an earlier version calls it"


def test_all_columns_can_be_listed(ledger):
    assert len(heads(ledger("tasks", "--columns", "all", "--format", "csv"))) == len(TASK_COLUMNS)
    assert "working days late" in heads(ledger("overdue", "--columns", "all", "--format", "csv"))


def test_the_objects_of_json_have_the_columns_asked_for(ledger):
    answer = ledger("tasks", "--columns", "id,deadline", "--format", "json")
    assert set(answer.json["items"][0]) == {"id", "deadline"}


@pytest.mark.parametrize("command", ["tasks", "overdue", "export"])
def test_every_column_that_can_be_asked_for_is_in_json(ledger, command):
    from qplan.views.lists import OVERDUE_KNOWN

    known = sorted(OVERDUE_KNOWN if command == "overdue" else TASK_COLUMNS)
    on = ("--as-of", "2026-06-30", "--columns", ",".join(known))
    items = ledger(command, *on, "--format", "json").json["items"]
    assert items and {tuple(item) for item in items} == {tuple(known)}


@pytest.mark.parametrize(
    ("columns", "what"), [("id,titel", "title"), ("id,id", "twice"), ("", "empty"), ("id,", "no column")]
)
def test_columns_that_are_none_are_refused(ledger, columns, what):
    answer = ledger("tasks", "--columns", columns)
    assert answer.code == 2 and what in answer.err and not answer.out


@pytest.fixture
def config(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("QPLAN_CONFIG", str(path))

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_view_keeps_filters_columns_and_order(ledger, config):
    config('[views."领导"]\ncolumns = ["id", "lead"]\nsort = "lead"\ndept = "scjg"\nlimit = 3\n')
    answer = ledger("tasks", "--view", "领导", "--format", "csv")
    assert answer.code == 0, answer.err
    assert heads(answer) == ["id", "lead"] and len(answer.out.splitlines()) == 4
    other = ledger("tasks", "--view", "领导", "--dept", "nync", "--limit", "1", "--format", "csv")
    assert other.out.splitlines()[1].endswith("农业农村局")


@pytest.mark.parametrize(
    ("text", "words", "what"),
    [
        ("[views.a]\nsort = 'lead'\n", ("tasks", "--view", "b"), "known are: .*a"),
        ("[views.a]\ncolour = 'red'\n", ("tasks", "--view", "a"), "--colour"),
        ("[views.a]\noverdue = 'yes'\n", ("tasks", "--view", "a"), "true or false"),
        ("[views.a]\nsort = 1.5\n", ("tasks", "--view", "a"), "sort"),
        ("views = 3\n", ("tasks",), "[views.late]"),
    ],
)
def test_a_view_that_does_not_fit_is_refused(ledger, config, text, words, what):
    config(text)
    answer = ledger(*words)
    assert answer.code == 2 and re.search(what, answer.err)


@pytest.fixture
def ruled(qplan, tmp_path):
    """A ledger whose plan has views among its rules."""
    from shutil import copytree

    from qplan.plan.bundled import folder

    plan = tmp_path / "plan"
    copytree(folder(), plan)
    rules = (plan / "rules.yaml").read_text(encoding="utf-8")
    views = "views:\n  - {name: 逾期, columns: [id, lead], dept: scjg, overdue: true, sort: deadline}\n"
    (plan / "rules.yaml").write_text(rules + views, encoding="utf-8")
    assert qplan("load", plan).code == 0
    return qplan


def test_a_view_of_the_plan_s_rules_is_taken_where_the_config_file_has_none(ruled, config):
    config('[views.late]\ncolumns = "id"\n')
    answer = ruled("tasks", "--view", "逾期", "--as-of", "2026-06-30", "--format", "csv")
    assert answer.code == 0, answer.err
    assert heads(answer) == ["id", "lead"] and len(answer.out.splitlines()) > 5
    assert ruled("tasks", "--view", "逾期", "--as-of", "2024-01-01", "--format", "csv").out.count("\n") == 1
    config('[views."逾期"]\ncolumns = "title"\nlimit = 2\n')
    assert heads(ruled("tasks", "--view", "逾期", "--format", "csv")) == ["task"]
    refused = ruled("tasks", "--view", "没有")
    assert refused.code == 2 and "逾期" in refused.err


def test_the_register_takes_a_view_and_filters(ruled, tmp_path):
    out = tmp_path / "register.xlsx"
    assert ruled("export", "--view", "逾期", "--as-of", "2026-06-30", "--out", out).code == 0
    listed = ruled("export", "--view", "逾期", "--as-of", "2026-06-30", "--format", "csv").out.splitlines()
    tasks = ruled("tasks", "--view", "逾期", "--as-of", "2026-06-30", "--format", "csv").out.splitlines()
    assert [line.split(",", 1)[1] for line in listed[1:]] == tasks[1:]
    few = ruled("export", "--dept", "nync", "--columns", "id", "--format", "json").json
    assert {one["id"] for one in few["items"]} == {
        one["id"] for one in ruled("tasks", "--dept", "nync", "--format", "json").json["items"]
    }
    assert ruled("export", "--dept", "nync", "--journal").code == 2


def test_a_setting_is_written_before_the_views(ledger, config):
    path = config("[views.a]\nsort = 'lead'\n")
    assert ledger("config", "set", "lang", "en").code == 0
    assert path.read_text(encoding="utf-8").startswith('lang = "en"\n[views.a]')
    assert ledger("tasks", "--view", "a").code == 0


def test_the_register_is_a_workbook_with_a_title_and_every_task(ledger, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    assert ledger("update", "T1.1", "--status", "active", "--note", "=1+1 开工").code == 0
    path = tmp_path / "台账.xlsx"
    assert ledger("export", "--lang", "zh", "--out", path).code == 0
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0].endswith("工作台账") and "A1:X1" in [str(one) for one in sheet.merged_cells.ranges]
    assert rows[1][:4] == ("序号", "编号", "任务", "牵头单位") and len(rows[1]) == len(REGISTER) + 1
    assert [row[0] for row in rows[2:]] == list(range(1, 84))
    first = dict(zip(rows[1], rows[2], strict=True))
    assert (first["编号"], first["状态"], first["进展情况"]) == ("T1.1", "办理中", "=1+1 开工")
    assert sheet.freeze_panes == "D3" and sheet.auto_filter.ref == "A2:X85"
    assert sheet.print_title_rows == "$2:$2"


def test_the_register_takes_columns_and_other_formats(ledger):
    answer = ledger("export", "--columns", "id,note", "--format", "csv")
    assert heads(answer) == ["no.", "id", "progress note"]
    assert ledger("export", "--columns", "id", "--table", "plan").code == 2
    assert ledger("export", "--journal", "--columns", "id").code == 2


def test_rows_as_stored_are_still_written(ledger, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    assert ledger("export", "--table", "tasks", "--out", tmp_path / "rows.xlsx").code == 0
    sheet = openpyxl.load_workbook(tmp_path / "rows.xlsx").active
    assert [cell.value for cell in sheet[1]][:2] == ["id", "kind"]
    assert json.loads(ledger("export").out)["tasks"]


def test_a_department_s_weekly_workbook_has_all_its_tasks(ledger, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "week.xlsx"
    assert ledger("weekly", "--dept", "scjg", "--out", path, "--lang", "zh").code == 0
    book = openpyxl.load_workbook(path)
    rows = list(book["全部任务"].iter_rows(values_only=True))
    known = ledger("tasks", "--dept", "scjg", "--support", "--format", "json").json["items"]
    assert [row[1] for row in rows[2:]] == [item["id"] for item in known]


def test_lists_register_and_a_department_s_workbook_have_the_same_columns(ledger, tmp_path):
    """Heading and value of each column of the register are the same wherever it is asked for."""
    openpyxl = pytest.importorskip("openpyxl")
    reported = (
        "--note",
        "已开工",
        "--difficulty",
        "缺地块",
        "--needs",
        "请协调",
        "--next",
        "招标",
        "--owner",
        "李四",
    )
    assert ledger("update", "T1.3", "--status", "active", "--actor", "李四@scjg", *reported).code == 0
    assert ledger("urge", "T1.3", "--yes").code == 0

    def rows(path, sheet=None):
        book = openpyxl.load_workbook(tmp_path / path)
        lines = list((book[sheet] if sheet else book.active).iter_rows(values_only=True))
        top = next(n for n, line in enumerate(lines) if "编号" in line)
        found = [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]
        return {row.pop("编号"): {name: row[name] for name in row if name != "序号"} for row in found}

    columns = ("--columns", ",".join(REGISTER), "--lang", "zh")
    lists = {}
    for name, words in {
        "tasks": ("tasks", "--dept", "scjg", "--support", *columns),
        "overdue": ("overdue", "--dept", "scjg", *columns),
        "export": ("export", "--dept", "scjg", "--support", "--lang", "zh"),
        "weekly": ("weekly", "--week", "2026-W48", "--dept", "scjg", "--lang", "zh"),
    }.items():
        assert ledger(*words, "--out", tmp_path / f"{name}.xlsx").code == 0
        lists[name] = rows(f"{name}.xlsx", "全部任务" if name == "weekly" else None)
    assert lists["tasks"] == lists["export"] and lists["overdue"].items() <= lists["tasks"].items()
    assert list(lists["weekly"]["T1.3"]) == list(lists["tasks"]["T1.3"]) and lists["overdue"]
    late = "逾期天数"  # the week is counted to its last day
    assert {**lists["weekly"]["T1.3"], late: 0} == {**lists["tasks"]["T1.3"], late: 0}
    assert lists["tasks"]["T1.3"]["存在困难"] == "缺地块" and lists["weekly"].keys() == lists["tasks"].keys()
