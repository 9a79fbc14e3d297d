"""The layout of an official document, GB/T 9704-2012, in the terms of python-docx.

A4; margins 37, 28, 26 and 35 mm leave a text block of 156 x 225 mm with 22 lines of 28 characters
(5.2). The figures below were measured to give exactly that in LibreOffice: an exact line of 28.95
points, a grid of lines only, and a quarter of a point taken from between the characters. A grid of
lines and characters renders wrongly there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from qplan.render.text import cell_width

WIDTH_MM, HEIGHT_MM = 156, 225
TOP, LEFT, RIGHT, BOTTOM = 37, 28, 26, 35
LINE = 579  #: twentieths of a point
CHARACTER = 16 - 0.25  #: points that a character of the body takes

#: A hyphen of an id or a day, after which no line may end.
_WITHIN_ID = re.compile(r"(?<=[0-9])-(?=[0-9A-Za-z])|(?<=[A-Za-z])-(?=[A-Za-z]*[0-9])")

LATIN = "Times New Roman"  #: for figures and Latin letters, half as wide as a character
SONG, FANGSONG, HEI, KAI, TITLE = "宋体", "仿宋", "黑体", "楷体", "方正小标宋简体"
#: Font -> its substitutes where it is missing, best first (``w:altName``), and its class.
FALLBACKS = {
    TITLE: ("小标宋,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC", "roman"),
    FANGSONG: ("仿宋_GB2312,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC", "roman"),
    KAI: ("楷体_GB2312,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC", "roman"),
    HEI: ("SimHei,华文黑体,STHeiti,Noto Sans CJK SC", "swiss"),
    SONG: ("SimSun,华文宋体,STSong,Noto Serif CJK SC", "roman"),
}


class Style(NamedTuple):
    """A paragraph style: its name in the document, font, size in points, alignment (python-docx's name), indent in characters."""

    name: str
    font: str
    points: float
    side: str
    indent: int = 0
    line: float = LINE / 20  #: exact height of a line in points


STYLES: dict[str, Style] = {
    "body": Style("公文正文", FANGSONG, 16, "JUSTIFY", 2),
    "plain": Style("公文说明", FANGSONG, 12, "JUSTIFY", 0, 20),
    "title": Style("公文标题", TITLE, 22, "CENTER", 0, 32),
    "heading1": Style("公文一级标题", HEI, 16, "JUSTIFY", 2),
    "heading2": Style("公文二级标题", FANGSONG, 16, "JUSTIFY", 2),  # its first sentence is 楷体
    "to": Style("公文主送机关", FANGSONG, 16, "JUSTIFY"),
    "annex": Style("公文附件号", HEI, 16, "LEFT"),
    "draft": Style("公文稿本", HEI, 16, "LEFT"),
    "ends": Style("公文字号行", FANGSONG, 16, "LEFT"),
    "signed": Style("公文落款", FANGSONG, 16, "RIGHT"),
    "empty": Style("公文空行", FANGSONG, 16, "LEFT"),
    "head": Style("公文表头", HEI, 10, "CENTER", 0, 13.5),
    "cell": Style("公文表格", FANGSONG, 10, "LEFT", 0, 13.5),
    "middle": Style("公文表格居中", FANGSONG, 10, "CENTER", 0, 13.5),
    "fact": Style("公文事项", FANGSONG, 10.5, "LEFT", 0, 14),
    "number": Style("公文页码", SONG, 14, "RIGHT", 0, 14),
}
#: Characters of a title that fill a line, 442 points of 22; on a landscape page, 638 points.
TITLE_CHARACTERS, WIDE_CHARACTERS = 20, 28

_FORM = ("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
         "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl", "w:rPr")  # fmt: skip
#: Child -> what the schema has after it: Word refuses files that LibreOffice accepts.
AFTER = {
    "w:autoSpaceDE": _FORM[1:],
    "w:autoSpaceDN": _FORM[2:],
    "w:snapToGrid": _FORM[5:],
    "w:spacing": ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"),
    "w:tblCellMar": ("w:tblLook", "w:tblCaption", "w:tblDescription"),
    "w:cantSplit": ("w:trHeight", "w:tblHeader", "w:tblCellSpacing", "w:jc"),
}


def new() -> Any:
    """An empty document with page, styles and page numbers set."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(15)
    _lines(section)
    _prune(made)
    _normal(made.styles["Normal"])
    for key, style in STYLES.items():
        _style(made, key, style)
    _fonts(made)
    _page_numbers(made, section)
    return made


def _lines(section: Any) -> None:
    grid = child(section._sectPr, "w:docGrid")
    put(grid, "w:type", "lines")
    put(grid, "w:linePitch", str(LINE))


def _prune(made: Any) -> None:
    """Leave out what python-docx's template brings along: 160 styles and their second copy."""
    kept = {"Normal", "Default Paragraph Font", "Normal Table", "Table Grid", "No List", "Header", "Footer"}
    styles = made.styles.element
    for style in list(styles):
        name = style.find(qn("w:name"))
        if (
            style.tag == qn("w:style")
            and name is not None
            and name.get(qn("w:val")).lower() not in {one.lower() for one in kept}
        ) or style.tag == qn("w:latentStyles"):
            styles.remove(style)
    for key, relation in list(made.part.rels.items()):
        if relation.reltype.rpartition("/")[2] in ("stylesWithEffects", "customXml", "webSettings"):
            del made.part.rels[key]


def _normal(style: Any) -> None:
    style.font.size = Pt(16)
    properties = style.element.get_or_add_rPr()
    font(properties, FANGSONG)
    language = child(properties, "w:lang")
    put(language, "w:val", "en-US")
    put(language, "w:eastAsia", "zh-CN")
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE / 20)
    form.widow_control = False
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):  # figures keep the grid of half characters
        put(child(style.element.get_or_add_pPr(), name), "w:val", "0")


