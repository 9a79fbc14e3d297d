"""``python stubbed.py …`` is qplan with stub commands: for tests that need a process of their own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from qplan.cli import main
from qplan.cli.app import ACT, COMMANDS, LOOK, MAINTAIN
from qplan.cli.lazy import Entry
from qplan.cli.options import OTHER, READ, WRITE

#: The stub commands; the module of the last two does not exist.
STUB = {
    "tasks": Entry("stub:tasks", LOOK, READ, "Tasks of the plan.", package="cli"),
    "update": Entry("stub:update", ACT, WRITE, "Report on tasks.", package="cli"),
    "fail": Entry("stub:fail", MAINTAIN, OTHER, "Fail in a chosen way.", package="cli"),
    "group": Entry("stub:group", MAINTAIN, OTHER, "Commands in a group.", package="cli"),
    "absent": Entry("x:x", MAINTAIN, OTHER, "Never imported.", package="no.such.module"),
    "overview": Entry("x:x", LOOK, READ, "Never imported.", hidden=True, package="no.such.module"),
}
if __name__ == "__main__":
    COMMANDS.update(STUB)
    sys.exit(main())
