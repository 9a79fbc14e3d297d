"""Workbooks as WPS and other programs of offices write them, part by part, without a library that would tidy them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Styles of cells: general, text, percent, and days by the numbers of Chinese formats that no file describes.
GENERAL, TEXT, PERCENT, DAY, LONG_DAY, MONTH, CUSTOM_DAY = range(7)
_FORMATS = (0, 49, 9, 14, 31, 57, 176)

STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">
<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="9" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="{len(_FORMATS)}">{"".join(f'<xf numFmtId="{one}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' for one in _FORMATS)}</cellXfs>
<cellStyles count="1"><cellStyle name="百分比" xfId="0" builtinId="5"/></cellStyles>
<extLst><ext uri="{{00000000-0000-0000-0000-000000000000}}" xmlns:et="http://www.wps.cn/"><et:styles/></ext></extLst></styleSheet>"""

APP = f"""{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">
<Application>WPS 表格</Application><HeadingPairs/></Properties>"""
CUSTOM = f"""{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
 xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">
<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-12.1.0.1</vt:lpwstr></property>
</Properties>"""


class Styled(tuple[Any, int]):
    """A value with one of the styles above."""

    def __new__(cls, value: Any, style: int) -> Styled:
        return super().__new__(cls, (value, style))


def wps_workbook(
    sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]],
    merges: Sequence[str] = (),
    hidden: Sequence[str] = (),
    absolute: bool = True,
) -> bytes:
    """The bytes of a workbook: texts inline, parts with absolute names, styled empty cells to the last column and row."""
    names = [name for name, _rows in sheets]
    parts = {
        "_rels/.rels": _relations(
            [("rId1", f"{OFFICE}/officeDocument", _target("xl/workbook.xml", absolute))]
        ),
        "docProps/app.xml": APP,
        "docProps/custom.xml": CUSTOM,
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><fileVersion appName="xl" lastEdited="3"/><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}"{" state=" + quoteattr("hidden") if name in hidden else ""} r:id="rId{n}"/>'
            for n, name in enumerate(names, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [
                (f"rId{n}", f"{OFFICE}/worksheet", _target(f"xl/worksheets/sheet{n}.xml", absolute, "xl/"))
                for n in range(1, len(names) + 1)
            ]
            + [("rId99", f"{OFFICE}/styles", _target("xl/styles.xml", absolute, "xl/"))]
        ),
    }
    for number, (_name, rows) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, merges if number == 1 else ())
    kinds = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles"}
    parts["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kinds.get(part, "worksheet")}+xml"/>'
            for part in parts
            if part.startswith("xl/") and part.endswith(".xml")
        )
        + "</Types>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return out.getvalue()


def _target(part: str, absolute: bool, base: str = "") -> str:
    return f"/{part}" if absolute else part.removeprefix(base)


def _relations(given: Iterable[tuple[str, str, str]]) -> str:
    rows = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in given)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def _sheet(rows: Sequence[Sequence[Any]], merges: Sequence[str]) -> str:
    from openpyxl.utils import get_column_letter

    lines = []
    for number, row in enumerate(rows, 1):
        cells = [_cell(f"{get_column_letter(place)}{number}", value) for place, value in enumerate(row, 1)]
        far = f'<c r="XFD{number}" s="{DAY}"/>'  # a style that somebody gave to the whole row
        lines.append(f'<row r="{number}" spans="1:16384" customFormat="1">{"".join(cells)}{far}</row>')
    lines.append(f'<row r="1048576" s="{DAY}"><c r="A1048576" s="{DAY}"/></row>')
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merges)
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetPr/><dimension ref="A1:XFD1048576"/>'
        f'<sheetFormatPr defaultColWidth="9" defaultRowHeight="13.5"/><cols><col min="1" max="16384" width="9" style="1"/></cols>'
        f"<sheetData>{''.join(lines)}</sheetData>"
        + (f'<mergeCells count="{len(merges)}">{areas}</mergeCells>' if merges else "")
        + "<headerFooter/></worksheet>"
    )


def _cell(place: str, value: Any) -> str:
    value, style = value if isinstance(value, Styled) else (value, GENERAL)
    if value is None:
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        value, style = (value - date(1899, 12, 30)).days, style or DAY
    if isinstance(value, (int, float)):
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
