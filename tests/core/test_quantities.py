"""Numbers, units and comparisons are read from Chinese and English words."""

import pytest

from qplan.core.quantities import find_quantities, half_width, read_numeral


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("一百零五", 105),
        ("三万五千", 35000),
        ("两", 2),
        ("廿三", 23),
        ("二〇二五", 2025),
        ("二○二五", 2025),
        ("一千二百三十亿", 123_000_000_000),
    ],
)
def test_a_chinese_numeral_is_read(text, number):
    assert read_numeral(text) == number


@pytest.mark.parametrize("text", ["", "几", "约十", "第一", "10"])
def test_a_text_that_is_no_numeral_has_no_number(text):
    assert read_numeral(text) is None


@pytest.mark.parametrize(
    ("text", "value", "unit", "operator"),
    [
        ("合格率保持在98%以上", "98", "%", ">="),
        ("突破3000件", "3000", "件", ">="),
        ("不少于5项", "5", "项", ">="),
        ("达到 45 万千瓦", "45", "万千瓦", ">="),
        ("各类农业机械 3.5万台套", "3.5", "万台套", None),
        ("百分之三十", "30", "%", None),
        ("不低于百分之九十五点五", "95.5", "%", ">="),
        ("三分之二以上的村", "66.67", "%", ">="),
        ("2/3的村", "66.67", "%", None),
        ("1,200户", "1200", "户", None),
        ("投资12.5亿元", "12.5", "亿元", None),
        ("控制在35微克/立方米以内", "35", "微克/立方米", "<="),
        ("压缩到3个工作日", "3", "个工作日", "<="),
        ("再获得5个或以上省级奖项", "5", "个", ">="),
        ("三十家以上", "30", "家", ">="),
        ("at least 95% of villages", "95", "%", ">="),
        ("no more than 1,200 hours", "1200", "hours", "<="),
        ("reach 12.5 million yuan", "12.5", "million yuan", ">="),
    ],
)
def test_a_figure_has_its_value_unit_and_operator(text, value, unit, operator):
    found = list(find_quantities(text))
    assert [(one.value, one.unit, one.operator) for one in found] == [(value, unit, operator)]


@pytest.mark.parametrize("text", ["5G网络", "3D打印", "GB/T29490", "PM2.5", "1.2.3", "调解队伍组建"])
def test_a_name_with_digits_is_no_figure(text):
    assert not [one for one in find_quantities(text) if one.unit or one.operator]


def test_a_range_has_two_ends():
    (one,) = find_quantities("引进30-40家")
    assert (one.value, one.high, one.unit) == ("30", "40", "家")


def test_a_rise_and_a_fall_are_marked():
    rise, fall = find_quantities("产值增长6%左右,能耗下降2.8%")
    assert (rise.change, rise.rounded, fall.change) == ("up", True, "down")


def test_full_width_text_becomes_half_width_of_the_same_length():
    text = "（一）达到９８％，以上；"
    assert half_width(text) == "(一)达到98%,以上;"
    assert len(half_width(text)) == len(text)
