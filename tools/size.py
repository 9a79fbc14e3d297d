"""How large src/qplan is, by package; exit 1 where a module or a function is longer than it may be.

``python tools/size.py`` prints the lines of Python of each package, and how long its functions are.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).parents[1] / "src" / "qplan"
MODULE, FUNCTION = 450, 70


def functions_of(text: str) -> dict[str, int]:
    """The functions of a module, with their lines."""
    return {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    }


def main() -> int:
    """Print the table and what is too long."""
    lines: dict[str, int] = defaultdict(int)
    lengths: dict[str, list[int]] = defaultdict(list)
    too_long: list[str] = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE)
        if "versions" in name.parts:
            continue  # a migration is never edited once it is released
        text = path.read_text(encoding="utf-8")
        functions = functions_of(text)
        count = text.count("\n")
        folders = name.parts[:-1]
        for package in {"/".join(folders[:depth]) for depth in (1, 2)} | {"all"}:
            lines[package] += count
            lengths[package] += functions.values()
        if count > MODULE:
            too_long.append(f"src/qplan/{name}: {count} lines; a module has at most {MODULE}")
        too_long += [
            f"src/qplan/{name}: {function} has {length} lines; a function has at most {FUNCTION}"
            for function, length in functions.items()
            if length > FUNCTION
        ]
    print("package            lines  function (median)  longest")
    for package, count in sorted(lines.items()):
        print(
            f"{package:18} {count:6} {median(lengths[package] or [0]):18.0f} {max(lengths[package], default=0):8}"
        )
    print(*too_long, sep="\n", end="")
    return bool(too_long)


if __name__ == "__main__":
    sys.exit(main())
