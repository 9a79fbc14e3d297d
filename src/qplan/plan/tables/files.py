"""Any file that holds a table -> grids, by what the file is rather than by what it is called."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

from qplan.errors import BadInput, system_words
from qplan.i18n import _
from qplan.plan.tables.grid import MOST_BYTES, Grid

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_grids(path: Path, *, hidden: bool = False) -> list[Grid]:
    """The sheets or tables of an .xlsx, .xls, .ods, .docx, .csv or .tsv file; hidden sheets only if asked for.

    Raises BadInput for a file that is not there, of another kind, broken or too large.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise BadInput(f"{path}: {system_words(error)}") from None
    if size > MOST_BYTES:
        raise BadInput(
            _("{path} has more than {n} MB; keep only the table in it"), path=path, n=MOST_BYTES >> 20
        )
    try:
        return grids_of(data, hidden=hidden)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None


def grids_of(data: bytes, *, hidden: bool = False) -> list[Grid]:
    """The sheets or tables in the bytes of a file of up to MOST_BYTES; BadInput for another kind, or a broken one."""
    kind = _kind(data)
    if kind == "docx":
        from qplan.plan.tables.document import read_document

        return read_document(data)
    if kind in ("xlsx", "xls", "ods"):
        from qplan.plan.tables.workbook import read_workbook

        return read_workbook(data, kind, hidden=hidden)
    from qplan.plan.tables.delimited import read_delimited

    return [read_delimited(data)]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are those of an archive or an old office file rather than of a text."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def _kind(data: bytes) -> str:
    """xlsx, xls, ods, docx or text; BadInput for what is known to hold no table."""
    if data.startswith(b"PK"):
        return _archive_kind(data)
    if data.startswith(_OLE):
        return _old_kind(data)
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise BadInput(
            _(
                "This is a web page or XML, whatever its suffix says; open it in Excel or WPS and save it as .xlsx"
            )
        )
    if head.startswith(b"%pdf"):
        raise BadInput(
            _("This is a PDF; open the original in Excel, WPS or Word, or copy the table into a workbook")
        )
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm", b"ii*\0", b"mm\0*")):
        raise BadInput(_("This is a picture; the table must be typed or recognised into a workbook first"))
    if not data.strip():
        raise BadInput(_("The file is empty"))
    return "text"


def _old_kind(data: bytes) -> str:
    """xls (which .et files are too); BadInput for the other files of old office programs, by their streams."""
    if _stream("EncryptedPackage") in data:
        raise BadInput(_("The file is protected by a password; save a copy without it"))
    if _stream("WordDocument") in data or not any(_stream(name) in data for name in ("Workbook", "Book")):
        raise BadInput(
            _(
                "This is a file of an old office program (.doc, .wps, .et, .ppt); open it and save it as .docx or .xlsx"
            )
        )
    return "xls"


def _stream(name: str) -> bytes:
    """The name of a stream as the directory of such a file has it."""
    return name.encode("utf-16-le")


def _archive_kind(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError):
        raise BadInput(
            _("The file is damaged or not of the kind that its suffix says; open it and save it again")
        ) from None
    for part, kind in (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"), ("content.xml", "ods")):
        if part in names:
            return kind
    raise BadInput(
        _("The archive holds neither a workbook nor a document; give the .xlsx, .ods or .docx itself")
    )
