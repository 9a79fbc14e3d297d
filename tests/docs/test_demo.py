"""``make demo`` shows the weekly round in both languages, each command answered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.name == "nt", reason="a script for sh")
@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "zh",
            (
                "统筹办的星期一",
                "未反馈单位",
                "【约谈通知单】区卫生健康局：",
                "待审核 → 已销号",
                "19% → 90%",
                "全部一致",
            ),
        ),
        ("en", ("The office's Monday", "to verify → closed", "agree")),
    ],
)
def test_the_demonstration_plays_to_its_end(tmp_path, lang, shown):
    program = tmp_path / "qplan"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qplan "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    # as make calls it: by paths that are relative to the folder of the project
    words = ["sh", "examples/demo.sh", os.path.relpath(program, ROOT), lang]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [text for text in shown if text not in done.stdout + done.stderr] == []
    assert [path.name for path in tmp_path.iterdir()] == ["qplan"], "it leaves nothing behind"
