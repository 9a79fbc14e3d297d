"""How large src/qplan is, by package and by capability; exit 1 where a module or a function is longer than it may be.

``python tools/size.py`` prints the lines of Python of each package, how long its functions are, and the lines of
each capability.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).parents[1] / "src" / "qplan"
MODULE, FUNCTION = 450, 70
REST = "ledger, work, lists"
#: Capability -> its modules; all others are those of REST.
CAPABILITIES = {
    "English": "plan/document/english.py core/english_quantities.py i18n.py",
    "plan from a text": "plan/document/* core/quantities.py plan/coverage.py */plan_text.py",
    "plan from a table": "plan/tables/* core/deadlines.py plan/writer.py plan/questions.py */plan_tables.py render/plan_template.py",
    "forms, many reports": "*/form_*.py */forms.py service/collection.py service/report_*.py",
    "official documents": "views/document.py views/notice*.py render/gbt9704.py render/word.py plan/wording.py"
    " */documents.py",
    "letters, robots": "*/letters.py views/agenda.py render/mail.py render/calendars.py service/webhooks.py",
    "dashboard, charts": "*/page.py render/charts.py render/bars.py service/trend.py",
    "evidence": "*/evidence.py",
    "duty to report": "*/reporting.py */changes.py service/score.py service/mine.py views/work.py */agenda.py",
    "audit, signatures": "core/audit.py core/entries.py ledger/heads.py */receipts.py */seal.py */seals.py */signatures.py ledger/ssh.py"
    " cli/signing.py",
    "PostgreSQL": "ledger/postgres/* ledger/engines.py cli/commands/server.py",
    "upkeep": "ledger/backup.py ledger/verify.py ledger/transfer.py ledger/structure.py */maintenance.py cli/commands/export.py cli/protection.py",
    "plan in YAML": "plan/*.py service/load.py service/replacement.py views/plan.py cli/commands/plan.py",
    "terminal": "cli/interview.py cli/completion.py cli/examples.py cli/pager.py cli/help_page.py cli/identity.py cli/usage.py cli/progress.py"
    " cli/config_file.py cli/settings.py cli/named_views.py cli/several.py views/joint.py cli/folder.py",
}  # fmt: skip


def capability_of(name: str) -> str:
    """The capability that a module is of."""
    found = (
        one for one, modules in CAPABILITIES.items() for pattern in modules.split() if fnmatch(name, pattern)
    )
    return next(found, REST)


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
    capabilities: dict[str, int] = defaultdict(int)
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
        capabilities[capability_of(name.as_posix())] += count
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
    print("\ncapability         lines")
    for one, count in sorted(capabilities.items(), key=lambda item: -item[1]):
        print(f"{one:19} {count:5}")
    print(*too_long, sep="\n", end="")
    return bool(too_long)


if __name__ == "__main__":
    sys.exit(main())
