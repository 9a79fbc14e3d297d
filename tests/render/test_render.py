import csv
import html.parser
import io
import json
import re

import pytest
import wcwidth

from qplan import i18n
from qplan.errors import BadInput
from qplan.render import FORMATS, cells, format_of, render, terminal
from qplan.render.delimited import without_formula
from qplan.render.text import cell_width
from qplan.views import DATE, INTEGER, LIGHT, Column, Table
from render.awkward import AWKWARD, COLUMNS, LONG_TITLE, payload, rows, view

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(params=["en", "zh"])
def language(request):
    before = i18n.language
    i18n.use(request.param)
    yield request.param
    i18n.use(before)


def lines(**options):
    return render(view(), "table", terminal=True, **options).split("\n")


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 160, 400])
def test_no_line_is_wider_than_the_terminal(width, color, language):
    for line in lines(width=width, color=color):
        assert wcwidth.wcswidth(ANSI.sub("", line)) <= width, line


def test_a_tab_in_a_sentence_makes_no_line_too_wide():
    sentence = f"一\t{LONG_TITLE}"
    page = render(view(title=sentence, lead=(sentence,), notes=(sentence,)), "table", terminal=True, width=60)
    assert "\t" not in page
    assert max(map(wcwidth.wcswidth, page.split("\n"))) <= 60


@pytest.mark.parametrize("width", [80, 160])
def test_columns_stand_below_each_other(width, language):
    page = lines(width=width)
    start = next(number for number, line in enumerate(page) if line.startswith("编号"))
    header = page[start]
    dates = [line for line in page if "2025-12-31" in line]
    left = {wcwidth.wcswidth(line[: line.index("2025-12-31")]) for line in dates}
    assert left == {wcwidth.wcswidth(header[: header.index("期限")])}
    # Numbers end where their heading ends.
    right = {wcwidth.wcswidth(line[: line.index("1234") + 4]) for line in page if "1234" in line}
    if right:  # a narrow terminal has left the column out
        assert right == {wcwidth.wcswidth(header[: header.index("逾期天数") + 4])}


@pytest.mark.parametrize("width", [60, 80, 160])
def test_nothing_is_cut_and_no_id_or_date_is_squeezed(width, language):
    page = render(view(), "table", terminal=True, width=width)
    assert "…" not in page
    for row in rows():
        assert re.search(rf"(^|  ){re.escape(row[0])}(\s|$)", page, re.MULTILINE)
        assert row[1].strip()[-2:-1] in page
    assert page.count("2025-12-31") == sum(row[3] is not None for row in rows())


def test_a_narrow_terminal_names_what_it_leaves_out():
    i18n.use("en")
    page = render(view(), "table", terminal=True, width=80)
    assert re.search("Not shown at this width: .*, 进展\\.", page)
    assert "Not shown" not in render(view(), "table", terminal=True, width=160)


def test_lights_are_coloured_and_named():
    i18n.use("zh")
    page = render(view(), "table", terminal=True, width=120, color=True)
    assert re.search(r"\x1b\[1;31m红灯", page)
    assert "红灯" in render(view(), "table", terminal=True, width=120)
    assert "\x1b" not in render(view(), "table", terminal=True, width=120)
    i18n.use("en")


@pytest.mark.parametrize("format", ["table", "md", "html"])
@pytest.mark.parametrize("terminal", [False, True])
def test_data_steers_no_terminal(format, terminal):
    text = render(view(), format, terminal=terminal, width=100)
    steering = [character for character in text if ord(character) < 32 and character not in "\n\t"]
    assert steering == []
    assert not re.search("[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", text)


def test_clean_shows_control_characters_and_drops_hidden_ones():
    assert cells.clean("a\x1b[2Jb") == "a\\x1b[2Jb"
    assert cells.clean("a\u200bb\u202ec") == "abc"
    assert cells.clean("一\r\n二\u2028三\t") == "一\n二\n三\t"


def test_symbols_of_a_plain_terminal_exist_in_gbk():
    i18n.use("zh")
    simple = view(tables=[Table("t", "表", COLUMNS[:8], [row[:8] for row in rows()])], lead=())
    for draw in (True, False):
        render(simple, "table", terminal=True, width=100, draw=draw).encode("gbk")
    render(simple, "table").encode("gbk")
    i18n.use("en")


@pytest.mark.parametrize("text", [value for value in AWKWARD if value])
def test_cell_width_is_that_of_wcwidth(text):
    shown = cells.clean(text).replace("\n", " ").replace("\t", " ")
    assert cell_width(shown) == wcwidth.wcswidth(shown)


def test_plain_table_keeps_one_line_a_row_and_every_word():
    text = render(view(), "table")
    row_lines = [line for line in text.split("\n") if line.startswith("T2.")]
    assert len(row_lines) == len(AWKWARD)
    assert "line one / line two / line three" in text
    assert "3.10" in text and "1e5" in text and "96.20" in text


