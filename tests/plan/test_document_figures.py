"""Which figures of a sentence promise, and what they are."""

import pytest


@pytest.mark.parametrize(
    "sentence",
    [
        "形成3大功能、5个方面的工作格局。",
        "设置11项核心指标,其中预期性指标9项。",
        "坚持“三个统一”,打造一批示范点。",
        "对检查发现的18个问题建立台账。",
        "为65岁以上老年人建立档案。",
        "落实《食品安全标准》(GB2760)第3条。",
        "去年新增企业14家,目前共有51家。",
        "开展三年行动,实施“863”计划。",
        "过去一年,新建道路30公里;新增泊位200个。群众满意度达到92%。",
        "截至目前,建成驿站40个,覆盖率达到62%。",
        "1-9月完成投资62亿元,超时序进度8个百分点。",
        "净利润目标完成率(权重:30%)=实际净利润/目标值*100%。",
        "超过预算10%的部分不予拨付。",
        "推动农业、林业、水利3个领域深度融合。",
        "把软件、芯片、显示3个产业做优做强。",
        "工地每天7:30—18:00施工,图纸比例1:500。",
        "修建5人制足球场,引进世界500强企业。",
        "支持每周参加3次及以上锻炼的人群。",
        "对坝高15米以上的水库逐座登记。",
        "完成年度计划的62%。",
    ],
)
def test_what_describes_or_counts_promises_nothing(read_text, sentence):
    document = read_text(f"一、主要任务\n(一)抓落实\n{sentence}\n")
    assert [one.promise for one in document.targets] == []


