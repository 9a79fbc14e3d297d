"""Office files are zip archives; here they become the same bytes on any day and machine.

Libraries put the moment of saving into the archive's directory and into the document's properties,
and compressed bytes differ between versions of zlib. So the archive is written anew: parts in their
order, not compressed, dated 1980, with properties that come from the view.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import escape

from qplan.render.cells import clean
from qplan.views import View

CORE = "docProps/core.xml"
#: Parts of python-docx's default template that have nothing to do with the document.
_DROPPED = ("docProps/thumbnail.jpeg",)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def reproducible(save: Callable[[io.BytesIO], object], view: View, title: str = "") -> bytes:
    """The archive that a library saves, without anything that depends on when and where it was made."""
    made, out = io.BytesIO(), io.BytesIO()
    save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as after:
        for name in before.namelist():
            if name in _DROPPED:
                continue
            part = before.read(name)
            if name == CORE:
                part = properties(view, title).encode()
            elif name == "_rels/.rels":
                part = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", part)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # zipfile would put the system it runs on
            info.external_attr = 0o600 << 16
            after.writestr(info, part)
    return out.getvalue()


def properties(view: View, title: str = "") -> str:
    """The document's properties: title, its day, and the ledger's head as identifier."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        "<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(clean(title or view.title), quote=False)}</dc:title><dc:creator>qplan</dc:creator>"
        f"<dc:identifier>{escape(stamp(view), quote=False)}</dc:identifier>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{view.as_of}T00:00:00Z</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{view.as_of}T00:00:00Z</dcterms:modified>'
        "</cp:coreProperties>"
    )


def stamp(view: View) -> str:
    """``qplan:LEDGER/SEQ/HASH/DAY``: the ledger, entry and day that a file was made from."""
    head = view.head
    return f"qplan:{head.ledger}/{head.seq}/{head.hash}/{view.as_of}" if head else f"qplan:-/0/-/{view.as_of}"


STAMP = re.compile(r"qplan:([\w-]+)/(\d+)/([\w-]+)/(\d{4}-\d\d-\d\d)")