def test_wrap_keeps_words_and_punctuation():
    assert terminal.wrap("健全“从田间到餐桌”的监管体系，", 10) == [
        "健全“从田",
        "间到餐桌”",
        "的监管体",
        "系，",
    ]
    assert terminal.wrap("alpha beta gamma", 11) == ["alpha beta", "gamma"]
    assert terminal.wrap("    缩进的文字很长", 10) == ["    缩进的", "    文字很", "    长"]
    assert terminal.wrap("abcdefghijkl", 5) == ["abcde", "fghij", "kl"]
    assert terminal.wrap("", 5) == [""]


def test_csv_reads_back_and_runs_no_formula():
    i18n.use("zh")
    one = view(tables=view().tables[:1])
    text = render(one, "csv")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == [column.title for column in COLUMNS]
    assert len(read) == len(AWKWARD) + 1
    notes = [row[-1] for row in read[1:]]
    assert notes[5] == "-5"
    assert [note for note in notes if note[:1] in "=+@\t＝"] == [""]
    assert notes[4].startswith("'=") and notes[6].startswith("'-") and notes[7].startswith("'＝")
    assert read[1][4:7] == ["待签收", "0%", "红灯"]
    i18n.use("en")


@pytest.mark.parametrize(
    ("text", "safe"), [("-1", True), ("-1.5%", True), ("-1+1", False), ("＋1", False), ("\r=1", False)]
)
def test_a_formula_becomes_text(text, safe):
    assert (without_formula(text) == text) is safe


def test_csv_of_several_tables_names_each():
    text = render(view(), "csv")
    assert text.split("\r\n")[0] == "任务一览"
    assert re.search("\r\n\r\n概况\r\n[^\r\n,]+,[^\r\n,]+\r\n", text)
    first, *others = view().tables
    assert render(view(tables=[first._replace(title=""), *others]), "csv").startswith("编号,任务,")


def test_columns_without_a_value_leave_a_narrow_terminal_first_and_silently():
    columns = (
        Column("id", "id", INTEGER), Column("title", "title"), Column("owner", "owner", rank=1),
        Column("cause", "cause", rank=2), Column("clause", "clause", rank=3),
    )  # fmt: skip
    rows = [(1, "t" * 20, None, "late delivery of " * 2, "c" * 30), (2, "u", "", "rain", "d")]
    one = view(tables=[Table("t", "", columns, rows)], lead=(), notes=())
    page = render(one, "table", terminal=True, width=50)
    assert "cause" in page and "owner" not in page
    assert "Not shown at this width: clause." in page
    assert "owner" in render(one, "table", terminal=True, width=160)


def test_tsv_has_one_line_a_row():
    one = view(tables=view().tables[:1])
    read = [line.split("\t") for line in render(one, "tsv").rstrip("\n").split("\n")]
    assert {len(row) for row in read} == {len(COLUMNS)}
    assert read[3][-1] == "line one\\nline two\\r\\nline three"


def test_numbers_in_a_text_column_are_written():
    columns = (Column("a", "a"), Column("b", "b", INTEGER), Column("c", "c", LIGHT), Column("d", "d", DATE))
    odd = view(tables=[Table("t", "", columns, [(1, None, "violet", None), (None, 2, None, "2025-01-01")])])
    assert render(odd, "csv") == "a,b,c,d\r\n1,,violet,\r\n,2,,2025-01-01\r\n"
    assert "violet" in render(odd, "table", terminal=True)


def test_json_is_the_envelope_in_every_layout():
    for options in ({}, {"terminal": True}, {"ascii": True}):
        text = render(view(), "json", **options)
        document = json.loads(text)
        assert list(document) == ["schema", "kind", "as_of", "ledger", "items", "none"]
        assert document["items"] == payload()["items"]
        assert document["none"] == []
    assert render(view(), "json", ascii=True).isascii()


def test_html_is_well_formed_and_carries_no_markup_of_the_data():
    class Reader(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.seen = [], []

        def handle_starttag(self, tag, attrs):
            self.seen.append((tag, dict(attrs)))
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    text = render(view(), "html")
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    tags = [tag for tag, _attributes in reader.seen]
    assert "script" not in tags and "i" not in tags
    assert ("meta", {"charset": "utf-8"}) in reader.seen
    assert tags.count("caption") == 3
    assert all("scope" in attributes for tag, attributes in reader.seen if tag == "th")


def test_markdown_has_no_false_rows_or_cells():
    text = render(view(), "md")
    for line in text.split("\n"):
        if line.startswith("| T2."):
            assert len(re.findall(r"(?<!\\)\|", line)) == len(COLUMNS) + 1
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("path", "format"),
    [("a.CSV", "csv"), ("b.md", "md"), ("c.htm", "html"), ("d", None), ("e.x/y", None), ("f.txt", "table")],
)
def test_format_of(path, format):
    assert format_of(path) == format


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="json"):
        render(view(), "no-such-format")


def test_every_format_writes_an_empty_view():
    empty = view(
        tables=[Table("t", "", COLUMNS, [], empty="nothing")],
        lead=(),
        notes=(),
        payload=lambda: {"items": []},
    )
    for name in FORMATS:
        if name != "ics":  # a calendar needs days
            assert render(empty, name), f"{name} writes nothing for an empty list: leave it out here, as ics"
    assert "nothing" in render(empty, "table")
    assert render(empty, "csv") == ",".join(column.title for column in COLUMNS) + "\r\n"
