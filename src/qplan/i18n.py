"""Language of messages: English in the source, Chinese by gettext.

``_`` translates where a sentence is made, ``N_`` marks a text of a table that is translated where
it is shown. The language is set once, before anything is said.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

LANGUAGES = ("zh", "en")
_catalog: Any = None
language = "en"


def preferred(environ: Any = os.environ) -> str:
    """The language that the locale asks for: ``zh`` for any zh locale, ``en`` for all else."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if os.name == "nt":  # a Windows console has no LANG
        import locale

        return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
    return "en"


def use(lang: str) -> None:
    """Speak ``zh`` or ``en`` from now on."""
    global _catalog, language
    language = lang
    _catalog = None
    if lang == "zh":
        import gettext

        _catalog = gettext.translation(
            "qplan", os.path.join(os.path.dirname(__file__), "locale"), ["zh"], fallback=True
        )


def _(text: str) -> str:
    """The text in the language in use."""
    return _catalog.gettext(text) if _catalog is not None and text else text


def N_(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


def labelled(label: str, text: object) -> str:
    """A label and what it labels, with the colon of the language in use."""
    return f"{label}：{text}" if language == "zh" else f"{label}: {text}"


def joined(parts: Iterable[str], mark: str = ",") -> str:
    """Parts of a list or, with ``;``, of a sentence, with the marks of the language in use."""
    marks = {",": "、", ";": "；"} if language == "zh" else {",": ", ", ";": "; "}
    return marks[mark].join(parts)


def sentences(*told: str) -> str:
    """Sentences one after the other; Chinese puts no blank after its full stop."""
    return ("" if language == "zh" else " ").join(filter(None, told))


def counted(one: str, many: str, n: int) -> str:
    """The sentence (of texts marked with ``N_``) for one thing, or for any other number of them."""
    return _(one if n == 1 else many)


def coded(code: str, label: str) -> str:
    """A code that people type and what it means."""
    if language == "zh":
        return f"{code} {label}"
    return code if code == label else f"{code} ({label})"


def pick(labels: tuple[str, str]) -> str:
    """The label of a domain term in the language in use: ``(english, chinese)``."""
    return labels[1] if language == "zh" else labels[0]
