"""docs/architecture.md names every module where it is, and no others; modules and functions stay short."""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PAGE = "docs/architecture.md"


def named_modules() -> set[str]:
    """The modules of the layout, each with the folder that its indentation puts it in."""
    layout = (ROOT / PAGE).read_text(encoding="utf-8").split("```")[1]
    folders: list[tuple[int, PurePosixPath]] = []
    found: set[str] = set()
    for line in layout.strip().splitlines():
        indent = len(line) - len(line.lstrip())
        while folders and folders[-1][0] >= indent:
            folders.pop()
        if folder := re.match(r" *([\w/]+)/(?=\s|$)", line):
            above = folders[-1][1] if folders else PurePosixPath()
            folders.append((indent, above / folder[1]))
        if folders:
            found |= {str(folders[-1][1] / name) for name in re.findall(r"(?<![\w/])(\w+\.py)\b", line)}
    return {name for name in found if name.startswith("src/")}


def test_the_layout_names_every_module():
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src/qplan").rglob("*.py")
        if path.name != "__init__.py" and path.parent.name != "versions"
    }
    named = named_modules()
    assert not modules - named, f"name in the layout of {PAGE}: {sorted(modules - named)}"
    assert not named - modules, f"{PAGE} names modules that are not there: {sorted(named - modules)}"


def test_modules_and_functions_are_short_enough():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/size.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