def _style(made: Any, key: str, wanted: Style) -> None:
    style = made.styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = made.styles["Normal"]
    style.quick_style = True
    style.font.size = Pt(wanted.points)
    properties = style.element.get_or_add_rPr()
    font(properties, wanted.font, SONG if key == "number" else LATIN)
    form = style.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, wanted.side)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(wanted.line)
    if wanted.indent:
        form.first_line_indent = Pt(wanted.indent * CHARACTER)
    if wanted.points == 16:
        put(child(properties, "w:spacing"), "w:val", "-5")
    else:  # off the grid of lines, which would give each small line a whole one
        put(child(style.element.get_or_add_pPr(), "w:snapToGrid"), "w:val", "0")


def _fonts(made: Any) -> None:
    """List the substitutes of each font in the font table of the document."""
    part = made.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    assert isinstance(part, Part)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/></w:font>'
        for name, (others, family) in FALLBACKS.items()
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{fonts}</w:fonts>"
    ).encode()


def _page_numbers(made: Any, section: Any) -> None:
    """Dashes and number, 宋体 14 points, 7 mm below the block; right on odd pages, left on even ones (7.5)."""
    made.settings.odd_and_even_pages_header_footer = True
    # the line is 14 points high and its middle, the dash, stands 7 mm below the block
    section.footer_distance = Mm(BOTTOM - 7 - 2.5)
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        footer.is_linked_to_previous = False
        _number(made, footer.paragraphs[0], side)


def _number(made: Any, line: Any, side: str) -> None:
    line.style = made.styles[STYLES["number"].name]
    line.alignment = getattr(WD_ALIGN_PARAGRAPH, side)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    line.add_run("— ")
    _field(line.add_run(), "PAGE")
    line.add_run(" —")


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "code", "separate", "text", "end"):
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.text = f" {code} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            put(element, "w:fldCharType", kind)
        run._r.append(element)


def landscape(made: Any, first: bool = False) -> None:
    """A landscape section: the same text block, 225 mm wide and 156 mm high; the binding edge is on top."""
    section = made.sections[0] if first else made.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(LEFT), Mm(RIGHT)
    section.left_margin, section.right_margin = Mm(BOTTOM), Mm(TOP)
    _lines(section)
    if first:
        section.footer_distance = Mm(RIGHT - 7 - 2.5)
        return
    section.header_distance = Mm(8)
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False
    _turned_number(made, section.header, "RIGHT")
    _turned_number(made, section.even_page_header, "LEFT")


def _turned_number(made: Any, header: Any, side: str) -> None:
    """The page number where an upright page has it: turned, in the margin on the left (7.5).

    The sheet is bound as the others are, its own top at the binding edge; seen upright, its left
    margin is the foot of the page. A box that hangs on the header holds the turned line.
    """
    header.is_linked_to_previous = False
    line = header.paragraphs[0]
    line.style = made.styles[STYLES["number"].name]
    inside = header.add_paragraph()
    _number(made, inside, side)
    run = parse_xml(
        _BOX.format(
            x=Mm(BOTTOM - 7 - 3.5), y=Mm(LEFT), width=Mm(7), height=Mm(WIDTH_MM), names=_NAMES,
            number=1 if side == "RIGHT" else 2,
        )
    )  # fmt: skip
    run.find(f".//{qn('w:txbxContent')}").append(inside._p)
    line._p.append(run)


