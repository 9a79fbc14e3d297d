"""Golden files: a test compares what it made with the file, or writes the file where GOLDEN is set."""

import os
from pathlib import Path

AGAIN = "run GOLDEN=1 make generate, and look at what changed"


def check_golden(path: Path, content: bytes) -> None:
    """Fail where the file holds something else; with GOLDEN=1 write it."""
    if os.environ.get("GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert path.exists() and content == path.read_bytes(), f"{path.name}: {AGAIN}"
