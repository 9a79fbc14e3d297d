"""One awkward view, one golden file a format. Regenerate: GOLDEN=1 make generate"""

from pathlib import Path

import pytest

from golden import check_golden
from qplan import i18n
from qplan.render import FORMATS, render
from render.awkward import view

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    "terminal-80.txt": ("table", {"terminal": True, "width": 80}),
    "terminal-160.txt": ("table", {"terminal": True, "width": 160}),
    "terminal-40.txt": ("table", {"terminal": True, "width": 40, "draw": False}),
    "terminal-color.ansi": ("table", {"terminal": True, "width": 120, "color": True}),
    "plain.txt": ("table", {}),
    "awkward.md": ("md", {}),
    "awkward.html": ("html", {}),
    "awkward.csv": ("csv", {}),
    "awkward.tsv": ("tsv", {}),
    "awkward.json": ("json", {}),
    "terminal.json": ("json", {"terminal": True}),
}


@pytest.fixture(autouse=True)
def chinese():
    before = i18n.language
    i18n.use("zh")
    yield
    i18n.use(before)


@pytest.mark.parametrize("name", CASES)
def test_golden(name):
    format, options = CASES[name]
    text = render(view(), format, **options)
    assert isinstance(text, str)
    raw = text.encode("utf-8", "surrogatepass")
    check_golden(GOLDEN / name, raw)


#: Formats of bytes, each tested by reading it.
OF_BYTES = {"xlsx", "docx", "ics"}


def test_every_format_has_a_golden_file_and_is_described():
    without = set(FORMATS) - OF_BYTES - {format for format, _options in CASES.values()}
    assert not without, f"tests/render/test_golden.py: CASES lacks {without}"
    for page in ("docs/weekly.md", "docs/weekly.zh-CN.md"):
        text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
        missing = {name for name, known in FORMATS.items() if known.suffixes[0] not in text}
        assert not missing, f"{page}: the table of formats lacks {missing}"
