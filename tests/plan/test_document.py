"""A plan's own text is read: headings, promises, bodies and days, whatever program and habit wrote it."""

from pathlib import Path

import pytest

from plan.document_truth import TEXTS, compare, promises, read_truth, texts
from qplan.errors import BadInput
from qplan.plan.bundled import folder as bundled_folder
from qplan.plan.checks import check
from qplan.plan.coverage import cover, warnings
from qplan.plan.document.draft import draft_plan
from qplan.plan.document.reading import read_document
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan

PLAIN = TEXTS / "action-plan.txt"


def headings(document):
    return [(one.level, one.clause, one.title, one.id) for one in document.headings()]


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_a_text_is_read_as_a_person_reads_it(path):
    shares = compare(read_document(path), read_truth(path.with_suffix(".tsv")))
    assert (shares.missed, shares.false) == ([], [])


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_the_draft_of_a_text_is_a_plan_without_problems_that_carries_all_of_it(path, tmp_path):
    document = read_document(path)
    write_plan(tmp_path, draft_plan(document).plan)
    source = read_plan(tmp_path)
    assert [str(one) for one in check(source) if not one.warning] == []
    assert source.plan is not None
    assert warnings(cover(document, source.plan), document) == []


# -- one text in many forms


def whole_lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def wrapped(text, width=38):
    return "\n".join(line[at : at + width] for line in whole_lines(text) for at in range(0, len(line), width))


FORMS = {
    "gbk": lambda text: text.encode("gb18030"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "a mark and CRLF": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "full-width marks": lambda text: text.translate(dict(zip(b",:;()", "，：；（）", strict=True))).encode(),
    "half-width marks": lambda text: text.replace("。", ".").encode(),
    "lines broken at 38 characters": lambda text: wrapped(text).encode(),
    "no line breaks": lambda text: " ".join(whole_lines(text)).encode(),
    "no line breaks, half-width marks": lambda text: " ".join(whole_lines(text.replace("。", "."))).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_text_does_not_change_what_is_read(read_text, form):
    text = PLAIN.read_text(encoding="utf-8")
    plain, other = read_document(PLAIN), read_text(FORMS[form](text))
    assert [one[:2] for one in headings(other)] == [one[:2] for one in headings(plain)]
    assert promises(other) == promises(plain)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("a.html", lambda lines: "".join(f"<p>{line}</p>\n" for line in lines)),
        ("b.html", lambda lines: f"<table><tr><td>{'<br/>'.join(lines)}</td></tr></table>"),
        ("c.md", lambda lines: "\n\n".join(lines)),
    ],
)
def test_a_page_reads_like_its_text(read_text, name, page):
    lines = whole_lines(PLAIN.read_text(encoding="utf-8"))
    other = read_text(page(lines), name)
    assert headings(other) == headings(read_document(PLAIN))
    assert promises(other) == promises(read_document(PLAIN))


# -- numbering


def test_a_number_is_a_heading_only_where_it_continues_a_list(read_text):
    document = read_text(
        """\
        一、主要任务
        (一)建设网络
        3.5万户用上新网络,占全部用户的一半。
        1.5G基站。新建5G基站300个。
        2.2026年建成机房。建成机房2座。
        """
    )
    assert [(one.clause, one.title) for one in document.headings()] == [
        ("一", "主要任务"),
        ("一(一)", "建设网络"),
        ("一(一)1", "5G基站"),
        ("一(一)2", "2026年建成机房"),
    ]


def test_a_column_ends_where_the_outer_list_goes_on(read_text):
    document = read_text(
        """\
        三、主要任务
        (一)提升质量
        1.提升产品质量
        ——管好生产。严把原料关口。
        专栏1:产品质量
        1.建设平台。建成平台2个。
        2.引进人才。引进人才10名。
        2.提升服务质量
        3.提升工程质量
        """
    )
    assert [(one.clause, one.id) for one in document.headings()] == [
        ("三", None),
        ("三(一)", "T1"),
        ("三(一)1", "T1.1"),
        ("三(一)1-1", "T1.1.1"),
        ("专栏1", "C1"),
        ("专栏1-1", "C1.1"),
        ("专栏1-2", "C1.2"),
        ("三(一)2", "T1.2"),
        ("三(一)3", "T1.3"),
    ]


