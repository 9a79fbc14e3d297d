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
        ("十二万", 120_000),
        ("廿", 20),
        ("卅一", 31),
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
        ("百分之5", "5", "%", None),
        ("一半以上的村", "50", "%", ">="),
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
        ("产值翻番", "2", "倍", ">="),
        ("产值翻两番", "4", "倍", ">="),
        ("产值翻三番", "8", "倍", ">="),
        ("千分之3.5的费率", "3.5", "‰", None),
        ("万分之2的费率", "2", "/万", None),
        ("十万分之6的死亡率", "6", "/10万", None),
        ("三分之三的村", "100", "%", None),
        ("3/3的村", "100", "%", None),
        ("三成的村", "30", "%", None),
        ("进入全国前十二,", "12", "", None),
        ("不低于总投入的20%", "20", "%", ">="),
        ("不低于总数的20项", "20", "项", None),
        ("3天内", "3", "天", "<="),
        ("3天之内", "3", "天", "<="),
        ("3项及以下", "3", "项", "<="),
        ("¥ 5亿元", "5", "¥ 亿元", None),
        ("每年1,234,567.5元", "1234567.5", "元", None),
        ("五千余户", "5000", "户", None),
    ],
)
def test_a_figure_has_its_value_unit_and_operator(text, value, unit, operator):
    found = list(find_quantities(text))
    assert [(one.value, one.unit, one.operator) for one in found] == [(value, unit, operator)]


@pytest.mark.parametrize("text", ["5G网络", "3D打印", "GB/T29490", "PM2.5", "1.2.3", "调解队伍组建"])
def test_a_name_with_digits_is_no_figure(text):
    assert not [one for one in find_quantities(text) if one.unit or one.operator]


@pytest.mark.parametrize(
    ("text", "values"),
    [("医护比1:1.2", ["1.2"]), ("生师比18:1", ["18"]), ("比1:2", ["2"]), ("比2:3", []), ("医护1:2", []), ("9:30开会", []),
     ("床护比例的要求还要达到1:2", ["2"]), ("床护比例的要求,达到1:2", [])],
)  # fmt: skip
def test_a_ratio_to_one_is_a_figure_after_its_name(text, values):
    """The name stands in the same clause."""
    assert [one.value for one in find_quantities(text)] == values


@pytest.mark.parametrize("text", ["1/0的村", "0/3的村", "4/3的村", "二分之三的村"])
def test_what_is_no_share_is_no_figure(text):
    assert list(find_quantities(text)) == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("引进30-40家", ("30", "40", "家")),
        ("引进30家至40家", ("30", "40", "家")),
        ("不超过30-40家", ("40", "30", "家")),
        ("不少于30-40家", ("30", "40", "家")),
        ("百分之三十至百分之四十的村", ("30", "40", "%")),
        ("30%-40%的村", ("30", "40", "%")),
    ],
)
def test_a_range_has_two_ends_of_which_the_promised_one_is_the_value(text, ends):
    (one,) = find_quantities(text)
    assert (one.value, one.high, one.unit) == ends


@pytest.mark.parametrize(
    ("text", "operators"),
    [
        ("不超过2个环节、3个工作日", ["<=", "<="]),
        ("不超过2个环节和另外要求的3个工作日", ["<=", None]),
        ("2项以内、3个工作日", ["<=", None]),
        ("2个环节、3个工作日", [None, None]),
        ("一半的村", []),
    ],
)
def test_a_word_before_a_figure_bounds_those_joined_with_it(text, operators):
    assert [one.operator for one in find_quantities(text)] == operators


def test_figures_of_a_list_have_the_unit_of_the_last():
    found = find_quantities("分别达到407、262、84万千瓦")
    assert [(one.value, one.unit) for one in found] == [
        ("407", "万千瓦"),
        ("262", "万千瓦"),
        ("84", "万千瓦"),
    ]


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("新增不少于5项", "不少于", "不少于5项"),
        ("新增5项以上", "以上", "5项以上"),
        ("新增5项(含)以上", "以上", "5项(含)以上"),
        ("新增5项左右", "", "5项左右"),
        ("提高5个百分点以上", "提高", "提高5个百分点以上"),
        ("产值翻两番", "翻两番", "翻两番"),
        (f"超过{' ' * 22}5项", "超过", f"超过{' ' * 22}5项"),  # 24 characters with the word
        (f"超过{' ' * 23}5项", "", "5项"),
    ],
)
def test_a_figure_begins_with_the_word_that_bounds_it(text, word, marked):
    (one,) = find_quantities(text)
    assert (one.word, text[one.word_start : one.end]) == (word, marked)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("三十家", True), ("三分之二的村", True), ("百分之三十", True), ("三成的村", True), ("产值翻番", True), ("前三,", True),
        ("一半以上", True), ("30家", False), ("2/3的村", False), ("千分之3", False), ("30-40家", False), ("医护比1:1.2", False),
    ],
)  # fmt: skip
def test_a_figure_in_chinese_numerals_is_marked(text, chinese):
    (one,) = find_quantities(text)
    assert one.chinese is chinese


def test_a_rise_and_a_fall_are_marked():
    rise, fall, doubled = find_quantities("产值增长6%左右,能耗下降2.8%,收入翻番")
    assert (rise.change, rise.rounded, fall.change, fall.rounded) == ("up", True, "down", False)
    assert (doubled.change, doubled.rounded) == ("up", False)
    (reached,) = find_quantities("增加为500个")
    assert (reached.change, reached.operator) == (None, ">=")


def test_full_width_text_becomes_half_width_of_the_same_length():
    text = "（一）达到９８％，以上；\u3000\xa0\t！～｟〈﹪"
    assert half_width(text) == "(一)达到98%,以上;   !~｟<%"
    assert len(half_width(text)) == len(text)
