"""A table becomes a plan that loads, and a corrected table changes it without a new id."""

import importlib.util
import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from qplan.cli import main
from qplan.core.model import TaskFilter
from qplan.errors import BadInput
from qplan.ledger.store import Ledger
from qplan.plan import checks
from qplan.plan.source import read_plan
from qplan.plan.tables.reader import Options
from qplan.render.plan_template import template
from qplan.service import plan_tables as service

_spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("made.py"))
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

TODAY = date(2026, 11, 27)
HEAD = ["序号", "类别", "工作任务", "牵头单位", "配合单位", "完成时限"]


def sheet(path: Path, *rows) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["2024年任务表"])
    for row in (HEAD, *rows):
        book.active.append(row)
    book.save(path)
    return path


def run(capsys, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        raise SystemExit(main(["--lang", "en", *map(str, words)]))
    out, err = capsys.readouterr()
    return int(leaving.value.code or 0), out, err


ROWS = (
    [1, "甲类", "建设示范点20处", "区财政局", "区水利局", "2024年6月"],
    [2, "甲类", "改造农村公路30公里", "区交通运输局", None, "年底前"],
    [3, "乙类", "开展安全检查", "区应急管理局", None, "每月"],
)


def test_a_table_of_126_rows_loads_at_once(tmp_path, capsys):
    path = made.workbook(tmp_path / "分工表.xlsx", made.rows())
    code, out, err = run(capsys, "plan", "from-table", path, "--out", tmp_path / "plan")
    assert code == 0, err
    assert "126 tasks, 9 departments" in out
    assert not [one for one in checks.check(read_plan(tmp_path / "plan")) if not one.warning]
    code, out, err = run(
        capsys, "load", tmp_path / "plan", "--ledger", tmp_path / "ledger.db", "--actor", "a"
    )
    assert code == 0, err
    with Ledger.open(str(tmp_path / "ledger.db")) as ledger:
        tasks = ledger.tasks(TaskFilter(groups=True))
    assert sum(task.kind != "group" or task.repeats is not None for task in tasks) > 126
    assert sum(len(task.leads) > 1 for task in tasks) >= 13
    assert any(task.term == "ongoing" for task in tasks)


def test_the_page_of_questions_names_each_cell_once_and_what_was_read(tmp_path):
    path = made.workbook(tmp_path / "t.xlsx", made.rows())
    done = service.write(service.convert(path, Options(), TODAY), tmp_path / "plan")
    page = (tmp_path / "plan" / "questions.md").read_text(encoding="utf-8")
    joint = next(line for line in page.splitlines() if "joint leads" in line)
    assert len(re.findall(r"分工表!D\d+", joint)) == 13
    assert "牵头单位 = lead" in page
    assert "合 计" in page
    assert {one.place for one in done.table.questions} <= {*re.findall(r"分工表!\w+", page), ""}


def test_json_gives_the_rows_as_read_and_the_questions(tmp_path, capsys):
    path = sheet(tmp_path / "t.xlsx", *ROWS)
    code, out, _err = run(capsys, "plan", "from-table", path, "--format", "json")
    answer = json.loads(out)
    assert (code, answer["kind"], answer["begins"], answer["ends"]) == (
        0,
        "plan_table",
        "2024-01-01",
        "2024-12-31",
    )
    first, _second, third = answer["items"]
    wanted = {
        "row": 3, "no": 1, "group": "甲类", "title": "建设示范点20处", "leads": ["区财政局"], "support": ["区水利局"],
        "deadline": "2024-06-30", "deadline_text": "2024年6月",
    }  # fmt: skip
    assert wanted.items() <= first.items()
    assert (third["deadline"], third["repeats"]) == ("repeats:month", "month")
    assert [one["hint"] for one in answer["questions"]] == ["name it: --office NAME"]
    assert not (tmp_path / "plan").exists()


def test_nothing_is_written_by_a_dry_run_nor_over_another_plan(tmp_path, capsys):
    path = sheet(tmp_path / "t.xlsx", *ROWS)
    assert run(capsys, "plan", "from-table", path, "--out", tmp_path / "plan", "--dry-run")[0] == 0
    assert not (tmp_path / "plan").exists()
    assert run(capsys, "plan", "from-table", path, "--out", tmp_path / "plan")[0] == 0
    code, _out, err = run(capsys, "plan", "from-table", path, "--out", tmp_path / "plan")
    assert (code, "holds a plan already" in err) == (2, True)


def test_a_corrected_table_keeps_ids_and_shows_the_difference(tmp_path, capsys):
    plan = tmp_path / "plan"
    run(capsys, "plan", "from-table", sheet(tmp_path / "t.xlsx", *ROWS), "--out", plan)
    corrected = sheet(
        tmp_path / "t2.xlsx",
        [1, "甲类", "新增任务", "区商务局", None, "年底前"],
        [2, "甲类", "建设示范点20处", "财政局", "区水利局", "2024年9月"],
        [3, "乙类", "开展安全生产检查", "区应急管理局", None, "每月"],
    )
    converted = service.convert(corrected, Options(), TODAY, plan)
    titles = dict(zip(converted.ids, (row.title for row in converted.table.rows), strict=True))
    assert titles == {"T4": "新增任务", "T1": "建设示范点20处", "T3": "开展安全生产检查"}
    changed = {(one.what, one.id, one.key) for one in converted.differences}
    assert {
        ("added", "T4", ""),
        ("removed", "T2", ""),
        ("changed", "T1", "deadline"),
        ("changed", "T3", "title"),
    } <= changed
    assert ("changed", "T1", "lead") not in changed
    code, out, _err = run(capsys, "plan", "from-table", corrected, "--update", plan)
    assert code == 0
    assert "changed T1 deadline: 2024-06 → 2024-09" in out
    again = service.convert(corrected, Options(), TODAY, plan)
    assert again.differences == ()


def test_what_people_added_to_the_yaml_outlives_an_update(tmp_path, capsys):
    plan = tmp_path / "plan"
    path = sheet(tmp_path / "t.xlsx", *ROWS)
    run(capsys, "plan", "from-table", path, "--out", plan)
    text = (plan / "plan_tasks.yaml").read_text(encoding="utf-8")
    (plan / "plan_tasks.yaml").write_text(
        text.replace("        clause: 2\n", "        clause: 2\n        see: [T1]\n"), encoding="utf-8"
    )
    names = (plan / "departments.yaml").read_text(encoding="utf-8")
    (plan / "departments.yaml").write_text(
        names.replace("    name: 区财政局\n", "    name: 区财政局\n    aliases: [财政]\n"), encoding="utf-8"
    )
    assert run(capsys, "plan", "from-table", path, "--update", plan)[0] == 0
    found = read_plan(plan).plan
    assert {task.id: task.see for task in found.tasks}["T2"] == "T1"
    assert {one.name: one.aliases for one in found.departments}["区财政局"] == "财政"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--basis", "maybe"], "--basis is plan or proposed"),
        (["--map", "x"], "write HEADING=FIELD"),
        (["--map", "类别=nothing"], "is no field"),
        (["--sheet", "Nope"], "There is no sheet “Nope”"),
        (["--header-row", "99"], "Row 99 is not in the table"),
        (["--out", "a", "--update", "b"], "give one of them"),
        (["--begins", "soon"], "soon"),
    ],
)
def test_options_that_do_not_fit_are_refused_in_a_sentence(tmp_path, capsys, options, part):
    code, out, err = run(capsys, "plan", "from-table", sheet(tmp_path / "t.xlsx", *ROWS), *options)
    assert (code, out) == (2, "")
    assert part in err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    code, _out, err = run(capsys, "plan", "from-table", tmp_path / "none.xlsx")
    assert code == 2
    assert "none.xlsx" in err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_template_is_read_back_by_its_own_headings(tmp_path, language):
    from openpyxl import load_workbook

    from qplan import i18n

    i18n.use(language)
    path = tmp_path / "t.xlsx"
    path.write_bytes(template(2026, language))
    with pytest.raises(BadInput):
        service.convert(path, Options(), TODAY)
    book = load_workbook(path)
    values = [
        1,
        "甲",
        "任务一",
        "内容一\n第二行",
        "区财政局、区水利局",
        "区商务局",
        "2026-06",
        "领导甲",
        "责任人乙",
        "丙 123",
        "区审计局",
        "备注丁",
    ]
    for column, value in enumerate(values, 1):
        book.worksheets[0].cell(3, column).value = value
    book.save(path)
    [row] = service.convert(path, Options(), TODAY).table.rows
    assert (row.no, row.groups, row.title, row.content) == (1, ("甲",), "任务一", "内容一\n第二行")
    assert (row.leads, row.support) == (("区财政局", "区水利局"), ("区商务局",))
    assert (row.leader, row.owner, row.contact, row.verifier, row.remark) == (
        "领导甲",
        "责任人乙",
        "丙 123",
        "区审计局",
        "备注丁",
    )
    assert (row.deadline.value, row.own) == ("2026-06", {})


