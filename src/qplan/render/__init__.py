"""View -> text. Formats are a table of lazily imported writers.

A writer is ``write(view, options)`` and yields the pieces of the document. It lays a view out and
decides nothing about its content. A new format is a row of :data:`FORMATS` and a function.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from qplan.errors import BadInput
from qplan.extras import need
from qplan.i18n import _, joined
from qplan.views import View


class Options(NamedTuple):
    """Where the text is shown: on a terminal or not, how wide, in colour or not."""

    terminal: bool = False
    width: int = 80
    color: bool = False
    ascii: bool = False  #: the place cannot take every character of Unicode
    draw: bool = True  #: lines may be drawn: the place shows them, one cell wide


Writer = Callable[[View, Options], Iterator[Any]]


class Format(NamedTuple):
    """A way to write a view: ``module:function`` of its writer, the suffixes that ask for it."""

    writer: str
    suffixes: tuple[str, ...]
    #: libraries of an extra that the writer imports
    needs: tuple[str, ...] = ()
    #: a file of this format begins with a byte order mark (Excel and WPS need it for Chinese)
    mark: bool = False


FORMATS: dict[str, Format] = {
    "table": Format("qplan.render.text:plain", (".txt",)),
    "json": Format("qplan.render.jsons:write", (".json",)),
    "csv": Format("qplan.render.delimited:csv_text", (".csv",), mark=True),
    "tsv": Format("qplan.render.delimited:tsv_text", (".tsv",)),
    "md": Format("qplan.render.text:markdown", (".md", ".markdown")),
    "html": Format("qplan.render.text:html", (".html", ".htm")),
    "xlsx": Format("qplan.render.sheets:write", (".xlsx",), ("openpyxl",)),
    "docx": Format("qplan.render.word:write", (".docx",), ("docx",)),
    "ics": Format("qplan.render.calendars:write", (".ics",), ("icalendar",)),
}
#: Kinds of views that have a web page of their own: figures and charts above the tables, a text beside the plan.
PAGES = {
    **dict.fromkeys(("weekly", "dashboard"), Format("qplan.render.page:write", (), ("jinja2", "pygal"))),
    "plan_coverage": Format("qplan.render.page:side_by_side", (), ("jinja2", "pygal")),
}


def format_of(path: str) -> str | None:
    """The format that a file's suffix asks for, or None."""
    dot = path.rfind(".")
    suffix = path[dot:].lower() if dot > max(path.rfind("/"), path.rfind("\\")) else ""
    return next((name for name, known in FORMATS.items() if suffix in known.suffixes), None)


def check_format(name: str) -> str:
    """The format's name, or an error that lists the formats there are."""
    if name.lower() not in FORMATS:
        raise BadInput(
            _("There is no format “{name}”; give one of: {known}."), name=name, known=joined(FORMATS)
        )
    return name.lower()


def chunks(view: View, format: str, options: Options) -> Iterator[Any]:
    """The document in pieces: all of them text, or all of them bytes."""
    chosen = FORMATS[check_format(format)]
    if format == "table" and options.terminal:
        chosen = chosen._replace(writer="qplan.render.terminal:write")
    elif format == "html" and view.page is not None and view.kind in PAGES:
        chosen = PAGES[view.kind]
    for library in chosen.needs:
        need(library)
    module, function = chosen.writer.split(":")
    writer: Writer = getattr(__import__(module, fromlist=[function]), function)
    return writer(view, options)


def render(view: View, format: str, **options: Any) -> str | bytes:
    """The whole document at once; ``options`` are those of :class:`Options`."""
    pieces = list(chunks(view, format, Options(**options)))
    return b"".join(pieces) if pieces and isinstance(pieces[0], bytes) else "".join(pieces)
