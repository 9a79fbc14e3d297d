"""deadlines that the office has confirmed"""

from qplan.ledger.migration_steps import change_check

revision = "0006"
down_revision = "0005"

BASES = ("plan", "attached", "proposed", "confirmed")


def upgrade() -> None:
    change_check("task", "deadline_basis", BASES[:3], BASES)
