"""Language of messages: English in the source, Chinese by gettext.

``_`` translates where a sentence is made, ``N_`` marks a text of a table that is translated where
it is shown. ``pgettext`` and ``N_p`` do the same for labels, in a context that is the name of their
table: one English word has several translations. The language is set once, before any message.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
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
    """Set the language of messages, ``zh`` or ``en``."""
    global _catalog, language
    language = lang
    _catalog = _chinese() if lang == "zh" else None


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """A context in which messages have a language: official documents are Chinese in both."""
    before = language
    use(lang)
    try:
        yield
    finally:
        use(before)


@lru_cache(maxsize=1)
def _chinese() -> Any:
    """The Chinese catalogue."""
    import gettext

    folder = os.path.join(os.path.dirname(__file__), "locale")
    return gettext.translation("qplan", folder, ["zh"], fallback=True)


def _(text: str) -> str:
    """The text in the language in use."""
    return _catalog.gettext(text) if _catalog is not None and text else text


def N_(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


def pgettext(context: str, text: str) -> str:
    """The text in the language in use, where one English word has several translations."""
    return _catalog.pgettext(context, text) if _catalog is not None else text


def N_p(context: str, text: str) -> str:
    """Mark a text for :func:`pgettext`, which translates it where it is shown."""
    return text


def chinese(context: str, text: str) -> str:
    """The Chinese of a text marked with :func:`N_p`, whatever the language in use."""
    translated: str = _chinese().pgettext(context, text)
    return translated


def both_languages(context: str, text: str) -> tuple[str, str]:
    """The English and the Chinese of a text marked with :func:`N_p`, for reading either."""
    return text, chinese(context, text)


def code_of(labels: Mapping[str, str], context: str, text: str) -> str | None:
    """The code whose label, in either language, or which itself is the text; None where there is none.

    ``labels`` are texts marked with :func:`N_p` in that context, by their codes.
    """
    wanted = text.strip().casefold()
    if wanted in labels:
        return wanted
    known = ((code, both_languages(context, label)) for code, label in labels.items())
    return next((code for code, names in known if wanted in map(str.casefold, names)), None)


def labelled(label: str, text: object) -> str:
    """A label and what it labels, with the colon of the language in use."""
    return f"{label}：{text}" if language == "zh" else f"{label}: {text}"


def noted(text: object, note: object) -> str:
    """A text and a note on it in brackets, those of the language in use."""
    return f"{text}（{note}）" if language == "zh" else f"{text} ({note})"


def joined(parts: Iterable[str], mark: str = ",") -> str:
    """Parts of a list or, with ``;``, of a sentence, with the marks of the language in use."""
    marks = {",": "、", ";": "；"} if language == "zh" else {",": ", ", ";": "; "}
    return marks[mark].join(parts)


def sentences(*parts: str) -> str:
    """Sentences one after the other; Chinese puts no blank after its full stop."""
    return ("" if language == "zh" else " ").join(filter(None, parts))


def counted(one: str, many: str, n: int) -> str:
    """The sentence (of texts marked with ``N_``) for one thing, or for any other number of them."""
    return _(one if n == 1 else many)


def coded(code: str, label: str) -> str:
    """A code that people type and what it means."""
    if language == "zh":
        return f"{code} {label}"
    return code if code == label else f"{code} ({label})"