@pytest.mark.parametrize(
    ("sentence", "read_as"),
    [
        ("将改革行业由40个扩展至60个以上。", [("改革行业", ">=", "60", "个")]),
        ("对首次升规的企业给予10万元奖励。", []),
        ("对全县218家养殖场逐一排查。", []),
        ("反馈的7类26个问题全部销号。", []),
        ("为80周岁以上老年人建立档案。", []),
        ("清运频次由每周2次增加到每周不少于4次。", [("", ">=", "4", "次")]),
        ("实际使用外资保持全省前三,其他指标不降。", [("实际使用外资", "rank", "3", "")]),
        ("关闭退出30万吨/年以下煤矿4处。", [("煤矿", ">=", "4", "处")]),
        ("一般事故死亡人数不突破3人。", [("死亡人数", "<=", "3", "人")]),
        ("不发生一次死亡3人以上火灾。", []),
        ("考核90分以上为优秀。", []),
        ("满意度得分低于85分的不得评优。", []),
        ("连续两年得分低于70分的,约谈负责人。", []),
        ("考核对象为全县14个乡镇。", []),
        ("问题15日内落实帮扶措施。", [("问题", "<=", "15", "日")]),
        ("申请受理后20个工作日内办结。", [("", "<=", "20", "个工作日")]),
        ("火灾亡人率不高于十万分之0.15。", [("亡人率", "<=", "0.15", "/10万")]),
        ("淘汰35蒸吨/小时及以下燃煤锅炉。", []),
        ("全年开展督查24次。", [("督查", ">=", "24", "次")]),
        ("人均预期寿命达到78.6岁。", [("人均预期寿命", ">=", "78.6", "岁")]),
        ("人均预期寿命达到81.2岁(2020年为79.4岁)。", [("人均预期寿命", ">=", "81.2", "岁")]),
        (
            "医护比达到1∶1.25,生师比控制在17:1以内。",
            [("医护比", ">=", "1.25", ""), ("生师比", "<=", "17", "")],
        ),
        (
            "水电、风电装机分别达到30、45万千瓦。",
            [("风电装机", ">=", "30", "万千瓦"), ("风电装机", ">=", "45", "万千瓦")],
        ),
        ("审批环节压减一半以上。", [("审批环节压减", ">=", "50", "%")]),
        ("常住人口达到120万以上。", [("常住人口", ">=", "120", "万")]),
        ("每名教师每学期听课不少于15节。", [("听课", ">=", "15", "节")]),
        ("对200名村医进行轮训。", [("村医", ">=", "200", "名")]),
        ("建成至少一座综合性体育馆。", [("体育馆", ">=", "1", "座")]),
        ("建设2处30张以上床位的护理站。", [("护理站", ">=", "2", "处")]),
        ("引进5亿元项目8个、10亿元项目2个。", [("", ">=", "8", "个"), ("", ">=", "2", "个")]),
        ("12个监测点水质优良比例达到90%。", [("比例", ">=", "90", "%")]),
        ("急修20分钟内到场率达到92%。", [("到场率", ">=", "92", "%")]),
        ("50户以上自然村通宽带比例达到98%。", [("比例", ">=", "98", "%")]),
        ("完成已鉴定的13座水闸加固。", [("水闸加固", ">=", "13", "座")]),
        (
            "城乡收入比缩小到1.9∶1,床护比达到1:0.62。",
            [("收入比", "<=", "1.9", ""), ("床护比", ">=", "0.62", "")],
        ),
        ("电子病历达到5级。", [("电子病历", ">=", "5", "级")]),
        ("营业收入迈上300亿元台阶。", [("营业收入", ">=", "300", "亿元")]),
        ("每季度召开不少于2次调度会。", [("调度会", ">=", "2", "次")]),
        ("灌溉水有效利用系数0.61。", [("利用系数", ">=", "0.61", "")]),
        ("实现利润目标:320万元。", [("利润目标", ">=", "320", "万元")]),
        (
            "营业收入达到8亿元,年均增长12%。",
            [("营业收入", ">=", "8", "亿元"), ("营业收入增长", ">=", "12", "%")],
        ),
        ("截至目前,建成驿站40个,覆盖率62%,力争年底覆盖率达到80%。", [("覆盖率", ">=", "80", "%")]),
        ("办结率2026年达到90%;2027年达到95%。", [("办结率", ">=", "90", "%"), ("办结率", ">=", "95", "%")]),
        ("每500人配备保洁员不少于1名。", [("保洁员", ">=", "1", "名")]),
        ("Raise the pass rate from 71% to 85%.", [("pass rate", ">=", "85", "%")]),
        (
            "The share of car trips will be reduced from 46% to 38%.",
            [("share of car trips", "<=", "38", "%")],
        ),
        (
            "Spending on repairs will not fall below £2 million.",
            [("Spending on repairs", ">=", "2", "£ million")],
        ),
        ("Retrofit homes at no more than €32,000 per home.", [("homes", "<=", "32000", "€")]),
        ("All buildings over 500 m2 will be insulated.", []),
        (
            "Hold lost-time injuries under 0.6 per 200,000 hours.",
            [("injuries", "<=", "0.6", "per 200,000 hours")],
        ),
        ("Raise the share of homes with four or five stars from 41% to 55%.", [("homes", ">=", "55", "%")]),
        ("Its last report counted 61 measures.", []),
        ("The council planted about 4,000 trees.", []),
        ("Nine partners signed the last plan.", []),
        ("Halve the repairs backlog, which stands at £61m.", [("backlog", ">=", "50", "%")]),
        ("Award at least 40% of tenders below R10 million to local firms.", [("tenders", ">=", "40", "%")]),
        ("Speed will drop from 36 to under 30 mph.", [("Speed", "<=", "30", "mph")]),
        ("Deaths within 30 days of surgery will fall by 15%.", [("Deaths", ">=", "15", "%")]),
        ("Appeals filed within 30 days of a decision will be heard by a panel.", []),
        (
            "Answer letters within 10 days, complaints within 5.",
            [("", "<=", "10", "days"), ("", "<=", "5", "days")],
        ),
        ("Keep the cost of each pound raised to 20p or less.", [("cost", "<=", "20", "p")]),
        ("We hold reserves of £38,000 and will add £5,000 a year.", [("", ">=", "5000", "£")]),
        (
            "We will protect 12,000 hectares for nature, 5,000 more than at present.",
            [("", ">=", "12000", "hectares")],
        ),
        ("Resolve 90% of complaints within 30 days.", [("", ">=", "90", "%"), ("", "<=", "30", "days")]),
    ],
)
def test_a_figure_is_read_with_its_baseline_bound_and_currency(read_text, sentence, read_as):
    document = read_text(f"1 Tasks\n1.1 First task\n{sentence}\n")
    found = [
        (one.promise.name, one.promise.operator, one.promise.value, one.promise.unit)
        for one in document.targets
    ]
    assert [one[1:] for one in found] == [one[1:] for one in read_as]
    assert all(wanted[0] in one[0] for one, wanted in zip(found, read_as, strict=True))


def test_each_figure_has_the_year_that_stands_with_it(read_text):
    document = read_text(
        "1 Tasks\n1.1 First task\nReplace 210 buses by 2031 and 90 vans by 2029.\n1.2 二\n2026年完成改造8家、2027年完成改造11家。\n"
    )
    assert [(one.promise.value, one.promise.year) for one in document.targets] == [
        ("210", 2031), ("90", 2029), ("8", 2026), ("11", 2027)
    ]  # fmt: skip
