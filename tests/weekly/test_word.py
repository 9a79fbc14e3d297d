"""The notice (督办通报) and the supervision notice (督办通知单) as Word files."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from qplan.plan import bundled
from qplan.plan.source import read_plan
from qplan.render import gbt9704
from weekly.conftest import WEEK, pages_of, pdf_of

ROOT = Path(__file__).parents[2]
docx = pytest.importorskip("docx", reason="python-docx is in the office extra")
pytest.importorskip("jinja2", reason="Jinja2 is in the office extra")


@pytest.fixture
def notice(folder):
    return docx.Document(folder / "weekly-2026-W06.docx")


@pytest.fixture
def told(folder):
    return json.loads((folder / "weekly-2026-W06.json").read_text(encoding="utf-8"))


def text_of(document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_its_parts_stand_in_the_order_of_an_official_document(notice):
    lines = iter(text_of(notice).splitlines())
    parts = ["代拟稿", "〔", "任务推进情况的督办通报", "各责任单位：", "一、总体情况", "二、本周进展", "三、存在问题", "四、工作要求", "附件：1.", "领导小组办公室", "2026年2月8日", "附件1", "附件2", "附件3"]  # fmt: skip
    assert [
        part for part in parts if not any(line.startswith(part) or part in line[:40] for line in lines)
    ] == []
    assert "〔　　　　〕" in text_of(notice)  # number, seal and signer stay blank


def test_every_number_of_it_is_that_of_the_json(notice, told):
    text = text_of(notice)
    totals = told["totals"]
    count = {
        label: (int(n), share)
        for label, n, share in re.findall(
            r"(已销号|办理中|受阻|待签收|待审核|已终止)(\d+)项，占([\d.]+)%", text
        )
    }
    codes = {"已销号": "closed", "办理中": "active", "受阻": "blocked", "待签收": "assigned", "待审核": "submitted", "已终止": "terminated"}  # fmt: skip
    assert set(count) == set(codes)
    for label, code in codes.items():
        number = totals["status"].get(code, 0)
        assert count[label] == (number, totals["shares"]["status"].get(code, "0.0"))
    assert f"任务共{totals['total']}项" in text
    assert (
        f"逾期未完成{totals['overdue']}项，占{totals['shares']['overdue']}%，较上周减少{-totals['overdue_change']}项"
        in text
    )
    assert f"本周新增逾期{len(told['newly_overdue'])}项，销号{len(told['closed'])}项" in text
    assert f"7日内到期{len(told['due_within_7'])}项，30日内到期{len(told['due_soon'])}项" in text
    assert f"未反馈进展的任务{len(told['stale'])}项" in text
    full = {one.id: one.full_name or one.name for one in read_plan(bundled.folder()).plan.departments}
    reported = [item for item in told["progress"] if item["reported_by"]]
    depts = {lead for item in reported for lead in item["leads"]}
    assert f"{len(depts)}个单位反馈了{len(reported)}项任务的进展" in text
    assert f"待审核{len(told['submitted'])}项" in text
    for line in told["by_dept"]:
        if line["overdue"]:
            assert f"{full[line['id']]}逾期{line['overdue']}项" in text
    for item in told["overdue"]:
        assert f"{item['id']}“" in text and f"逾期{item['overdue_days']}天" in text


def test_the_annexes_hold_the_list_row_by_row(notice, told):
    overdue, departments, progress = notice.tables
    rows = [[cell.text for cell in row.cells] for row in overdue.rows]
    assert rows[0][:4] == ["序号", "编号", "任务", "牵头单位"]
    assert [(r[1], r[2], r[5], r[6], r[7]) for r in rows[1:]] == [
        (i["id"], i["title"], i["deadline"], str(i["overdue_days"]), str(i["overdue_workdays"]))
        for i in told["overdue"]
    ]
    counts = [[cell.text for cell in row.cells] for row in departments.rows][1:]
    assert [(r[1], int(r[2]), int(r[4]), int(r[5])) for r in counts] == [
        (d["title"], d["total"], d["overdue"], d["overdue_change"]) for d in told["by_dept"]
    ]
    happened = [[cell.text for cell in row.cells] for row in progress.rows][1:]
    assert [(r[1], r[2]) for r in happened] == [(i["id"], i["title"]) for i in told["progress"]]
    for table in (overdue, departments, progress):
        assert "w:tblHeader" in table.rows[0]._tr.xml and "w:tblHeader" not in table.rows[1]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_pages_and_fonts_are_those_of_the_standard(notice):
    first, second = notice.sections
    assert [
        round(x.mm) for x in (first.top_margin, first.left_margin, first.right_margin, first.bottom_margin)
    ] == [37, 28, 26, 35]
    assert [round(first.page_width.mm), round(first.page_height.mm)] == [210, 297]
    assert [round(second.page_width.mm), round(second.page_height.mm)] == [297, 210]
    assert notice.settings.odd_and_even_pages_header_footer
    assert (first.footer.paragraphs[0].alignment, first.even_page_footer.paragraphs[0].alignment) == (2, 0)
    for header, side in ((second.header, "right"), (second.even_page_header, "left")):
        turned = header._element.xml  # the number of a page that lies across is turned, in its left margin
        assert 'vert="vert"' in turned and f'<w:jc w:val="{side}"/>' in turned and " PAGE " in turned
    assert not second.footer.is_linked_to_previous and second.footer.paragraphs[0].text == ""
    fonts = {
        style.name: (style.element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")), style.font.size.pt)
        for style in notice.styles
        if style.name.startswith("公文")
    }
    assert fonts["公文标题"] == ("方正小标宋简体", 22)
    assert (fonts["公文正文"], fonts["公文一级标题"]) == (("仿宋", 16), ("黑体", 16))
    assert fonts["公文页码"] == ("宋体", 14)


def test_fonts_have_stand_ins(folder):
    import zipfile

    with zipfile.ZipFile(folder / "weekly-2026-W06.docx") as archive:
        table = archive.read("word/fontTable.xml").decode()
        assert not [name for name in archive.namelist() if "thumbnail" in name or "stylesWithEffects" in name]
    for font in ("仿宋", "楷体", "黑体", "宋体", "方正小标宋简体"):
        assert re.search(rf'w:name="{font}"><w:altName w:val="[^"]+"', table)


def test_a_full_page_has_22_lines_of_28_characters(tmp_path, profile):
    made = gbt9704.new()
    gbt9704.paragraph(made, "to", "督" * (28 * 22 * 3))
    path = tmp_path / "grid.docx"
    made.save(path)
    pages = pages_of(pdf_of(path, profile))
    counted = [[line.count("督") for line in page.splitlines() if "督" in line] for page in pages]
    assert counted == [[28] * 22] * 3


def test_libreoffice_shows_it_with_numbered_pages_and_repeated_heads(folder, profile, told):
    pages = pages_of(pdf_of(folder / "weekly-2026-W06.docx", profile))
    for number, page in enumerate(pages, 1):
        assert re.search(rf"—\s*{number}\s*—", page)
    left = [len(re.search(r"^( *)—\s*\d+\s*—", page, re.MULTILINE)[1]) for page in pages[:2]]
    assert left[0] > 20 > left[1]  # right on odd pages, left on even ones
    whole = re.sub(r"\s", "", "".join(pages))
    assert f"任务共{told['totals']['total']}项" in whole


def test_a_long_list_repeats_its_heading_on_every_page(qplan, tmp_path, profile):
    ledger = tmp_path / "plan.db"
    assert qplan("load", "--ledger", ledger)[0] == 0
    path = tmp_path / "full.docx"
    assert qplan("weekly", "--week", "2026-W02", "--ledger", ledger, "--out", path)[0] == 0
    pages = [page for page in pages_of(pdf_of(path, profile)) if "2025-12-31" in page]
    assert len(pages) > 3
    assert all("牵头单位" in page and "编号" in page for page in pages)


def test_the_signature_stands_below_text_on_its_page(qplan, tmp_path, profile):
    """The notice of 2026-W03 had the signature alone on its fourth page."""
    path = tmp_path / "w03.docx"
    assert qplan("weekly", "--week", "2026-W03", "--out", path)[0] == 0
    signed = next(
        page for page in pages_of(pdf_of(path, profile)) if "2026年1月18日" in page.replace(" ", "")[-400:]
    )
    assert "。" in signed.partition("附件")[0]
    lines = [line for line in docx.Document(path).paragraphs if line.text or line.style.name == "公文空行"]
    last = max(n for n, line in enumerate(lines) if line.style.name == "公文落款")
    first = max(n for n, line in enumerate(lines[:last]) if line.text.endswith("。"))
    assert all(line.paragraph_format.keep_with_next for line in lines[first:last])
    assert not lines[first - 1].paragraph_format.keep_with_next


def test_the_signature_of_a_letter_stays_with_the_last_row_of_its_table(qplan, tmp_path):
    path = tmp_path / "n.docx"
    assert qplan("notice", "C7.3", "--as-of", "2026-01-08", "--out", path)[0] == 0
    rows = docx.Document(path).tables[0].rows
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows]
    assert kept[-1] and not any(kept[:-1])


def test_no_status_percent_or_day_of_a_list_is_broken_over_lines(qplan, tmp_path, profile):
    path = tmp_path / "late.docx"
    assert qplan("overdue", "--as-of", "2026-01-19", "--out", path)[0] == 0
    (page,) = pages_of(pdf_of(path, profile))
    assert page.count("办理中") == 7 and len(re.findall(r"\d\d%", page)) == 7


def test_no_id_of_a_period_is_broken_at_its_hyphen(qplan, tmp_path, profile):
    ledger, path = tmp_path / "towns.db", tmp_path / "towns.docx"
    assert qplan("load", ROOT / "examples" / "quotas-over-towns", "--ledger", ledger)[0] == 0
    assert qplan("weekly", "--week", "2025-W22", "--ledger", ledger, "--out", path)[0] == 0
    made = docx.Document(path)
    ids = re.findall(r"T2\.2025-0\d", text_of(made))
    assert ids and made.element.body.xml.count("<w:noBreakHyphen/>") >= len(ids)
    assert "T2.2025-03" in [cell.text for cell in made.tables[0].columns[1].cells]
    annex = "".join(pages_of(pdf_of(path, profile))).partition("逾期任务清单（")[2]
    assert re.search(r"T2\.2025[-\u2011]03", annex)


def test_the_supervision_notice_of_a_task(qplan, tmp_path):
    code, _out, err = qplan("notice", "c7.3", "--as-of", "2026-01-08", "--out", tmp_path / "n.docx")
    assert code == 0, err
    made = docx.Document(tmp_path / "n.docx")
    text = text_of(made)
    item = json.loads(qplan("notice", "C7.3", "--as-of", "2026-01-08", "--format", "json")[1])["item"]
    assert (
        f"已逾期{item['overdue_days']}天（其中工作日{item['overdue_workdays']}天），当前进度{item['progress']}%"
        in text
    )
    assert "代拟稿" in text and "区综合行政执法局：" in text
    facts = {row.cells[0].text: row.cells[1].text for row in made.tables[0].rows}
    assert facts["办理情况回复"] and not {"任务", "完成时限", "回复时限"} & set(facts)  # its text has them
    listed = qplan("notice", "c7.3", "--as-of", "2026-01-08")[1]
    assert re.search(r"^任务 +C7\.3 ", listed, re.MULTILINE) and re.search(
        r"^完成时限 +2025年", listed, re.MULTILINE
    )
    code, _out, err = qplan("notice", "T1")
    assert code == 2 and "T1" in err


def test_the_supervision_notice_of_a_task_is_one_page(qplan, tmp_path, profile):
    """With a long progress note its reply row and signature were on a second page."""
    place = ("--ledger", tmp_path / "l.db", "--actor", "李明")
    plan = shutil.copytree(ROOT / "data", tmp_path / "plan")
    tasks = plan / "plan_tasks.yaml"
    title = "加强全区宏观质量研究并建立镇街质量发展评价和通报约谈长效机制"
    text = tasks.read_text(encoding="utf-8")
    tasks.write_text(text.replace("title: 加强宏观质量研究\n", f"title: {title}\n"), encoding="utf-8")
    note = "路基和排水施工已经完成，路面正在铺装；" * 7
    path = tmp_path / "n.docx"
    for words in (
        ("load", plan),
        ("accept", "T1.3", "--on", "2025-11-03"),
        ("report", "T1.3", "--progress", 40, "--note", note[:120], "--difficulty", note[:60], "--on", "2025-12-01"),
        ("urge", "T1.3", "--on", "2026-01-06"),
        ("notice", "T1.3", "--as-of", "2026-02-16", "--out", path),
    ):  # fmt: skip
        code, _out, err = qplan(*words, *place)
        assert code == 0, err
    (page,) = pages_of(pdf_of(path, profile))
    assert (
        title in re.sub(r"\s", "", page) and "办理情况回复" in page and "尚未回复" in re.sub(r"\s", "", page)
    )


def test_the_supervision_notice_of_an_english_plan_is_one_page(qplan, tmp_path, profile):
    path, note = tmp_path / "n.docx", "The draft licence was reviewed; " * 4
    done = ("--progress", 25, "--note", note[:120], "--difficulty", note[:60], "--actor", "Bob@works")
    for words in (
        ("load", ENGLISH),
        ("accept", "T2", "--actor", "Bob@works", "--on", "2025-07-02"),
        ("urge", "T2", "--actor", "Ann", "--on", "2025-08-01"),
        ("report", "T2", *done, "--on", "2025-08-02"),
        ("notice", "T2", "--as-of", "2026-02-16", "--out", path),
    ):  # fmt: skip
        code, _out, err = qplan(*words, "--ledger", tmp_path / "l.db")
        assert code == 0, err
    (page,) = pages_of(pdf_of(path, profile))
    assert "You were urged on 1 August 2025" in re.sub(r"\s+", " ", page) and "16 February 2026" in page


def test_the_table_of_a_notice_keeps_what_a_districts_text_leaves_out(qplan, tmp_path, monkeypatch):
    (tmp_path / "order.txt").write_text(
        "# {{ title }}\n\n请办理。\n\n@ task | | 任务情况\n", encoding="utf-8"
    )
    monkeypatch.setenv("QPLAN_TEMPLATES", str(tmp_path))
    assert qplan("notice", "C7.3", "--as-of", "2026-01-08", "--out", tmp_path / "n.docx")[0] == 0
    facts = {row.cells[0].text for row in docx.Document(tmp_path / "n.docx").tables[0].rows}
    assert {"任务", "完成时限", "回复时限"} <= facts


def test_a_list_without_a_notice_is_a_report_with_tables(qplan, tmp_path):
    assert qplan("tasks", "--dept", "nync", "--out", tmp_path / "t.docx")[0] == 0
    made = docx.Document(tmp_path / "t.docx")
    listed = json.loads(qplan("tasks", "--dept", "nync", "--format", "json")[1])["items"]
    assert [row.cells[0].text for row in made.tables[0].rows][1:] == [item["id"] for item in listed]


class TestWording:
    def test_an_office_words_it_its_own_way(self, qplan, tmp_path, monkeypatch):
        own = tmp_path / "own"
        own.mkdir()
        (own / "notice.txt").write_text(
            "# 自拟标题\n{{ total }}项，逾期{{ overdue | length }}项\n@ overdue | 附表 | 表", encoding="utf-8"
        )
        monkeypatch.setenv("QPLAN_TEMPLATES", str(own))
        assert qplan("weekly", "--week", "2026-W06", "--out", tmp_path / "w.docx")[0] == 0
        made = docx.Document(tmp_path / "w.docx")
        assert [p.text for p in made.paragraphs if p.text] == ["自拟标题", "83项，逾期6项", "附表", "表"]
        assert len(made.tables) == 1

    @pytest.mark.parametrize(
        ("text", "line"),
        [("第一行\n{{ nothing }}", 2), ("{% if x %}", 1), ("a\nb\n@ nowhere | 附件 | 表", 3)],
    )
    def test_a_fault_of_a_template_is_told_with_its_line(self, qplan, tmp_path, monkeypatch, text, line):
        (tmp_path / "notice.txt").write_text(text, encoding="utf-8")
        monkeypatch.setenv("QPLAN_TEMPLATES", str(tmp_path))
        code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", tmp_path / "w.docx")
        assert code == 2 and f"notice.txt:{line}:1: " in err and "Traceback" not in err
        assert not (tmp_path / "w.docx").exists()

    def test_a_value_never_makes_a_paragraph_and_a_template_cannot_reach_out(self):
        from qplan.errors import BadFile
        from qplan.plan.wording import Wording
        from qplan.views.document import compose

        made = compose(Wording("t", "正文：{{ note }}"), {"note": "一\n# 标题"}, {})
        assert [b.style for b in made.blocks] == ["body"]
        with pytest.raises(BadFile):
            compose(Wording("t", "{{ ''.__class__.__mro__ }}"), {}, {})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("关于印发通知", ["关于印发通知"]),
        ("关于《绵阳市游仙区“十四五”质量发展规划》", ["关于《绵阳市游仙区", "“十四五”质量发展规划》"]),
    ],
)
def test_a_long_title_breaks_where_the_sense_allows(text, lines):
    assert gbt9704.balanced(text, gbt9704.TITLE_CHARACTERS) == lines


ENGLISH = ROOT / "examples" / "english-action-plan"


@pytest.fixture
def english(qplan, tmp_path):
    """The Word files of an English plan, written by a program that speaks Chinese."""

    def run(*words):
        code, _out, err = qplan(*words, "--ledger", str(tmp_path / "en.db"), "--lang", "zh")
        assert code == 0, err

    run("load", str(ENGLISH))
    run("update", "T2", "--progress", "20", "--actor", "Bob@works", "--on", "2025-07-15")
    run("weekly", "--week", "2025-W29", "--as-of", "2025-07-21", "--out", f"{tmp_path}/en/")
    run("notice", "T2", "--as-of", "2025-07-21", "--out", str(tmp_path / "notice.docx"))
    return [docx.Document(tmp_path / name) for name in ("en/weekly-2025-W29.docx", "notice.docx")]


def test_the_documents_of_an_english_plan_are_english(english):
    for document in english:
        tables = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
        assert not re.search("[\u4e00-\u9fff]", text_of(document) + tables)
    weekly, order = map(text_of, english)
    assert "1 more than in the week before" in weekly or "as in the week before" in weekly
    assert (
        "Department of Public Works, Department of Parks and Recreation" in order and "30 June 2025" in order
    )


def test_no_latin_word_of_a_heading_is_broken_between_lines(english):
    (title, *_rest) = [p.text for p in english[0].paragraphs if p.style.name == "公文标题"]
    assert title.split("\n") == ["Open Data Action Plan 2025 of the", "City of Exampleton (fictitious):"]


def test_columns_are_wide_enough_for_their_latin_words():
    from qplan.views.document import fitted

    assert fitted((10, 10, 10), (10, 20, 70)) == (10, 10, 10)
    assert fitted((10, 10, 10), (10, 20, 100)) == [615, 635, 1000]  # tenths of a millimetre, 225 in all


def test_a_missing_library_is_told_in_a_sentence(qplan, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "docx", None)
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", tmp_path / "w.docx")
    assert code == 1 and "python-docx" in err and "pip install 'qplan[office]'" in err
    assert "Traceback" not in err and not (tmp_path / "w.docx").exists()


def test_a_departments_notice_names_the_red_indicators_that_it_leads(qplan, tmp_path):
    def text(dept):
        path = tmp_path / f"{dept}.docx"
        assert qplan("weekly", "--week", WEEK, "--dept", dept, "--out", path)[0] == 0
        return "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)

    of_jxkj, of_scjg = text("jxkj"), text("scjg")  # jxkj supports I2, which scjg leads
    assert "Q25" in of_jxkj and "I2“" not in of_jxkj
    assert "I2“" in of_scjg and "Q25" not in of_scjg
