"""Forms for departments, filled in as people do, and collected again."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

TASKS, GOALS, FIGURES = "任务进展", "阶段目标", "指标数据"
STATUS, PERCENT, NOTE, EVIDENCE = "本次状态", "本次进度（%）", "本次进展情况", "佐证材料"
DIFFICULTY, NEEDS = "存在困难", "需协调事项"


@pytest.fixture
def ledger(qplan, loaded, tmp_path, monkeypatch):
    shutil.copy(loaded, tmp_path / "ledger.db")
    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.chdir(tmp_path)
    return qplan


@pytest.fixture
def folder(ledger, tmp_path):
    """The forms of three departments in ``forms``."""
    answer = ledger(
        "forms", "--out", "forms", "--due", "2026-12-04", "-d", "scjg", "-d", "nync", "-d", "xzsp"
    )
    assert answer.code == 0, answer.err
    return tmp_path / "forms"


class Filler:
    """A form opened as a person does, found by headings."""

    def __init__(self, path):
        self.path, self.book = path, openpyxl.load_workbook(path)

    def cell(self, sheet, ident, heading):
        cells = self.book[sheet]
        top = next(row for row in cells.iter_rows() if any(cell.value == "编号" for cell in row))
        columns = {cell.value: cell.column for cell in top}
        row = next(
            r for r in range(top[0].row, cells.max_row + 1) if cells.cell(r, columns["编号"]).value == ident
        )
        return cells.cell(row, columns[heading])

    def write(self, ident, sheet=TASKS, **values):
        for heading, value in values.items():
            self.cell(sheet, ident, heading.replace("percent", PERCENT)).value = value
        return self

    def save(self, path=None):
        self.book.save(path or self.path)


def form(folder, dept):
    return next(path for path in folder.glob("*.xlsx") if dept in path.stem)


def shown(ledger, ident):
    return ledger("show", ident, "--format", "json").json["item"]


def collected(ledger, *words):
    return ledger("collect", "forms", "--yes", "--format", "json", *words)


def test_a_form_locks_all_but_the_cells_to_fill_in(folder):
    book = openpyxl.load_workbook(form(folder, "市场监管"))
    sheet = book[TASKS]
    assert sheet.protection.sheet and not sheet.protection.password and not sheet.protection.sort
    filler = Filler(form(folder, "市场监管"))
    assert filler.cell(TASKS, "T1.3", "任务").protection.locked
    assert not filler.cell(TASKS, "T1.3", NOTE).protection.locked
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", "decimal"}
    assert '"办理中,受阻,申请销号"' in {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert book["qplan"].sheet_state == "hidden" and sheet.column_dimensions["P"].hidden


def test_every_indicator_of_a_form_has_its_target_in_words(folder):
    sheet = openpyxl.load_workbook(form(folder, "农业农村"))[FIGURES]
    heads = [cell.value for cell in sheet[4]]
    targets = {
        row[1].value: row[heads.index("目标值")].value for row in sheet.iter_rows(min_row=5) if row[1].value
    }
    assert all(targets.values()) and {"提高", "下降"} & set(targets.values())
    assert any(text.startswith("≥") for text in targets.values())


def test_the_same_ledger_gives_the_same_forms_and_a_filled_one_is_not_replaced(ledger, folder):
    again = ("forms", "--out", "forms", "--due", "2026-12-04", "-d", "scjg")
    assert ledger(*again).code == 0
    Filler(form(folder, "市场监管")).write("T1.3", **{NOTE: "已开工"}).save()
    answer = ledger(*again)
    assert answer.code == 1 and "可能已经填写" in answer.err


def test_a_form_shows_all_that_was_said_last_time(ledger, folder):
    said = (
        "--progress", "30", "--note", "已监测300批次", "--difficulty", "缺人", "--needs", "增编", "--next", "招标",
    )  # fmt: skip
    assert ledger("report", "T1.3", *said, "--actor", "某@scjg", "--yes").code == 0
    assert ledger("forms", "--out", "again", "--due", "2026-12-11", "-d", "scjg").code == 0
    text = Filler(form(folder.parent / "again", "市场监管")).cell(TASKS, "T1.3", "上次反馈").value
    lines = text.split("\n")
    assert lines[:2] == ["进度：30%", "已监测300批次"] and len(lines) == 6, text
    assert [part in text for part in ("缺人", "增编", "招标")] == [True] * 3


def test_untouched_forms_write_nothing(ledger, folder):
    answer = collected(ledger)
    assert answer.code == 0 and [item["state"] for item in answer.json["items"]] == ["nothing"] * 3
    assert "fgj" in answer.json["missing"] and "scjg" not in answer.json["missing"]


def test_evidence_is_read_while_others_may_write(ledger, folder, tmp_path, monkeypatch):
    from qplan.ledger.store import Ledger
    from qplan.service import collection

    evidence = tmp_path / "proof.pdf"
    evidence.write_bytes(b"proof")
    read = collection.digests_of
    seen = []

    def read_beside_another_writer(given, folders):
        with Ledger.open(str(tmp_path / "ledger.db"), write=True) as other, other.transaction():
            seen.append(other.head().seq)
        return read(given, folders)

    monkeypatch.setattr(collection, "digests_of", read_beside_another_writer)
    Filler(form(folder, "市场监管")).write("C4.1", **{STATUS: "申请销号", EVIDENCE: str(evidence)}).save()
    answer = collected(ledger)
    assert answer.code == 0 and seen, answer.out
    assert shown(ledger, "C4.1")["status"] == "submitted"


def test_rows_become_the_right_steps_under_the_name_of_the_department(ledger, folder):
    filler = Filler(form(folder, "市场监管"))
    filler.write("T1.3", percent=30, **{NOTE: "第一阶段\n完成"})
    filler.write("T2.1.3", **{STATUS: "受阻", DIFFICULTY: "缺经费", NEEDS: "请财政解决"})
    filler.write("C4.1", **{STATUS: "申请销号", EVIDENCE: "游市监〔2026〕3号"})
    filler.book[TASKS]["D3"] = "张三"
    filler.save()
    answer = collected(ledger)
    assert answer.code == 0, answer.out + answer.err
    assert (shown(ledger, "T1.3")["status"], shown(ledger, "T1.3")["progress"]) == ("active", 30)
    assert shown(ledger, "T1.3")["note"] == "第一阶段\n完成"
    assert shown(ledger, "T2.1.3")["status"] == "blocked" and shown(ledger, "T2.1.3")["needs"] == "请财政解决"
    assert shown(ledger, "C4.1")["status"] == "submitted"
    events = ledger("log", "C4.1", "--format", "json").json["items"]
    assert [event["kind"] for event in events][-2:] == ["task.accept", "task.submit"]
    assert events[-1]["actor"] == "张三@scjg"
    assert ledger("verify").code == 0


def test_the_same_form_twice_writes_nothing_even_after_the_office_went_on(ledger, folder):
    Filler(form(folder, "市场监管")).write(
        "T1.3", percent=100, **{STATUS: "已完成", EVIDENCE: "文件1"}
    ).save()
    assert collected(ledger).json["items"][0 if "市场" in collected(ledger).json["items"][0]["file"] else 1]
    assert ledger("approve", "T1.3", "--actor", "office", "--yes").code == 0
    again = collected(ledger)
    assert again.code == 0 and {item["state"] for item in again.json["items"]} == {"nothing"}


def test_a_row_added_to_a_form_that_was_taken_is_taken_alone(ledger, folder):
    filler = Filler(form(folder, "市场监管")).write("T1.3", **{NOTE: "甲"})
    filler.save()
    assert collected(ledger).code == 0
    filler.write("T2.1.3", **{NOTE: "乙"}).save()
    second = collected(ledger)
    entries = [entry["subject"] for item in second.json["items"] for entry in item["entries"]]
    assert second.code == 0 and set(entries) == {"T2.1.3"}


def test_a_row_changed_in_the_ledger_meanwhile_is_a_conflict_with_both_values(ledger, folder):
    Filler(form(folder, "市场监管")).write("T1.3", **{NOTE: "表中的话"}).save()
    assert ledger("update", "T1.3", "--status", "active", "--note", "电话里的话").code == 0
    answer = collected(ledger)
    assert answer.code == 4
    fault = next(fault for item in answer.json["items"] for fault in item["faults"])
    assert (fault["form"], fault["ledger"], fault["cell"][:6]) == ("表中的话", "电话里的话", "任务进展!K")
    assert shown(ledger, "T1.3")["note"] == "电话里的话"
    copy = openpyxl.load_workbook(next((folder / "退回").glob("*.xlsx")))
    comment = copy[TASKS][fault["cell"].partition("!")[2]].comment.text
    assert "表中的话" in comment and "电话里的话" in comment


def test_a_conflict_names_the_cells_that_differ(ledger, folder):
    """Somebody reported by telephone the figure that the form has too, and other words."""
    Filler(form(folder, "市场监管")).write("T1.3", percent=30, **{NOTE: "表中的话"}).save()
    assert (
        ledger("update", "T1.3", "--status", "active", "--progress", "30", "--note", "电话里的话").code == 0
    )
    faults = [fault for item in collected(ledger).json["items"] for fault in item["faults"]]
    assert [(fault["form"], fault["ledger"]) for fault in faults] == [("表中的话", "电话里的话")]


def test_an_urge_in_between_is_no_conflict(ledger, folder):
    Filler(form(folder, "市场监管")).write("T1.3", **{NOTE: "进展"}).save()
    assert ledger("urge", "T1.3", "--yes").code == 0
    assert collected(ledger).code == 0 and shown(ledger, "T1.3")["answered_on"]


def test_all_of_a_form_or_nothing_of_it_and_the_others_are_taken(ledger, folder):
    Filler(form(folder, "市场监管")).write("T1.3", **{NOTE: "好"}).write("T2.1.3", percent=130).save()
    Filler(form(folder, "行政审批")).write("T1.1", **{NOTE: "好"}).save()
    answer = collected(ledger)
    assert answer.code == 2
    states = {item["dept"]: item["state"] for item in answer.json["items"]}
    assert (states["scjg"], states["xzsp"]) == ("faulty", "taken")
    assert shown(ledger, "T1.3")["status"] == "assigned" and shown(ledger, "T1.1")["note"] == "好"
    assert "任务进展!J" in answer.out and "130" in answer.out


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({STATUS: "已销号"}, "由统筹办登记"),
        ({STATUS: "差不多"}, "不在可选范围"),
        ({STATUS: "申请销号"}, "佐证材料"),
        ({STATUS: "受阻"}, "“存在困难”"),
        ({"percent": "快了"}, "快了"),
        ({NOTE: "长" * 2001}, "2000"),
        ({NOTE: "a_x0007_b"}, "U+0007"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(ledger, folder, values, what):
    Filler(form(folder, "市场监管")).write("T1.3", **values).save()
    answer = collected(ledger)
    assert answer.code == 2 and what in answer.out and "任务进展!" in answer.out
    assert shown(ledger, "T1.3")["status"] == "assigned"


def test_goals_and_figures_are_taken(ledger, folder):
    filler = Filler(form(folder, "市场监管"))
    sheet = filler.book[GOALS]
    goal = sheet.cell(5, 2).value
    filler.write(goal, GOALS, 完成日期=datetime(2026, 10, 1), 说明="按期")
    figure = filler.book[FIGURES].cell(5, 2).value
    filler.write(figure, FIGURES, 年度=2025, 数值=97.5, 数据来源="统计公报")
    filler.save()
    answer = collected(ledger)
    assert answer.code == 0, answer.out
    goals = ledger("milestones", "--format", "json").json["items"]
    assert next(one for one in goals if one["id"] == goal)["done_on"] == "2026-10-01"
    assert shown(ledger, figure)["actuals"][-1]["value"] == "97.5"
    assert collected(ledger).json["items"] and {i["state"] for i in collected(ledger).json["items"]} == {
        "nothing"
    }


def test_a_form_of_another_ledger_and_a_foreign_workbook_are_refused(ledger, folder, tmp_path):
    foreign = openpyxl.Workbook()
    foreign.active["A1"] = "你好"
    foreign.save(folder / "别的.xlsx")
    answer = collected(ledger)
    assert answer.code == 2 and "不是 qplan 生成的报表" in answer.out
    (folder / "别的.xlsx").unlink()
    (tmp_path / "ledger.db").unlink()
    assert ledger("load").code == 0
    answer = collected(ledger)
    assert answer.code == 2 and "另一台账" in answer.out


def test_a_changed_id_a_row_without_one_and_a_row_of_another_form_are_refused(ledger, folder):
    filler = Filler(form(folder, "市场监管"))
    filler.write("T1.3", **{NOTE: "甲"}).cell(TASKS, "T1.3", "编号").value = "T2.1.3"
    sheet = filler.book[TASKS]
    last = sheet.max_row
    sheet.cell(last, 11).value = "没有编号"
    sheet.cell(last - 1, 2).value, sheet.cell(last - 1, 11).value = "T9.9", "不认识"
    filler.save()
    answer = collected(ledger)
    assert answer.code == 2
    for what in ("被改为", "没有编号", "不在本报表中"):
        assert what in answer.out


def test_an_added_row_with_an_id_of_the_form_is_taken_and_notes_below_are_left(ledger, folder):
    filler = Filler(form(folder, "市场监管"))
    sheet = filler.book[TASKS]
    last = sheet.max_row
    sheet.cell(last, 2).value, sheet.cell(last, 11).value = "t1.3", "补报"
    sheet.cell(last - 2, 1).value = "填表日期：11 月 30 日"
    filler.save()
    assert collected(ledger).code == 0 and shown(ledger, "T1.3")["note"] == "补报"


def test_a_dry_run_and_a_refused_question_write_nothing(ledger, folder):
    filler = Filler(form(folder, "市场监管"))
    for ident in ("T1.3", "T2.1.3", "C4.1", "C4.2"):
        filler.write(ident, **{NOTE: "进展"})
    filler.save()
    before = ledger("log", "--format", "json").json["ledger"]["seq"]
    assert "将收取" in ledger("collect", "forms", "--dry-run").out
    answer = ledger("collect", "forms")
    assert answer.code == 2 and "--yes" in answer.err
    assert ledger("log", "--format", "json").json["ledger"]["seq"] == before


def office(*words, cwd):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice is not installed")
    profile = f"-env:UserInstallation=file://{cwd}/profile"
    subprocess.run(
        [program, "--headless", profile, *words], cwd=cwd, check=True, capture_output=True, timeout=180
    )


def test_libreoffice_keeps_validation_and_marks_and_what_was_filled_in(ledger, folder, tmp_path):
    filler = Filler(form(folder, "市场监管")).write("T1.3", percent=0.4, **{NOTE: "经 LibreOffice 保存"})
    sheet = filler.book[TASKS]
    sheet.column_dimensions["K"].width = 60
    sheet.insert_cols(5)
    filler.save(folder / "改了名.xlsx")
    form(folder, "市场监管").unlink()
    office(
        "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "forms", "forms/改了名.xlsx", cwd=tmp_path
    )
    office("--convert-to", "ods", "--outdir", "ods", "forms/改了名.xlsx", cwd=tmp_path)
    saved = openpyxl.load_workbook(folder / "改了名.xlsx")[TASKS]
    assert saved.protection.sheet and "list" in {rule.type for rule in saved.data_validations.dataValidation}
    answer = collected(ledger)
    assert answer.code == 0, answer.out
    assert (shown(ledger, "T1.3")["progress"], shown(ledger, "T1.3")["note"]) == (40, "经 LibreOffice 保存")
    again = ledger("collect", "ods", "--yes", "--format", "json")
    assert again.code == 0 and again.json["items"][0]["state"] == "nothing", again.out


def test_a_month_of_forms_of_all_departments_is_played_in(ledger, tmp_path):
    """Three rounds of made-up reports; LibreOffice saves every form of the last one."""
    for number, day in enumerate(("2026-10-10", "2026-10-20", "2026-10-30"), 1):
        ledger.at(datetime.fromisoformat(f"{day}T02:00:00+00:00"))
        place = tmp_path / f"round{number}"
        assert ledger("forms", "--out", place, "--due", day).code == 0
        paths = sorted(place.glob("*.xlsx"))
        reported = sum(report(path, number) for path in paths)
        assert reported > 50
        if number == 3:
            saved = tmp_path / "saved"
            names = [f"round3/{path.name}" for path in paths]
            office("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved", *names, cwd=tmp_path)
            place = saved
        first = ledger("collect", place, "--yes", "--format", "json")
        assert first.code == 0, first.out
        assert sum(item["rows"] for item in first.json["items"]) == reported and not first.json["missing"]
        again = ledger("collect", place, "--yes", "--format", "json")
        assert {item["state"] for item in again.json["items"]} == {"nothing"}
    assert ledger("verify").code == 0
    counts = ledger("tasks", "--status", "submitted", "--format", "json").json["items"]
    assert counts and all(item["note"].endswith("第3轮") for item in counts)


def report(path, number):
    """Fill in what a department that leads would; return the number of rows."""
    filler = Filler(path)
    rows = 0
    for cells in (
        filler.book[TASKS].iter_rows(min_row=5, max_col=15) if TASKS in filler.book.sheetnames else ()
    ):
        if cells[8].protection.locked or not cells[1].value:
            continue  # of a supporting department, or waiting for the office
        cells[9].value, cells[10].value = (
            (30 * number, f"{30 * number}%", number * 0.3)[rows % 3],
            f"进展\n第{number}轮",
        )
        if number == 2 and rows % 5 == 0:
            cells[8].value, cells[11].value, cells[12].value = "受阻", "缺地块", "请自然资源部门支持"
        if number == 3 and rows % 2 == 0:
            cells[8].value, cells[14].value = "申请销号", f"文〔2026〕{rows}号"
        rows += 1
    filler.save()
    return rows


VALUES = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.booleans(),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 17), VALUES), min_size=1, max_size=5))
def test_whatever_is_in_the_cells_is_taken_or_refused_with_its_place(ledger, folder, tmp_path, cells):
    shutil.copy(form(folder, "行政审批"), tmp_path / "any.xlsx")
    filler = Filler(tmp_path / "any.xlsx")
    for row, column, value in cells:
        cell = filler.book[TASKS].cell(row, column)
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    filler.save()
    before = ledger("log", "--format", "json").json["ledger"]["seq"]
    answer = ledger("collect", tmp_path / "any.xlsx", "--yes", "--format", "json")
    assert answer.code in (0, 2, 4), answer.err
    assert "inside qplan" not in answer.err
    after = ledger("log", "--format", "json").json["ledger"]["seq"]
    if answer.code:
        faults = answer.json["items"][0]["faults"] if answer.out else []
        assert after == before and (faults or answer.err)


def test_forms_and_register_show_what_plans_of_other_shapes_give(qplan, tmp_path, monkeypatch):
    monkeypatch.setenv("QPLAN_LANG", "zh")
    monkeypatch.chdir(tmp_path)
    assert qplan("load", Path(__file__).parents[2] / "examples" / "quotas-over-towns").code == 0
    assert qplan("forms", "--out", "forms", "--dept", "jia", "--as-of", "2025-05-01").code in (0, 2)
    assert qplan("forms", "--out", "forms", "--dept", "jia").code == 0
    filler = Filler(form(tmp_path / "forms", "甲镇人民政府"))
    assert "任务量：280人" in filler.cell(TASKS, "T1.1.jia", "任务信息").value
    assert "时限原文：11月底前" in filler.cell(TASKS, "T1.1.jia", "任务信息").value
    assert qplan("collect", "forms", "--yes", "--format", "json").json["items"][0]["state"] == "nothing"
    assert qplan("export", "--out", "register.xlsx").code == 0
    sheet = openpyxl.load_workbook("register.xlsx").active
    heads = [cell.value for cell in sheet[2]]
    assert heads.index("任务量") == heads.index("任务") + 1 and "时限原文" in heads
    assert qplan("update", "--from", "register.xlsx", "--yes").code == 0
