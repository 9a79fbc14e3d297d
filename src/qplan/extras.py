"""Libraries of the ``office`` extra: imported where they are used, missed in a sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from qplan.errors import QplanError
from qplan.i18n import _

#: Module -> the package to install.
PACKAGES = {"docx": "python-docx", "jinja2": "Jinja2", "python_calamine": "python-calamine"}


def need(module: str) -> Any:
    """The module; QplanError that says how to install it where it is missing."""
    try:
        return import_module(module)
    except ImportError:
        top = module.partition(".")[0]
        raise QplanError(
            _("This needs {package}, which is not installed; install it with: pip install 'qplan[office]'"),
            package=PACKAGES.get(top, top),
        ) from None
