"""``python stubbed.py …`` is qplan with the stub table: for tests that need a process of their own."""

import sys

from qplan.cli import main, table

# The table names its module only; nothing of Typer is imported here.
table.COMMANDS.update(
    tasks=table.Entry("stub", "tasks", table.LOOK, table.READ, "Tasks of the plan.", optional=("--dept",)),
    update=table.Entry("stub", "update", table.ACT, table.WRITE, "Report on tasks.", ids=True),
    fail=table.Entry("stub", "fail", table.KEEPING, table.KEEP, "Fail in a chosen way."),
    absent=table.Entry("no.such.module", "x", table.KEEPING, table.KEEP, "Never imported."),
)
if __name__ == "__main__":
    sys.exit(main())