def test_the_template_keeps_its_drop_downs_when_libreoffice_saves_it(tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "t.xlsx"
    path.write_bytes(template(2026, "en"))
    before = {str(one.sqref) for one in load_workbook(path).worksheets[0].data_validations.dataValidation}
    done = subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "xlsx", "--outdir", tmp_path / "saved", path],
        capture_output=True, check=False,
    )  # fmt: skip
    saved = tmp_path / "saved" / "t.xlsx"
    if done.returncode or not saved.exists():
        pytest.skip("LibreOffice does not save here")
    assert {
        str(one.sqref) for one in load_workbook(saved).worksheets[0].data_validations.dataValidation
    } == before
    assert len(before) == 5


DUTIES = """序号,工作任务,牵头单位,配合单位,完成时限
二（三）9,应急保障,省应急厅,省水利厅,2028年底
2,建设监测平台,省水利厅,,
T4.2,其他说法,省财政厅,,
1,强化考核问效,省考核办,,
9,没有的任务,省审计厅,,
"""


def test_a_table_of_duties_fills_in_the_draft_of_a_document_by_number_or_title(tmp_path, capsys):
    plan = tmp_path / "plan"
    text = Path(__file__).parents[1] / "texts" / "three-year.txt"
    assert run(capsys, "plan", "from-document", text, "--out", plan)[0] == 0
    before = read_plan(plan).plan
    asked = (plan / "questions.md").read_text(encoding="utf-8")
    indicators = (plan / "indicators.yaml").read_bytes()
    table = tmp_path / "分工表.csv"
    table.write_text(DUTIES, encoding="utf-8-sig")

    code, out, err = run(capsys, "plan", "from-table", table, "--update", plan)

    assert code == 0, err
    assert "removed" not in out
    found = read_plan(plan)
    assert not [one for one in checks.check(found) if not one.warning]
    names = {one.id: one.name for one in found.plan.departments}
    tasks = {task.clause: task for task in found.plan.tasks}
    assert names[tasks["二(三)9"].lead] == "省应急厅"
    assert tasks["二(三)9"].deadline == "2028-12-31"
    assert names[tasks["二(二)6(1)"].lead] == "省水利厅"
    assert names[tasks["三(二)"].lead] == "省财政厅"
    assert names[tasks["四(三)"].lead] == "省考核办"
    assert [(one.id, one.title) for one in found.plan.tasks] == [(one.id, one.title) for one in before.tasks]
    assert tasks["二(一)1"].lead == next(one.lead for one in before.tasks if one.clause == "二(一)1")
    assert (plan / "indicators.yaml").read_bytes() == indicators
    assert (plan / "questions.md").read_text(encoding="utf-8") == asked
    assert "没有的任务" not in (plan / "plan_tasks.yaml").read_text(encoding="utf-8")
    questions = (plan / "table-questions.md").read_text(encoding="utf-8").splitlines()
    (unknown,) = [line for line in questions if "no task of the plan has this number or title" in line]
    assert "**B6**: " in unknown, "the one row that no task of the plan has"
    assert run(capsys, "load", plan, "--ledger", tmp_path / "a.db", "--actor", "a")[0] == 0


