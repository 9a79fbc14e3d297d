"""The group ``qplan plan``: commands that make a plan's files, or compare them with the plan's text."""

from qplan.cli.lazy import Entry, sub_group
from qplan.cli.options import OTHER, READ
from qplan.i18n import N_

FROM, AFTER = N_("Make a plan"), N_("Compare")

#: The commands by name, in the order of the help page.
COMMANDS: dict[str, Entry] = {
    "from-table": Entry("plan_tables:from_table", FROM, OTHER, "Make a plan of an Excel, Word or CSV table."),
    "template": Entry(
        "plan_tables:template", FROM, OTHER, "Write an empty workbook for a table of tasks.", formats=False
    ),
    "from-document": Entry("plan_text:from_document", FROM, OTHER, "Draft a plan from its own text."),
    "coverage": Entry("plan_text:coverage", AFTER, READ, "Set a plan beside its own text."),
}

app = sub_group(COMMANDS)
