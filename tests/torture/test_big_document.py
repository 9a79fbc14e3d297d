"""A large document is read within bounded memory, whatever its shape: 2 MB always, 50 MB with QPLAN_TORTURE=long."""

import os
import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")

LONG = os.environ.get("QPLAN_TORTURE") == "long"
SIZE = (50 if LONG else 2) * 1024 * 1024
MOST_MEMORY = (800 if LONG else 300) * 1024 * 1024
CHINESE = (
    "（一）抓好重点工作。到2027年，新增学位不少于3000个，合格率达到98%以上，"
    + "持续巩固提升工作成效，" * 12
    + "。"
)
ENGLISH = (
    "By 2030, at least 95% of customers will be served within 30 days. " + "The work goes on with care. " * 12
)
SHAPES = {
    "lines.txt": lambda: "一、主要任务\n" + f"{CHINESE}\n" * (SIZE // (len(CHINESE.encode()) + 1)),
    "english.txt": lambda: "1 Tasks\n" + f"{ENGLISH}\n" * (SIZE // (len(ENGLISH) + 1)),
    "one-line.txt": lambda: "一、主要任务 " + CHINESE * (SIZE // len(CHINESE.encode())),
    "page.html": lambda: "<html><body>" + f"<p>{CHINESE}</p>" * (SIZE // (len(CHINESE.encode()) + 7)),
    "no-marks.txt": lambda: "持续巩固" * (SIZE // 12),
}
READ = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from qplan.plan.document.reading import MOST_PROMISES, read_document
document = read_document(Path(sys.argv[1]))
assert len(document.targets) <= MOST_PROMISES + 2
"""


@pytest.mark.parametrize("name", SHAPES)
def test_a_large_document_is_read_within_bounded_memory(name, tmp_path):
    path = tmp_path / name
    path.write_text(SHAPES[name](), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(MOST_MEMORY)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr[-500:]) == (0, "")