def test_a_gap_in_the_numbering_is_read_and_asked_about(read_text):
    document = read_text("一、主要任务\n1.抓生产。新建厂房2座。\n3.抓销售。新开门店5家。\n")
    assert [one.clause for one in document.headings()] == ["一", "一1", "一3"]
    assert [one.place for one in document.questions] == [3]


def test_which_mark_stands_above_which_is_learnt_from_the_text(read_text):
    document = read_text("1.抓工业\n(一)建园区\n(二)招企业\n2.抓农业\n(一)修水渠\n(二)建大棚\n3.抓旅游\n")
    assert [(one.level, one.clause) for one in document.headings()] == [
        (1, "1"),
        (2, "1(一)"),
        (2, "1(二)"),
        (1, "2"),
        (2, "2(一)"),
        (2, "2(二)"),
        (1, "3"),
    ]


def test_a_list_may_begin_at_a_later_mark(read_text):
    document = read_text("Plan\n\nB. Safer streets\nHire 20 wardens.\nC. Cleaner air\nPlant 500 trees.\n")
    assert [one.clause for one in document.headings()] == ["B", "C"]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("[1] Safety\nHire 5 officers.\n[2] Health\nOpen 6 clinics.\n", ["[1]", "[2]"]),
        ("第一条 考核对象为全县。\n第二条 新建站点5个。\n", ["第一条", "第二条"]),
        ("Mission A: Work\nA-i Hire 5 officers.\nA-ii Open 6 clinics.\n", ["Mission A", "A-i", "A-ii"]),
        ("Lever 1: Work\n1.a) Hire 5 officers.\n1.b) Open 6 clinics.\n", ["Lever 1", "1.a", "1.b"]),
        ("承诺一:更暖心。新建食堂5家。\n承诺二:更有力。新建站点6个。\n", ["承诺一", "承诺二"]),
    ],
)
def test_marks_of_other_habits_are_headings(read_text, text, clauses):
    assert [one.clause for one in read_text(text).headings()] == clauses


def test_any_words_with_a_number_before_a_colon_are_a_heading(read_text):
    document = read_text(
        "Plan\n\nFOREWORD\nWe listened.\n\nSUB-SECTOR I: PRIMARY\n\nIntention I/1: Widen access\nHire 20 teachers.\n\n"
        "SUB-SECTOR II: SECONDARY\n\nIntention II/1: Expand\nBuild 5 schools.\n"
    )
    assert [(one.level, one.clause) for one in document.headings()] == [
        (1, "§1"), (1, "SUB-SECTOR I"), (2, "Intention I/1"), (1, "SUB-SECTOR II"), (2, "Intention II/1")
    ]  # fmt: skip
    assert [one.promise.value for one in document.targets] == ["20", "5"]


def test_what_a_figure_was_is_no_promise(read_text):
    document = read_text(
        "Plan 2026–2030\n\n1 Losses\nSystem losses: 19.6% in 2025; 16% in 2028; 12.5% by 2030.\n"
    )
    assert promises(document) == [("1", "<=", "16", "%"), ("1", "<=", "12.5", "%")]


def test_a_chapter_of_requirements_promises_where_it_says_so(read_text):
    document = read_text(
        "一、总体要求\n坚持三个原则。到2027年,投资增长25%以上;交易量增长45%。\n二、主要任务\n新建站点5个。\n"
    )
    assert [one.promise.value for one in document.targets] == ["25", "45", "5"]