_NAMES = " ".join(
    f'xmlns:{short}="http://schemas.{place}"'
    for short, place in (
        ("w", "openxmlformats.org/wordprocessingml/2006/main"),
        ("wp", "openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "openxmlformats.org/drawingml/2006/main"),
        ("wps", "microsoft.com/office/word/2010/wordprocessingShape"),
        ("mc", "openxmlformats.org/markup-compatibility/2006"),
    )
)
_BOX = """<w:r {names}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>
<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
<wp:docPr id="{number}" name="page number {number}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
<wps:txbx><w:txbxContent></w:txbxContent></wps:txbx>
<wps:bodyPr vert="vert" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></wps:bodyPr>
</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"""


def paragraph(
    made: Any, style: str, text: str, *, keep: bool = False, date: str = "", wide: bool = False
) -> Any:
    """A paragraph in one of :data:`STYLES`; ``keep`` holds it on the page of the next one.

    ``date`` is the date line of the signature: it stands four characters from the right, and the
    name above it is centred on it (7.3.5.2). ``wide`` is a title on a landscape page.
    """
    line = made.add_paragraph(style=made.styles[STYLES[style].name])
    form = line.paragraph_format
    if keep:
        form.keep_with_next = True
    if style == "ends":
        form.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    if style == "signed":
        form.right_indent = Pt((4 + max(0.0, (_characters(date) - _characters(text)) / 2)) * CHARACTER)
    if style == "title":
        text = "\n".join(balanced(text, WIDE_CHARACTERS if wide else TITLE_CHARACTERS))
    if style == "heading2" and "。" in text:
        head, stop, rest = text.partition("。")
        font(_run(line, head + stop)._r.get_or_add_rPr(), KAI)
        _run(line, rest)
    else:
        _run(line, text)
    return line


def _run(line: Any, text: str) -> Any:
    """A run at the end of a line, in which ids and dates (T4.2026-04) are not broken at a hyphen."""
    first, *others = _WITHIN_ID.split(text)
    run = line.add_run(first)
    for part in others:
        further = line.add_run(part)._r
        run._r.extend([OxmlElement("w:noBreakHyphen"), *further])
        further.getparent().remove(further)
    return run


def balanced(text: str, most: int) -> list[str]:
    """A title in as few lines as it needs, of like length, broken where the sense allows (7.3.1).

    Sense allows it after a place's name, a closing mark or 的, before an opening mark and at a blank. A Latin word
    stays whole unless it is longer than a line.
    """
    lines: list[str] = []
    while _characters(text) > most:
        count = -(-_characters(text) // most)
        wanted = _characters(text) / count
        fitting = [n for n in range(2, len(text) - 1) if _characters(text[:n]) <= most]
        places = [n for n in fitting if not (_is_latin(text[n - 1]) and _is_latin(text[n]))] or fitting
        good = [n for n in places if text[n - 1] in "》”）、，的市区县" or text[n] in "《“（ "]
        place = min(good or places, key=lambda n: (abs(_characters(text[:n]) - wanted), n))
        lines.append(text[:place].rstrip())
        text = text[place:].lstrip()
    return [*lines, text]


def _is_latin(character: str) -> bool:
    """Whether a character is within a Latin word; a mark after one is not parted from it."""
    return character != " " and cell_width(character) == 1 and character not in "《“（》”）"


def _characters(text: str) -> float:
    return sum(0.5 if character.isascii() else 1 for character in text)


def grid(
    made: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], room_mm: float,
    *, styles: Sequence[str], inks: Sequence[Sequence[str]], together: bool = False,
) -> None:  # fmt: skip
    """A ruled table; its heading is repeated on every page and no row breaks over two.

    ``together`` holds its last row on the page of what follows.
    """
    table = made.add_table(rows=0, cols=len(widths))
    table.style = made.styles["Table Grid"]
    table.autofit = False
    _narrow(table)
    whole = sum(widths)
    sizes = [Mm(room_mm * width / whole) for width in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    if heads:
        row = _row(made, table, heads, sizes, ["head"] * len(heads), [""] * len(heads))
        child(row._tr.get_or_add_trPr(), "w:tblHeader")
    for cells, colours in zip(rows, inks, strict=True):
        row = _row(made, table, cells, sizes, styles, colours)
    if together:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _narrow(table: Any) -> None:
    """Little space between rule and text: a list has many columns."""
    margins = child(table._tbl.tblPr, "w:tblCellMar")
    for side, width in (("w:top", "28"), ("w:left", "40"), ("w:bottom", "28"), ("w:right", "40")):
        element = child(margins, side)
        put(element, "w:w", width)
        put(element, "w:type", "dxa")


def _row(
    made: Any,
    table: Any,
    cells: Sequence[str],
    sizes: Sequence[Any],
    styles: Sequence[str],
    inks: Sequence[str],
) -> Any:
    row = table.add_row()
    child(row._tr.get_or_add_trPr(), "w:cantSplit")
    for cell, text, size, style, ink in zip(row.cells, cells, sizes, styles, inks, strict=True):
        cell.width = size
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        line = cell.paragraphs[0]
        line.style = made.styles[STYLES[style].name]
        if text:
            run = _run(line, text)
            if ink:
                run.font.color.rgb = RGBColor.from_string(ink)
    return row


def font(properties: Any, name: str, latin: str = LATIN) -> None:
    """Name both fonts: python-docx's own ``font.name`` sets the Latin one alone."""
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        put(fonts, kind, latin)
    put(fonts, "w:eastAsia", name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def child(parent: Any, tag: str) -> Any:
    """The child element of that name; a new one, in its place, where there is none."""
    found = parent.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        if tag in AFTER:
            parent.insert_element_before(found, *AFTER[tag])
        else:
            parent.append(found)
    return found


def put(element: Any, name: str, value: str) -> None:
    """Set an attribute by its short name (``w:val``)."""
    element.set(qn(name), value)
