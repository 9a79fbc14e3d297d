"""A plan's own text in Word, and headings that only their look shows: numbers, frames, tables, bold, size and font."""

import pytest

from plan.document_truth import promises
from qplan.plan.document.reading import read_document


def numbered(paragraph, num, level):
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    element = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", level), ("w:numId", num)):
        child = OxmlElement(name)
        child.set(qn("w:val"), str(value))
        element.append(child)
    properties.append(element)


def add_numbering(document):
    """A list whose numbers Word computes: 一、 then (一)."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, text in ((0, "%1、"), (1, "（%2）"))
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def test_a_word_document_is_read_with_its_numbers_frames_and_tables(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    add_numbering(document)
    document.add_heading("松山区教育发展规划(2026-2030年)", 0)
    for level, text in ((0, "发展目标"), (0, "主要任务"), (1, "办好学前教育"), (1, "建强教师队伍")):
        numbered(document.add_paragraph(text), 77, level)
        if text == "发展目标":
            table = document.add_table(3, 4)
            rows = (
                ("指标", "单位", "2030年", "属性"),
                ("学前教育毛入园率", "%", "≥98", "约束性"),
                ("新增学位", "个", "6000", "预期性"),
            )
            for cells, texts_ in zip(table.rows, rows, strict=True):
                for cell, value in zip(cells.cells, texts_, strict=True):
                    cell.text = value
        if text == "办好学前教育":
            document.add_paragraph("新建公办幼儿园12所。责任单位：区教育局")
            frame = document.add_table(1, 1).rows[0].cells[0]
            frame.text = "专栏1 重点工程"
            frame.add_paragraph("1.幼儿园新建工程。新增学位3000个，2028年底前完成。")
    path = tmp_path / "plan.docx"
    document.save(path)
    read = read_document(path)
    assert [(one.level, one.clause, one.title, one.id) for one in read.headings()] == [
        (1, "一", "发展目标", None),
        (1, "二", "主要任务", None),
        (2, "二（一）".replace("（", "(").replace("）", ")"), "办好学前教育", "T1"),
        (3, "专栏1", "重点工程", "C1"),
        (4, "专栏1-1", "幼儿园新建工程", "C1.1"),
        (2, "二(二)", "建强教师队伍", "T2"),
    ]
    assert promises(read) == [
        ("一表-1", ">=", "98", "%"),
        ("一表-2", ">=", "6000", "个"),
        ("二(一)", ">=", "12", "所"),
        ("专栏1-1", ">=", "3000", "个"),
    ]
    assert [one.row.nature for one in read.targets if one.row] == ["binding", "expected"]


def by_look(path, paragraphs):
    """A Word document whose paragraphs have no style: text, points, bold, centred, font."""
    docx = pytest.importorskip("docx")
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = docx.Document()
    for text, points, bold, centred, font in paragraphs:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(points), bold
        if font:
            run.font.name = font
            run._r.rPr.rFonts.set(qn("w:eastAsia"), font)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.save(path)
    return read_document(path)


def test_paragraphs_without_styles_and_numbers_are_headings_by_their_look(tmp_path):
    body = (12, False, False, "")
    read = by_look(
        tmp_path / "plan.docx",
        [
            ("Harbour Plan 2027–2030", 22, True, True, ""),
            ("Safer streets", 16, True, False, ""),
            ("We will repair 40 bridges.", *body),
            ("Lighting", 12, True, False, ""),
            ("We will install 900 lamps by 2028.", *body),
            ("Traffic", 12, True, False, ""),
            ("We will close 3 crossings.", *body),
            ("Cleaner air", 16, True, False, ""),
            ("We will buy 25 electric buses, and cut emissions by 30%.", *body),
        ],
    )
    assert [(one.level, one.title) for one in read.headings()] == [
        (1, "Safer streets"), (2, "Lighting"), (2, "Traffic"), (1, "Cleaner air")
    ]  # fmt: skip
    assert read.head.title == "Harbour Plan 2027–2030"
    assert [one.value for one in (target.promise for target in read.targets)] == [
        "40",
        "900",
        "3",
        "25",
        "30",
    ]
    assert [one.place for one in read.questions if "without a number" in one.what] == [2, 4, 6, 8]


@pytest.mark.parametrize(
    ("name", "bold", "line"),
    [("a.html", "<p><strong>{}</strong></p>", "<p>{}</p>"), ("a.md", "**{}**\n", "{}\n")],
)
def test_a_paragraph_that_is_bold_as_a_whole_is_a_heading(read_text, name, bold, line):
    parts = [
        (line, "Harbour Plan 2027"),
        (bold, "Safer streets"),
        (line, "We will repair 40 bridges."),
        (bold, "Cleaner air"),
        (line, "Buy 25 buses."),
    ]
    read = read_text("\n".join(form.format(text) for form, text in parts), name)
    assert [(one.title, one.id) for one in read.headings()] == [
        ("Safer streets", "T1"),
        ("Cleaner air", "T2"),
    ]


def test_looks_that_differ_by_font_alone_have_their_levels_in_the_order_of_the_text(tmp_path):
    fonts = ["黑体", "楷体", "隶书", "幼圆", "华文中宋", "微软雅黑"]
    parts = [("青岩市2027年水利工作要点", 22, False, True, "方正小标宋")]
    for n, font in enumerate(fonts):
        parts += [
            (f"抓好水利事项之{'甲乙丙丁戊己'[n]}", 16, False, False, font),
            (f"修建水库{n + 2}座，全市都要抓好落实。", 16, False, False, "仿宋"),
        ]
    read = by_look(tmp_path / "plan.docx", parts)
    assert [one.level for one in read.headings()] == [1, 2, 3, 4, 5, 6]


def test_chinese_headings_without_numbers_are_read_by_font_and_place(tmp_path):
    body = (16, False, False, "仿宋")
    read = by_look(
        tmp_path / "plan.docx",
        [
            ("青岩市2027年水利工作要点", 22, False, True, "方正小标宋"),
            ("全市水利工作要抓好以下几项。", *body),
            ("守牢防汛底线", 16, False, False, "黑体"),
            ("水库除险加固", 16, False, False, "楷体"),
            ("完成病险水库除险加固32座。", *body),
            ("山洪灾害防治", 16, False, False, "楷体"),
            ("新建雨量站120个。", *body),
            ("保障城乡供水", 16, False, False, "黑体"),
            ("农村自来水普及率达到95%以上。", *body),
        ],
    )
    assert [one.title for one in read.headings()] == [
        "守牢防汛底线",
        "水库除险加固",
        "山洪灾害防治",
        "保障城乡供水",
    ]
    assert [one.promise.value for one in read.targets] == ["32", "120", "95"]


def test_numbered_headings_are_not_changed_by_their_look(tmp_path):
    body = (16, False, False, "仿宋")
    read = by_look(
        tmp_path / "plan.docx",
        [
            ("青岩市2027年水利工作要点", 22, False, True, "方正小标宋"),
            ("一、守牢防汛底线", 16, False, False, "黑体"),
            ("(一)水库除险加固", 16, False, False, "楷体"),
            ("完成病险水库除险加固32座。", *body),
            ("二、保障城乡供水", 16, False, False, "黑体"),
            ("农村自来水普及率达到95%以上。", *body),
            ("青岩市水利局", 16, False, True, "仿宋"),
        ],
    )
    assert [one.clause for one in read.headings()] == ["一", "一(一)", "二"]
    assert read.questions == []
