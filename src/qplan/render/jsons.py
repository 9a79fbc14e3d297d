"""View -> JSON: the envelope of the contract.

One layout for pipes: each member of the envelope on its line, each item of a list on its line. It
streams, diffs and greps well, and the C encoder writes it, which it does not with an indent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from qplan.core.events import inert
from qplan.render import Options
from qplan.views import View


def write(view: View, options: Options) -> Iterator[str]:
    """The envelope; indented on a terminal, an item a line elsewhere."""
    document = view.envelope()
    if options.terminal:
        yield inert(json.dumps(document, ensure_ascii=options.ascii, indent=2)) + "\n"
        return
    plain = json.JSONEncoder(ensure_ascii=options.ascii).encode
    before = "{\n"
    for key, value in document.items():
        yield f"{before}{inert(plain(key))}: "
        before = ",\n"
        if isinstance(value, list) and value:
            yield "[\n" + ",\n".join(inert(plain(item)) for item in value) + "\n]"
        else:
            yield inert(plain(value))
    yield "\n}\n"
