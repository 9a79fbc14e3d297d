"""The few changes of a document's XML that python-docx has no method for."""

from __future__ import annotations

from typing import Any

LATIN = "Times New Roman"  #: for figures and Latin letters, half as wide as a character


def font(properties: Any, name: str, latin: str = LATIN) -> None:
    """Name both fonts: python-docx's own ``font.name`` sets the Latin one alone."""
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        put(fonts, kind, latin)
    put(fonts, "w:eastAsia", name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qualified(theme), None)


def child(parent: Any, tag: str) -> Any:
    """The child element of that name; a new one, in its place, where there is none."""
    from docx.oxml import OxmlElement

    found = parent.find(qualified(tag))
    if found is None:
        found = OxmlElement(tag)
        _insert(parent, found, tag)
    return found


def _insert(parent: Any, child: Any, tag: str) -> None:
    """Put a child where the schema requires it: Word refuses files that LibreOffice accepts."""
    form = ("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
            "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl", "w:rPr")  # fmt: skip
    after = {
        "w:autoSpaceDE": form[1:],
        "w:autoSpaceDN": form[2:],
        "w:snapToGrid": form[5:],
        "w:spacing": ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"),
        "w:tblCellMar": ("w:tblLook", "w:tblCaption", "w:tblDescription"),
        "w:cantSplit": ("w:trHeight", "w:tblHeader", "w:tblCellSpacing", "w:jc"),
    }.get(tag, ())
    names = {qualified(one) for one in after}
    for place, known in enumerate(parent):
        if known.tag in names:
            parent.insert(place, child)
            return
    parent.append(child)


def put(element: Any, name: str, value: str) -> None:
    """Set an attribute by its short name (``w:val``)."""
    element.set(qualified(name), value)


def qualified(tag: str) -> str:
    """The full name behind a short one."""
    from docx.oxml.ns import qn

    return str(qn(tag))
