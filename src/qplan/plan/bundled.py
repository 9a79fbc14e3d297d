"""Where the bundled plan lies: in the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from qplan.plan.source import PLAN_FILE


def folder() -> Path:
    """The folder of the bundled plan's files."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "data"
    # an editable install leaves data/ where the design has it: beside src/
    return installed if (installed / PLAN_FILE).exists() else package.parents[1] / "data"
