"""Which department somebody means."""

import subprocess
import sys

import pytest

from qplan.core.model import Department
from qplan.core.names import find_department, folded, nearest, shown
from qplan.errors import BadInput

DEPARTMENTS = (
    Department("scjg", "市场监管", "市监局 市场监管局", "scjgj"),
    Department("fgj", "发展改革", "发改 发改局", "fzgg"),
    Department("sw", "商务", "商务局", "swj"),
    Department("slj", "水利", "水务局 Water", "slju"),
    Department("fzgg", "法制公告", "", None),
)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("scjg", "scjg"),
        ("SCJG", "scjg"),
        ("ｓｃｊｇ", "scjg"),
        ("市场监管", "scjg"),
        ("市监局", "scjg"),
        (" 市监局 ", "scjg"),
        ("scjgj", "scjg"),
        ("市监", "scjg"),
        ("发展", "fgj"),
        ("water", "slj"),
        ("WAT", "slj"),
        ("商务", "sw"),  # the whole name beats the part of an alias
        ("fzgg", "fzgg"),  # an id beats initials
    ],
)
def test_found(text: str, id_: str) -> None:
    assert find_department(text, DEPARTMENTS).id == id_


def test_initials_are_no_part() -> None:
    with pytest.raises(BadInput):
        find_department("cjgj", DEPARTMENTS)


def test_ambiguous_names_its_candidates() -> None:
    with pytest.raises(BadInput) as caught:
        find_department("务局", DEPARTMENTS)
    assert "sw 商务" in str(caught.value)
    assert "slj 水利" in str(caught.value)
    assert caught.value.exit == 2


def test_unknown_is_offered_the_nearest() -> None:
    with pytest.raises(BadInput, match="scjg 市场监管"):
        find_department("市厂监管", DEPARTMENTS)
    with pytest.raises(BadInput, match="scjg 市场监管"):
        find_department("scgj", DEPARTMENTS)
    with pytest.raises(BadInput, match="qplan depts"):
        find_department("zzzzzz", DEPARTMENTS)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_empty(text: str) -> None:
    with pytest.raises(BadInput, match="No department is named"):
        find_department(text, DEPARTMENTS)


def test_hostile_text_is_inert() -> None:
    with pytest.raises(BadInput) as caught:
        find_department("\x1b[31m" + "x" * 10_000, DEPARTMENTS)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_nearest() -> None:
    assert nearest("T1.22", ["T1.2", "T2.2", "S1"])[0] == "T1.2"
    assert nearest("", ["a"]) == []
    many = [f"T{n}.{m}" for n in range(100) for m in range(100)]
    assert "T57.33" in nearest("T57.333", many)
    assert len(nearest("T57.333", many)) == 3


def test_shown_and_folded() -> None:
    assert shown("a\u3000b\x1b") == "a\\u3000b\\u001b"
    assert shown("x" * 100).endswith("…")
    assert folded("ＡＢ") == "ab"


def test_difflib_only_when_it_fails() -> None:
    code = (
        "import sys; from qplan.core.names import find_department; from qplan.core.model import Department;"
        "find_department('a', [Department('a', 'b')]); assert 'difflib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
