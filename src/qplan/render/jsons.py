"""View -> JSON: the envelope of the contract.

One layout for pipes: each member of the envelope on its line, each item of a list on its line. It
streams, diffs and greps well, and the C encoder writes it, which it does not with an indent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qplan.core.events import inert
from qplan.render import Options
from qplan.views import View


def write(view: View, options: Options) -> Iterator[str]:
    """The envelope; indented on a terminal, an item a line elsewhere."""
    document = view.envelope()
    if options.terminal:
        listed = {key: _listed(value) for key, value in document.items()}
        yield inert(json.dumps(listed, ensure_ascii=options.ascii, indent=2)) + "\n"
        return
    plain = json.JSONEncoder(ensure_ascii=options.ascii).encode

    def encode(value: Any) -> str:
        return inert(plain(value))

    before = "{\n"
    for key, value in document.items():
        yield f"{before}{encode(key)}: "
        before = ",\n"
        if _is_list(value):
            yield from _items(value, encode)
        else:
            yield encode(value)
    yield "\n}\n"


def _is_list(value: Any) -> bool:
    # A payload may hand its items over one by one, so that a long list is never held as a whole.
    return isinstance(value, list) or (
        hasattr(value, "__iter__") and not isinstance(value, (str, dict, tuple))
    )


def _listed(value: Any) -> Any:
    return list(value) if _is_list(value) else value


def _items(value: Any, encode: Any) -> Iterator[str]:
    before = "[\n"
    for item in value:
        yield before + encode(item)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"
