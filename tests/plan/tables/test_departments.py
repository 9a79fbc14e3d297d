"""Departments proposed from the names in a table."""

import pytest

from qplan.plan.tables.bodies import split_bodies
from qplan.plan.tables.departments import initials, propose, same_body, take_apart


@pytest.mark.parametrize(
    ("text", "leads", "support"),
    [
        ("区甲局、区乙局", ["区甲局", "区乙局"], []),
        ("区甲局；区乙局/区丙局\n区丁局", ["区甲局", "区乙局", "区丙局", "区丁局"], []),
        ("区甲局牵头，区乙局、区丙局配合", ["区甲局"], ["区乙局", "区丙局"]),
        ("区甲局牵头，各镇（街道）、各相关部门按职责分工负责", ["区甲局"], ["各镇（街道）", "各相关部门"]),
        ("牵头：区甲局；配合：区乙局、区丙局", ["区甲局"], ["区乙局", "区丙局"]),
        ("由区甲局会同区乙局", ["区甲局"], ["区乙局"]),
        ("区住房和城乡建设局", ["区住房和城乡建设局"], []),
        ("区民政局和区财政局", ["区民政局", "区财政局"], []),
        ("区民政局、区住房和城乡建设局和商务局", ["区民政局", "区住房和城乡建设局", "商务局"], []),
        ("区民政局及各镇（街道）", ["区民政局", "各镇（街道）"], []),
        ("区发展和改革委和各县区", ["区发展和改革委", "各县区"], []),
        ("元坝镇和和平街道", ["元坝镇", "和平街道"], []),
        ("区水利局 区财政局", ["区水利局", "区财政局"], []),
        ("各镇（街道、园区）", ["各镇（街道、园区）"], []),
        ("区甲局等部门", ["区甲局"], []),
        ("无", [], []),
        ("/", [], []),
    ],
)
def test_the_bodies_of_a_cell(text, leads, support):
    found = split_bodies(text)
    assert (list(found.leads), list(found.support)) == (leads, support)


@pytest.mark.parametrize(
    ("text", "known", "last", "asked"),
    [
        ("区民政局，和宜街道", (), "和宜街道", True),
        ("区民政局，和白云街道", (), "和白云街道", True),
        ("区民政局，和白云街道", ("白云街道",), "白云街道", False),
        ("县水利局，和县农业农村局", (), "和县农业农村局", True),
        ("区民政局，和区商务局", ("区民政局",), "区商务局", False),
        ("区民政局，和农业农村局", (), "农业农村局", False),
        ("民政局，和住房城乡建设局", (), "住房城乡建设局", False),
        ("民政局，和各镇（街道）", (), "各镇（街道）", False),
        ("和平街道", (), "和平街道", False),
    ],
)
def test_a_name_that_begins_with_he_is_kept_unless_he_is_a_conjunction(text, known, last, asked):
    found = split_bodies(text, known=known)
    assert found.leads[-1] == last
    assert any("begins with 和" in message for message, _about in found.doubts) is asked


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("市场监管局", "区市场监管局", True),
        ("区住建局", "区住房城乡建设局", True),
        ("区发改局", "区发展和改革局", True),
        ("区卫健委", "区卫生健康局", True),
        ("公安局", "区公安分局", True),
        ("元坝镇", "元坝镇人民政府", True),
        ("城南街道", "城南街道办事处", True),
        ("杭州市政府", "杭州市人民政府", True),
        ("宣传部", "区委宣传部", True),
        ("市财政局", "区财政局", False),
        ("区科技局", "区经信科技局", False),
        ("区财政局", "区水利局", False),
        ("区委办", "区政府办", False),
        ("高新区管委会", "高新区", True),
    ],
)
def test_which_names_are_likely_to_be_of_one_body(one, other, same):
    assert same_body(take_apart(one), take_apart(other)) is same
    assert same_body(take_apart(other), take_apart(one)) is same


def test_ids_are_pinyin_initials_and_numbers_where_there_are_none():
    assert (initials("市场监管局"), initials("各镇（街道）"), initials("R&D Office")) == (
        "scjgj",
        "gzjd",
        "rdoffice",
    )
    assert initials("鄞州局") == ""
    departments = propose([("区民政局", "A1"), ("区卯震局", "A2"), ("鄞州局", "A3")]).departments
    assert [one.id for one in departments] == ["mzj", "mzj2", "d01", "tcxdbgs"]


def test_a_name_without_a_level_that_two_bodies_could_have_stays_alone_and_is_asked():
    names = [("市财政局", "A1"), ("区财政局", "A2"), ("财政局", "A3")]
    registry = propose(names)
    assert {one.name for one in registry.departments} >= {"市财政局", "区财政局", "财政局"}
    assert [one.place for one in registry.questions if "may be" in one.what] == ["A3"]


def test_the_office_is_the_one_named_else_one_is_added_and_asked():
    named = propose([("区财政局", "A1")], office="财政局")
    assert [(one.name, one.role) for one in named.departments] == [("区财政局", "office")]
    added = propose([("区财政局", "A1")])
    assert [one.role for one in added.departments] == ["department", "office"]
    assert "--office NAME" in added.questions[-1].hint
    group = propose([("区质量强区工作领导小组办公室", "A1")])
    assert [one.role for one in group.departments] == ["office"]


def test_the_bureau_of_civil_affairs_of_a_city_has_the_level_of_the_others():
    names = [("市民政局", 1), ("市财政局", 1), ("市教育局", 2), ("市商务局", 2)]
    assert [one.name for one in propose(names, office="市财政局").departments] == [
        name for name, _line in names
    ]
