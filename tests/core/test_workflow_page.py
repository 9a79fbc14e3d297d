"""The diagram of docs/workflow.md shows every transition."""

from __future__ import annotations

import runpy
from pathlib import Path

from qplan.core.workflow import TRANSITIONS

TOOL = Path(__file__).parents[2] / "tools" / "workflow_page.py"


def test_the_diagram_has_an_arrow_for_every_change_of_state() -> None:
    text = "\n".join(runpy.run_path(str(TOOL))["diagram"]())
    assert text.count("-->") == 3 + sum(len(step.states) for step in TRANSITIONS if step.to)
