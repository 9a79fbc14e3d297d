"""``python -m qplan`` is ``qplan``."""

import sys

from qplan.cli import program

if __name__ == "__main__":
    sys.exit(program())
