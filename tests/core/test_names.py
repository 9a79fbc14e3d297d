"""Which department somebody means."""

import subprocess
import sys

import pytest

from qplan.core.model import Department
from qplan.core.names import find_department, folded, nearest, short_name, shown, written
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


@pytest.mark.parametrize("number, more", [(8, ""), (9, " and 1 more"), (10, " and 2 more")])
def test_eight_candidates_are_named_and_the_rest_counted(number: int, more: str) -> None:
    many = [Department(f"d{n}", f"第{n}街道办") for n in range(number)]
    with pytest.raises(BadInput) as caught:
        find_department("街道办", many)
    assert "d7 第7街道办" in str(caught.value) and "d8" not in str(caught.value)
    assert ("more" in str(caught.value)) is bool(more) and more in str(caught.value)


def test_three_names_are_offered_for_an_unknown_one() -> None:
    many = [Department(f"d{n}", f"第{n}街道办事处") for n in range(5)]
    with pytest.raises(BadInput, match="did you mean") as caught:
        find_department("第九街道办事处", many)
    assert str(caught.value).count("街道办事处") == 1 + 3


@pytest.mark.parametrize(
    "name, aliases, short",
    [
        ("市场监管", "市监 市监局", "市监局"),
        ("水利", "水务", "区水利局"),
        ("商务局", "", "商务局"),
        ("发展改革", "发展改革委", "发展改革"),
    ],
)
def test_a_short_name_has_three_characters_or_more(name: str, aliases: str, short: str) -> None:
    assert short_name(Department("x", name, aliases, full_name="区水利局")) == short


@pytest.mark.parametrize(
    "unit, text",
    [
        ("项", "5项"),
        ("days", "5 days"),
        ("%", "5%"),
        (None, "5"),
        ("", "5"),
        ("公里", "5公里"),
        ("µg", "5µg"),
    ],
)
def test_a_unit_of_letters_stands_apart(unit: str | None, text: str) -> None:
    assert written("5", unit) == text


def test_a_very_long_text_is_near_nothing() -> None:
    assert nearest("x" * 64, ["x" * 64]) and not nearest("x" * 65, ["x" * 65])


def test_nearest() -> None:
    assert nearest("T1.22", ["T1.2", "T2.2", "S1"])[0] == "T1.2"
    assert nearest("", ["a"]) == []
    many = [f"T{n}.{m}" for n in range(100) for m in range(100)]
    assert "T57.33" in nearest("T57.333", many)
    assert len(nearest("T57.333", many)) == 3


def test_shown_and_folded() -> None:
    assert shown("a\u3000b\x1b") == "a\\u3000b\\u001b"
    assert shown("x" * 100).endswith("…")
    assert (shown("x" * 48), shown("x" * 49)) == ("x" * 48, "x" * 48 + "…")
    assert folded("ＡＢ") == "ab"


def test_difflib_only_when_it_fails() -> None:
    code = (
        "import sys; from qplan.core.names import find_department; from qplan.core.model import Department;"
        "find_department('a', [Department('a', 'b')]); assert 'difflib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