@pytest.mark.parametrize("heading", ["Unit", "Quantity", "Begins", "Items"])
def test_a_column_headed_like_a_key_of_a_plan_gets_another_id(tmp_path, capsys, heading):
    path = tmp_path / "tasks.csv"
    path.write_text(
        f"No,Task,Lead,Due,{heading}\n1,Mend a road,Works Office,2025-06-30,A4\n", encoding="utf-8"
    )
    code, _out, err = run(capsys, "plan", "from-table", path, "--out", tmp_path / "plan")
    assert code == 0, err
    questions = (tmp_path / "plan" / "questions.md").read_text(encoding="utf-8")
    assert "columns of tasks.csv: No = number, Task = title" in questions
    assert f"  - id: {heading.lower()}2" in (tmp_path / "plan/plan_tasks.yaml").read_text(encoding="utf-8")


def test_a_plan_is_written_into_a_folder_that_holds_none(tmp_path):
    service.check_folder(tmp_path)
    service.check_folder(tmp_path / "new")
    (tmp_path / "plan_tasks.yaml").write_text("", encoding="utf-8")
    for path, said in ((tmp_path, "holds a plan already"), (tmp_path / "plan_tasks.yaml", "is not a folder")):
        with pytest.raises(BadInput, match=said):
            service.check_folder(path)
