"""The few changes of a document's XML that python-docx has no method for."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

LATIN = "Times New Roman"  #: for figures and Latin letters, half as wide as a character
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