def test_numbers_run_on_under_letters_that_begin_anew(read_text):
    document = read_text(
        "I. Safety\nA. Police\n1. Hire 5 officers.\n2. Buy 3 cars.\nB. Fire\n3. Buy 2 engines.\nII. Health\nA. Clinics\n4. Open 6 clinics.\n"
    )
    assert [one.clause for one in document.headings()] == [
        "I", "I-A", "I-A-1", "I-A-2", "I-B", "I-B-3", "II", "II-A", "II-A-4"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        "Indicator 1.1.1. Days to register a firm. Baseline (2024): 21. Target (2030): 5.",
        "Indicator: days to register a firm\nBaseline (2024): 21\nTarget (2030): 5",
    ],
    ids=["one line", "three lines"],
)
def test_an_indicator_with_labels_is_a_row_whose_baseline_gives_the_direction(read_text, lines):
    (target,) = read_text(f"1 Tasks\n1.1 Firms\n{lines}\n").targets
    row = target.row
    assert row is not None
    assert (row.name.lower(), row.baseline, row.operator, row.value, row.year) == (
        "days to register a firm", "21", "<=", "5", 2030
    )  # fmt: skip


def test_a_list_is_numbered_on_over_chapters(read_text):
    document = read_text("一、甲\n①新建站点5个。\n②改造站点3个。\n二、乙\n③培训人员20名。\n")
    assert [one.clause for one in document.headings()] == ["一", "一①", "一②", "二", "二③"]


def test_a_table_whose_cells_are_divided_by_blanks_is_a_table(read_text):
    document = read_text(
        """\
        一、规划目标
        序号 指标名称 单位 2020年 2025年 指标性质
        1 人均预期寿命 岁 77.5 78.6 预期性
        2 重大慢性病 过早死亡率 % 16.2 ≤14.5 约束性
        """
    )
    assert [
        (one.row.name, one.row.operator, one.row.value, one.row.baseline, one.row.nature)
        for one in document.targets
    ] == [
        ("人均预期寿命", ">=", "78.6", "77.5", "expected"),
        ("重大慢性病 过早死亡率", "<=", "14.5", "16.2", "binding"),
    ]


def test_a_review_of_the_past_promises_nothing(read_text):
    document = read_text("一、工作回顾\n新增企业14家。\n二、工作安排\n新增企业20家。\n")
    assert promises(document) == [("二", ">=", "20", "家")]


@pytest.mark.parametrize(
    ("sentence", "name", "qualifier", "direction"),
    [
        ("工程质量投诉率逐年下降。", "工程质量投诉率", "逐年", "down"),
        ("合格率保持在全市前列。", "合格率", "保持", "hold"),
        ("确保食品安全万无一失。", "食品安全万无一失", "确保", None),
        ("森林覆盖率完成市下达目标。", "森林覆盖率", None, None),
    ],
)
def test_a_promise_without_a_figure_is_kept_without_a_value(read_text, sentence, name, qualifier, direction):
    (target,) = read_text(f"一、主要任务\n(一)抓质量\n{sentence}\n").targets
    one = target.promise
    assert (one.name, one.value, one.qualifier, one.direction) == (name, None, qualifier, direction)


# -- files that cannot be read


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "save it as .docx"),
        ("a.docx", b"\x89PNG\r\n\x1a\n", "recognise its text"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "recognise its text"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        ("a.docx", b"PK\x03\x04 nothing", "save it again"),
        ("a.zip", b"PK\x03\x04 nothing", "save the document"),
        ("a.txt", b"", "no text"),
        ("a.txt", "行\n".encode() * 400_000, "name the file of one plan"),
        ("a.txt", b"\x00\x01\x02\xff\xfe\x81" * 9, "save it as"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_what_to_do(read_text, name, data, advice):
    with pytest.raises(BadInput, match=advice):
        read_text(data, name)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(BadInput):
            read_document(path)


@pytest.mark.parametrize("junk", ["1", "(", "新增企业5家,", "一、", "。"], ids=repr)
def test_a_line_without_an_end_is_read_in_bounded_time(read_text, junk):
    read_text(junk * (2_000_000 // len(junk)))


def test_the_bundled_plan_carries_the_headings_and_figures_of_its_source():
    source = read_plan(bundled_folder())
    assert source.plan is not None
    assert source.text is not None
    document = read_document(Path(source.text))
    found = cover(document, source.plan)
    assert warnings(found, document) == []
    assert sum(one.kind == "heading" for one in found.items) == 107
    assert sum(one.kind == "promise" for one in found.items) == 58
