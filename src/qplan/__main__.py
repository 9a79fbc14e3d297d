"""``python -m qplan`` is ``qplan``."""

import sys

from qplan.cli import main

if __name__ == "__main__":
    sys.exit(main())
