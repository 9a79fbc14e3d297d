"""Which figures of a sentence promise something, and which only describe, count or date.

A figure is left out by the first rule of ``_RULES`` that applies; a new case is a function and a line there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from qplan.core.quantities import Quantity

#: Words for what has happened: a figure after one of them is a fact.
FACT = re.compile(
    r"截至|截止|仅|只有|[仍还尚]有|未能|尚未|抽查的|检查的|(?<![较比])(?:去年|上年)|目前|现有|已有|已经|已达|已建|已完成|已累计|累计完成了|当前|曾|了\d"
)
#: A rank: 进入全市前10名.
RANK = re.compile(r"(?:进入|保持|跻身|位居|居|列|排名|[、和]全[国省市区县])[^,。;]{0,8}前\s*$")

_NEVER = frozenset(["岁", "周岁", "届", "号", "度", "章", "节", "字", "步", "级", "层", "档", "日", "强"])
_TIMES = _NEVER | {
    "年", "月", "天", "周", "秒", "个月", "小时", "分钟", "工作日", "个工作日", "次",
}  # fmt: skip
#: What an age or a grade that is to be reached belongs to.
_GRADED = re.compile(r"寿命|年龄|等级|水平|级别|能力|成熟度")
_SPAN = re.compile(r"时间|时限|期限|天数|寿命|时长|周期|年限")
_OFTEN = re.compile(r"每[半两三]?个?(?:年|月|季|周|旬|日|天|学期)|年内|全年")
_PARTS_OF_TEXT = re.compile(
    r"\s*(?:大(?!型|中|学|专|关)|个?[\u4e00-\u9fff]{0,4}(?:方面|环节|领域|维度|要素|层次|阶段|步骤|原则)|个?(?:坚持|统一|维护|字)|字方针|"
    r"[个项类种]?(?:核心|主要|重点|具体|约束性|预期性)*指标|项(?:主要|重点|具体)(?:任务|举措|措施)|类(?!.{0,4}(?:企业|项目))|分法|位一体|者|维)"
)
#: A plan has no more parts of one kind than this.
_MOST_PARTS = 60
_NUMBERING = re.compile(
    r"(?:第|每|(?<![底末月日年])前|近|满|[“《(]?十[一二三四五六七八九]|指标|(?:排名|排位|位列|倒数|(?<!安)排在?)(?:倒数)?[后末]?)$"
)
_ALWAYS_NUMBERING = re.compile(r"(?:第|每)$|[“《][^”》]*$")
_GRANT = re.compile(
    r"(?:给予|予以|奖励|奖补|补助|补贴|资助|罚款|处以)(?!资金|经费|项目|企业|政策)[^,;]{0,12}$"
)
_WHOM = re.compile(
    r"\s*的?(?:企业|项目|单位|人员|老年人|老人|居民|儿童|学校|工程|锅炉|人群|村|社区|用户|机构)"
)
#: 千人以上水源保护区划定率达到100%: the figure says whose rate it is.
_RATE_OF = re.compile(r"\s*的?[\u4e00-\u9fff]{2,16}(?:率|度|比例|占比|比重)")
WORKS = re.compile(
    r"(?:推动|引导|带动|动员|新增|新建|新改建|新改扩建|净增|建成|建设|建立|建|培育|打造|创建|引进|招引|发展|完成|组建|布局|获得|保障|拥有|开展|举办|"
    r"改造|推广|实施|培训|争取|评选|认定|扶持|支持|达到|达|实现|推出|制定|培养|选树|遴选|解决|办理|整治|清理|治理|修复|种植|"
    r"安排|投入|签约|开工|投资|组织|设立|提供|帮助|服务|覆盖|拆除|淘汰|关闭|化解|收回|追回|减少|增加|入库|升级|孵化|转化|招聘|"
    r"发放|筹集)[^,。;]{0,8}$"
)


class Figure(NamedTuple):
    """A figure with the text on both sides, within its clause."""

    quantity: Quantity
    before: str
    unit_on: str  #: from the unit to the end of the clause
    after: str


def promises(part: str, one: Quantity) -> bool:
    """Whether a figure of a Chinese clause promises something."""
    digits = re.match(r"[\d,./]+|\D+", part[one.start :])
    unit_on = part[one.start + (digits.end() if digits else 0) :]
    figure = Figure(one, part[: one.start].rstrip(), unit_on, part[one.end :])
    if RANK.search(figure.before):
        return not re.match(r"\s*的", figure.after)
    return not any(rule(figure) for rule in _RULES)


def _is_time(figure: Figure) -> bool:
    """A date or an age; a span of time counts where time is what is measured or how often is said."""
    one = figure.quantity
    if (
        one.unit in ("岁", "级", "层", "档")
        and one.operator
        and not one.chinese
        and one.word not in ("以上", "以下")
    ):
        return not (
            _GRADED.search(figure.before) or (one.unit == "级" and one.word in ("达到", "提升到", "提升至"))
        )
    if (one.unit.lstrip("万亿") in _NEVER and one.word not in ("内", "不少于", "不低于", "至少")) or (
        not one.unit and re.fullmatch(r"(?:19|20)\d\d", one.value) and one.end - one.start == 4
    ):
        return True
    if one.unit not in _TIMES:
        return False
    if one.operator and _SPAN.search(figure.before):
        return False
    counted = one.unit == "次" and not one.chinese and (float(one.value) >= 10 or WORKS.search(figure.before))
    return one.unit in ("年", "月") or not (
        counted or one.operator or _OFTEN.search(figure.before + figure.after)
    )


def _is_numbering(figure: Figure) -> bool:
    """第3, 每100人, “863”计划, PM2.5."""
    if _ALWAYS_NUMBERING.search(figure.before):
        return True
    letter = figure.before[-1:].isascii() and figure.before[-1:].isalpha()
    return not figure.quantity.operator and (letter or bool(_NUMBERING.search(figure.before)))


def _counts_the_text(figure: Figure) -> bool:
    """5大功能, 11项核心指标: parts of the plan itself."""
    if figure.quantity.operator or float(figure.quantity.value) > _MOST_PARTS:
        return False
    return bool(
        re.search(r"个方面$", figure.before)
        or _PARTS_OF_TEXT.match(figure.unit_on)
        or _PARTS_OF_TEXT.match(figure.after)
    )


#: 把软件、芯片、显示3个产业: what a preposition names before its number.
_LISTED = re.compile(r"(?:[把对在]|聚焦|围绕|针对)[^,;\d]*、[^,;\d]*$")
#: 15个国控断面优良水体比例达到86%: the count says whose share it is.
_WHOSE_RATE = re.compile(r"[^,;]{4,}(?:率|比例|比重|占比)[^,;]{0,8}\d")
#: 完成李家村等5个村管网建设 promises all five, as 列入实事的6座停车场全部建成 does; 发展芯片、显示等3个产业 describes.
_DONE = re.compile(
    r"(?:[^,;]*[前底末内])?[^,;]{0,4}(?:完成|建成|治理|修复|改造|整治|实施|新建|改建|扩建|建设|开工|拆除|取缔|关停|关闭|搬迁|淘汰|引进|打造|培育|创建)"
)
_SERVED = re.compile(r"为[^,;]*的[^,;]*(?:提供|发放|开展|实施|进行|适配)")
_FINISHED = re.compile(r"(?![^,;]{0,8}已)[\u4e00-\u9fff]{0,8}(?:竣工|投产|投用|完工|建成|开工)")
_KNOWN = re.compile(
    r"等$|的(?:\d+(?:类|大类|方面))?$|由$|(?:下设|内设|分为|分成)[^,;]*$|(?:围绕|沿|针对|立足|分解[到至成为])[^,;]{0,6}$|"
    r"[对将](?:[全我本][省市县区镇乡校局]|辖区内?|现有)?$"
)


def _is_known(figure: Figure) -> bool:
    """反馈的18个问题, 芯片、显示等3个产业, 对218家企业逐一排查: what is spoken of as known."""
    one, before, after = figure.quantity, figure.before, figure.after
    if one.operator or re.search(r"对\d*00$", before + one.value):
        return False
    if not WORKS.search(before) and (_LISTED.search(before) or _WHOSE_RATE.match(after)):
        return True
    if one.unit == "%":
        return bool(_KNOWN.search(before)) and not re.search(r"占[^,;]{1,14}的$", before)
    done = _DONE.match(before) or _FINISHED.match(after) or _SERVED.match(before + after)
    return not done and bool(_KNOWN.search(before))


def _is_baseline(figure: Figure) -> bool:
    """由40个扩展至60个: from where it begins."""
    if re.search(r"\((?:20\d\d年(?![底末]?前)|基[期数])[^()]*$", figure.before):
        return True  # 达到79岁(2020年为77.3岁)
    before = re.search(
        r"(?:由|从)(?:目前的?|现在的?|原来的?|20\d\d年的?|上年的?|去年的?)?(?:每[年月周日天])?$",
        figure.before,
    )
    return bool(before and re.match(r"[^,;]*(?:至|到|为|成)", figure.after))


def _is_granted(figure: Figure) -> bool:
    """给予10万元奖励, 按每亩200元补助: what an applicant gets or pays, not what is reached."""
    if re.search(r"给予(?:不超过|最高)?$", figure.before) and re.match(
        r"的?(?:贴息|补助|补贴|奖励|优惠)", figure.after
    ):
        return True
    return figure.quantity.unit.endswith("元") and bool(
        figure.before.removesuffix(figure.quantity.word).endswith("最高")
        or _GRANT.search(figure.before)
        or re.match(r"的?(?:一次性)?(?:奖励|补助|补贴|奖补|罚款)", figure.after)
    )


#: What a sum is of, before it: one that stands elsewhere says how large a thing is (10亿元项目1个).
_MONEY = re.compile(r"(?:投入|投资|安排|筹集|落实|完成|资金|贷款|收入|产值|总?额|利润|成本)(?:约|近|共)?$")


#: 60米半径, 5人制, 90分以上的评为优秀, 超过10%的部分, 超速50%等行为: what the figure is part of.
_DESCRIBED_AFTER = re.compile(
    r"\s*(?:为?半径|范围|口径|直径|距离|制(?![定作造])|间病?房)|的?[评认]?定?为[“\"]?(?:优秀|良好|合格|不合格|一般|较好|较差|好|差)|"
    r"的(?:$|不得|不予|予以|给予|进行|责令|一律|取消|实行|追究|约谈|启动|视为|纳入)|的?部分|[^,;]{0,4}(?:计算|计提|折算|计征|扣除)|"
    r"[^;]*等(?:违法)?(?:行为|情形|情况|问题|现象)"
)
#: 杜绝死亡3人以上事故, 利润=收入*75%, 权重30%, 扣减绩效10%.
_DESCRIBED_BEFORE = re.compile(
    r"(?:对象|范围|主体)(?:为|是|包括)[^,;]*$|(?:权重|分值)(?:占|为)?:?$|扣[减除罚]?[^,;\d]{0,4}$|(?:不发生|杜绝|避免|防止|遏制|防范)[^,;]*$|[\u4e00-\u9fff)]=[^\d\s][^,;]*$"
)
#: 24小时内到位率达到90%, 30户以上自然村通硬化路比例达到95%.
_RATE_REACHED = re.compile(r"\s*的?[\u4e00-\u9fff]{1,16}(?:率|比例|占比|比重)[^\d,;]{0,6}\d")


def _describes(figure: Figure) -> bool:
    """超过1000万元的企业2家, 10亿元项目1个: which of them, not how many."""
    one = figure.quantity
    if _DESCRIBED_AFTER.match(figure.after) or _DESCRIBED_BEFORE.search(figure.before):
        return True
    below = one.word in ("以下", "及以下", "或以下") and one.unit != "%"
    if below and re.match(r"的?(?![并且和])[\u4e00-\u9fff]{2}", figure.after):
        return True
    if re.match(r"\s*的[^,、]{1,10}\d", figure.after):
        return one.unit != "%" or bool(figure.before)
    if one.word in ("超", "超过") and re.match(
        r"的" if not one.unit.endswith("元") else r"的?[\u4e00-\u9fff]{1,6}\d", figure.after
    ):
        return True
    if one.unit.endswith("元") and not one.operator and not _MONEY.search(figure.before):
        return bool(re.match(r"级?[\u4e00-\u9fff]{2,6}\d", figure.after))
    return False


#: Units of a size, which no work counts.
_SIZE = re.compile(r"(?:吨|米|千瓦|兆瓦|升|千伏|公里)$")


def _bounds(figure: Figure) -> bool:
    """20蒸吨以上的锅炉, 千吨以上工程75处, 1所100张以上床位的养老机构: which of them, by a bound."""
    one = figure.quantity
    bounded = one.word in ("以上", "以下", "及以上", "及以下") and one.word_start == one.start
    if (bounded or one.word == "内") and _RATE_REACHED.match(figure.after):
        return True
    if not bounded:
        return False
    if re.search(r"\d[个所家座处名]$", figure.before) or re.match(
        r"\)[^,;]+\d|[\u4e00-\u9fff]{2,8}的人[数口群]", figure.after
    ):
        return True
    if one.unit != "%" and re.match(r"\s*的?[\u4e00-\u9fff]{1,10}\d", figure.after):
        return True
    works = bool(WORKS.search(figure.before))
    of_what = re.match(r"的?[\u4e00-\u9fff]{2}", figure.after)
    if not works and of_what:
        aimed = re.search(r"^(?:对|为|向|给)[^,;]*$|[将把][^,;]{0,8}$", figure.before)
        if aimed or _SIZE.search(one.unit) or re.match(r"[\u4e00-\u9fff]{0,4}车", figure.after):
            return True
    if one.unit != "%" and _WHOM.match(figure.after):
        return not works or bool(re.match(r"[^,。;和及]{0,12}\d", figure.after))
    return not works and bool(_RATE_OF.match(figure.after))


#: What has no unit: 农田灌溉水有效利用系数0.78.
_INDEX = re.compile(r"(?:系数|指数|[\u4e00-\u9fff]{2}比)$")


def _is_bare(figure: Figure) -> bool:
    """A number without a unit, unless a clear comparison stands before it."""
    one = figure.quantity
    return not one.unit and (
        one.word in ("完成", "达", "保持") or not (one.operator or _INDEX.search(figure.before))
    )


def _is_manner_of_speaking(figure: Figure) -> bool:
    """一个, 四大, 两手抓: a numeral in words that counts nothing; 每半年评估一次 does."""
    one = figure.quantity
    if not one.chinese or one.unit == "%" or one.change:
        return False
    if one.unit in ("次", "场", "轮") and _OFTEN.search(figure.before):
        return False
    if (
        int(one.value) > 1
        and re.search(r"(?:新建|新增|改建|扩建|改造|建成|引进|投入使用)$", figure.before)
        and one.unit != "期"
    ):
        return False
    if int(one.value) >= 10:
        return not (one.operator or WORKS.search(figure.before))
    small = one.value in ("0", "1") and not one.word.startswith(("至少", "不"))
    return one.operator is None or small or one.word in ("保持", "完成", "达")


#: 占年度投资计划的97%, 超时序进度8个百分点: how far the work is.
_SHARE_OF_PLAN = re.compile(r"占[^,;]{0,8}计划的?$|(?:时序|时间)进度$")


def _is_fact(figure: Figure) -> bool:
    """已有, 目前: what there is."""
    before = re.sub(r"[由从](?:目前|现在|去年|上年)[^,;]*$", "", figure.before)
    return before.endswith("了") or bool(FACT.search(before) or _SHARE_OF_PLAN.search(figure.before))


_RULES: tuple[Callable[[Figure], bool], ...] = (
    _is_time,
    _is_numbering,
    _counts_the_text,
    _is_known,
    _is_baseline,
    _is_granted,
    _describes,
    _bounds,
    _is_bare,
    _is_manner_of_speaking,
    _is_fact,
)
