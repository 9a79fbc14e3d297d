"""The name of what a figure measures, from the words around it."""

from __future__ import annotations

import re

from qplan.core.quantities import Quantity

_LEAD = re.compile(
    r"^(?:[\s:、]|(?:到|至|截至|截止)?\s*20\d\d年(?:\d{1,2}月|[上下]半年|第?[一二三四1-4]季度)?(?:\d{1,2}日)?(?:底|末)?(?:前|以前|之前)?|\d{1,2}月[底末](?:前)?|(?:\d{1,2}月(?:\d{1,2}日)?|[上下]半年|第?[一二三四]季度)(?:底|末)?(?:前|以前|之前)|(?:到|至)?[“\"]?十[一二三四五六七八九]五[”\"]?(?:规划)?(?:期)?末|"
    r"(?:到)?(?:规划)?期末|今年|年内|年底前?|全年|其中|同时|还|也|并且|以及|并|且|和|与|及|力争|争取|确保|努力|切实|进一步|"
    r"(?:全|我|本)(?:区|市|县|省|镇|州|街道|局|院|校)|累计(?=完成|建成|新增)|[一二两三四五](?:年(?:内|累计)?)(?=[^年]{3})|实现|推动|促进|使|将(?!军)|要(?![素点闻])|应(?![急届用收对])|须|对(?=.*(?:率|度))|力争到|计划|拟|共|再(?=新增)|每(?:年|月|周|季度|半年|学期)(?=[^至]{0,2}$|(?:至少|不少于)?(?:召开|开展|举办|组织|招收|培养|引进|新增)))+"
)
_VERB = re.compile(
    r"((?<!违法)(?<!违章)(?<!乱)(?:培育、发展|培育发展|培育|发展|建设|布局|依托|保障|拥有|形成|包含|包括|出台|发放|巩固|打造|创建|建成|建立|完成|引进|组建|达到|达|建|实现|争创|推出|获得|配备|"
    r"申请并争取再?获得|争取|新建|新增|新改建|改造|新?改扩建|改建|扩建|创办|培养|举办|召开|开展|(?<![党会业层团])组织|制定|实施|选树|认定|扶持|支持|招引|净增|安排|投入))$"
)
#: 到2026年达到85%: the sentence before names what is measured.
_REACHES = ("达到", "达", "提高到", "提高至", "降至", "降到", "超过", "突破")
_KEPT_VERBS = (
    "新建",
    "新增",
    "新改建",
    "改造",
    "新改扩建",
    "改扩建",
    "改建",
    "扩建",
    "净增",
    "培训",
    "举办",
    "开展",
    "投入",
    "整治",
)
_TAIL = re.compile(
    r"(?:[在于]?20\d\d年(?:\d{1,2}月)?[底末]?(?:之?前)?)?(?:力争|争取|均|都|要|全部|分别)?(?:要)?(?:(?<!行)为|约|近|共|再|至少|必须|力争|稳步|同比|年均|平均|有望|累计|均|分别|每年|全面|需|应)*$"
)
_FROM = re.compile(
    r"[,\s]*(?:由|从)(?=[^由从]*(?:[\d一二三四五六七八九十]|现在|目前|原来|上年|去年))(?:20\d\d年的?|现在的|目前的|上年的)?[^由从]*$"
)
_COMPARED = re.compile(r"(?:较|比|与)(?:20\d\d年|上年|去年|\S{0,4}初|\S{0,6}末)(?:相比)?")
#: What a counted thing does, no name of it: 技术人员200人次下乡指导.
_VERBAL = re.compile(
    r"目标|下乡|开展|进行|参加|参与|前往|逐一|全部|全面|实现|完成|建成|纳入|入库|投入|接受|达到|进入|享受|通过|获得|免费"
)
#: 总数达到20家, 年均增长超20%, 占比达到45% measure what was named before.
_OF_PREVIOUS = re.compile(r"总[数量]|数量|总?规模|累计|年均增[长速幅]|增[速幅]|占.{0,6}比重?")
#: 每500人不少于1名 measures what the clause before it names.
_EACH = re.compile(r"每(?:[^,]{0,2}\d+[^,\d]{1,3}|[百千万]+[人户名])$")
_AFTER_END = re.compile(r"[,。;()]|、(?![^,。;、\d]{0,24}的)|(?:和|及|并|与|以及)(?=\d)")

_BULLETS = " •·*■→▪‣–-"
_ENGLISH_LEAD = re.compile(
    r"^(?:[\s)]|of\b|(?:by|in) (?:(?:the end of|early|mid|late|[a-z]+) )?(?:20\d\d|the plan)|we (?:want|expect|hope)(?: to)?|and\b|in total|of which|also|then|the district will|"
    r"we will|will|shall|must|should|to\b|strive to|ensure(?: that)?|is to|are to|it is planned to|the\b|a\b|an\b|:)+[,\s]*",
    re.IGNORECASE,
)
_ENGLISH_TAIL = re.compile(
    r"\s*(?:\b(?:not|never|will|shall|should|must|is|are|be|to|of|by|at|from|stand|stands|kept|keep|remain|remains|held|rise|rises|grow|grows|"
    r"increase|increases|increased|raised|fall|falls|reduced|reaches|reach|exceed|exceeds|stay|drop|and|with|an?|the|maintained|above|below|yielding|producing|serving|covering|supplying|creating|brought|minus|plus|around|about|approximately|roughly|least|(?<=(?:will|must|hall|ould) )(?:score|average|number|total|cost)|additional|further|extra|account for|represent|run|hold|on|make up|make|come down|climb|shrink|go|hit|(?<![\w.])[\d.]+%?)\b\s*)+$",
    re.IGNORECASE,
)
_ENGLISH_VERB = re.compile(
    r"^(?:increase|raise|lower|reduce|cut|halve|double|keep|maintain|bring|expand|lift|improve|limit|hold|control|push|extend|shorten)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_ENGLISH_NOUNS = re.compile(
    r"\s*((?:(?!\b(?:by|in|to|for|with|on|at|from|per|each|every|within|across|and|or|that|which|will|shall|must|should|are|is|as|of the plan|under|through|so|a|over|during|before|after|until|between|among|throughout|than|who|whose|where|when|while|has|have|if|yielding|producing|serving|covering|supplying|creating)\b(?!-))(?:(?:[A-Z][a-z]+|grade|year|class) \d{1,2}(?=\s[a-z])|\d{1,2}-[a-z]|\d(?=[GD]\b)|[A-Za-z])[\w'’/&+-]*(?:(?<=\b[A-Z])\.(?= [a-z]))?\s*){1,6})"
)


_ENGLISH_OFTEN = re.compile(
    r"^\s*(?:(?:a|per|each|every) (?:year|month|week|day|quarter)|annually|yearly|monthly|daily)\b"
)
_ENGLISH_OF = re.compile(
    r"^\s*(?:of|are|is|goes? (?:to|into)|(?:[a-z]+ )?(?:reduction|increase|cut|decrease|rise|growth) (?:in|of))\s+(?:(?:all|the|our|its|their|these|those)\s+)*(?:[\d,]+\s+)?"
)


#: 300 of which will be for rent: the figure before names what it is a part of.
_ENGLISH_WHICH = re.compile(r"[\s(]*of (?:whom|which|these|them)\b\s*")
_ENGLISH_PART = re.compile(
    r"\s*(?:(?:will|shall|must|should|to|are|is)\s+)?(?:be\s+)?((?:(?:over|under|aged) \d+|(?:on|in|for|at|taken)\s[^,;.\d]{2,40}?(?= and \d|[,;.\d]|$))?)"
)
#: Of all patients, discharged or transferred within six hours: the clause has no subject of its own.
_ENGLISH_PARTICIPLE = re.compile(
    r"\s*(?:and |or )?(?:[a-z]+ed\b(?=\s*$| (?:within|by|in|at|on|to|or|and|from)\b)|[a-z]+ing\s*$)"
)
#: The repetition rate, currently 14%, will fall: the clause between says what is compared.
_ENGLISH_ASIDE = re.compile(r"\s*(?:currently|now|today|up|down|compared|against|which|who)\b")
#: What will be done: a verb and its object, or a passive whose subject stands before.
_ENGLISH_MODAL = re.compile(
    r"^(.*?)\b(?:will|shall|must|should|(?:aim|intend|plan|want|seek|commit)s? to|(?:is|are) (?:expected )?to)\s+((?:be|have)\s)?(?:also\s+|not\s+)?"
    r"([a-z]+(?:\s(?:down|up|out|back|on|to)\b)?(?:\s(?:the|a|an|its|their|our)\b)?)(.*)$",
    re.IGNORECASE,
)
#: £3.2 million will be seized from criminals: what is done with a sum that nothing else names.
_ENGLISH_DONE = re.compile(r"\s*(?:will|shall|must|should) (?:be )?([a-z][^,;.\d]{3,40})")
_ENGLISH_TIME = re.compile(r"\b(?:days?|hours?|weeks?|months?|minutes?|seconds?|years?)$")


def strip_lead(text: str) -> str:
    """The text without what leads in to a name: years, 力争, 全区."""
    text = _LEAD.sub("", text.strip())
    return text.strip(" ,、:;。的()")


class Naming:
    """Names the figures of a sentence one after the other: a figure may take over from the one before it.

    In 新建9个精深加工厂,8个秸秆加工厂 the second takes the verb, in 总数达到20家 the figure takes the name.
    """

    def __init__(self, english: bool, previous: str = "") -> None:
        self._english = english
        self._earlier = previous
        self._verb = ""
        self._previous = previous if english else ""
        self._begin = 0
        self._part = ""

    def begin_part(self, part: str) -> None:
        """Go on to the next clause of the sentence; the subject of one without figures is taken over."""
        if self._part and not self._begin and not _ENGLISH_ASIDE.match(self._part):
            self._previous = self._subject(self._part) or self._previous
        self._begin, self._part = 0, part

    def _subject(self, part: str) -> str:
        if not self._english:
            return strip_lead(part)[:16]
        return _ENGLISH_VERB.sub("", _ENGLISH_LEAD.sub("", part.strip()))[:60].strip()

    def named_later(self, after: str, rest: str) -> str:
        """The clause after one that bounds it (Within 120 days, each agency shall submit a plan), else the words after
        the figure: DKK 350 million will be allocated to research."""
        done = re.sub(r"^(?:(?:will|shall|must|is|are|be)\s+)*", "", after.strip(" .;"))
        return self._subject(rest).rstrip(" .;") or done[:60] if self._english else ""

    def name(self, part: str, one: Quantity) -> str:
        """What a figure of the clause measures; empty where nothing says so."""
        before = part[self._begin : min(one.word_start, one.start)]
        after = part[one.end :]
        if thing := re.match(
            r"[\w-]+ (?!times\b)([a-z]+(?: [a-z]+)?) (?:in|out of)\b",
            part[one.start : one.end],
            re.IGNORECASE,
        ):
            before, after = "", f" {thing[1]}{after}"
        name = self._english_name(before, after, one) if self._english else self._name(before, after, one)
        self._begin = one.end
        self._previous = name or self._previous
        return name

    def _name(self, before: str, after: str, one: Quantity) -> str:
        after = re.sub(r"(?<![\d%])\([^()\d]{1,4}\)", "", after)
        end = _AFTER_END.search(after)
        noun = _noun(after[: end.start()] if end else after)
        if not noun and before.endswith(":"):
            return strip_lead(before)
        before = _COMPARED.sub("", _FROM.sub("", before) or before)
        before = strip_lead(
            re.sub(r"^.*:|(?:进入|跻身|位居|居|列|排名|保持)?在?(?:全[国省市区县])?前$", "", before)
        )
        if _OF_PREVIOUS.fullmatch(before) and self._previous:
            return f"{self._previous}{before}"
        before = _TAIL.sub("", before).strip(" ,、:的")
        if noun and re.fullmatch(r"每个?[村镇乡县区校户]", before):
            return noun
        if _EACH.match(before) and self._previous:
            return f"{self._previous}({before})"
        if one.change and (not noun or (before and not _VERB.fullmatch(before))):
            return f"{before or self._previous}{one.word}"
        found = _VERB.search(before)
        own = found[1] if found else ""
        subject = (before[: found.start()] if found else before).strip(" ,、:的")
        self._verb = own or self._verb
        counted = not one.operator and one.unit not in ("%", "")
        if noun and counted and not own and subject:
            return subject if _VERBAL.match(noun) else noun
        if noun and (own or not subject):
            kept = own or self._verb
            return f"{subject}{kept if kept in _KEPT_VERBS else ''}{noun}"
        if self._begin and noun and self._previous.endswith(re.sub("[和及与并]$", "", subject)):
            return _same_subject(self._previous, noun)
        if subject and noun and (one.unit == "%" or noun.startswith(("标准", "目标"))):
            return f"{subject}{noun}"
        if own in _KEPT_VERBS and not noun:
            return f"{subject}{own}"
        named = subject or (f"{own}{noun}" if noun else self._previous)
        return named or (self._earlier if one.word in _REACHES else "")

    def _english_name(self, before: str, after: str, one: Quantity) -> str:
        after = _ENGLISH_OFTEN.sub("", after)
        which = _ENGLISH_WHICH.match(after) or _ENGLISH_WHICH.match(before)
        if which and (which.string is after or not before[which.end() :].strip(" ,")):
            rest = after[which.end() :] if which.string is after else after
            part = _ENGLISH_PART.match(rest)
            own = (part and part[1]) or self._english_noun(rest[part.end() if part else 0 :], one)
            return f"{self._previous} {own}".strip()
        noun = self._english_noun(after.lstrip(" -“\"'’"), one)
        if self._previous and one.unit == "%" and noun in ("cases", "instances", "occasions"):
            return self._previous
        if self._previous and not self._begin and _ENGLISH_PARTICIPLE.match(before):
            return noun or self._previous
        follows = self._begin and re.search(r"\b(?:and|or)\s*(?:a further|another)?\s*$", before)
        subject = "" if noun and follows else self._english_subject(before, noun)
        if subject == "including":
            where = re.match(r"\s*(?:on|in|for|at)\s[^,;.]{2,40}", after)
            return noun or f"{self._previous}{where[0] if where else ''}"
        short = len(subject.split()) <= 1
        if noun and one.unit in ("", "million", "billion", "thousand", "lakh", "crore"):
            held = _ENGLISH_VERB.match(_ENGLISH_LEAD.sub("", before.strip(_BULLETS)))
            held = held or re.search(r"\b(?:at|to)$", before.strip())
            measured = (
                one.operator and subject and (held or (one.word in ("to", "at", "below") and not short))
            )
            return f"{subject} {noun}" if measured else noun
        part_of = re.match(
            r"\s*of\b|\s*(?:[a-z]+ )?(?:reduction|increase|cut|decrease|rise|growth) (?:in|of)\b", after
        ) or (one.chinese and one.unit == "%")
        if noun and (part_of or short):
            return f"{subject} {noun}".strip()
        done = None if subject or noun or self._begin else _ENGLISH_DONE.match(after)
        return subject or noun or (done[1].strip() if done else self._previous)

    def _english_subject(self, before: str, noun: str) -> str:
        """What stands before a figure, without what leads in to it and without the verb."""
        before = re.sub(r"\([^()]*\)|^[^()]*\)|\(", "", before).strip(_BULLETS)
        _title, _colon, rest = before.rpartition(": ")
        before = rest if re.search(r"\w", _ENGLISH_TAIL.sub("", " " + rest)) else before
        before = _ENGLISH_LEAD.sub("", before)
        before = re.sub(r"^.*\b(?:will|shall|must)\b.*\band (?:the )?(?!\d)", "", before)
        before = _ENGLISH_TAIL.sub("", " " + before).strip(" ,:")
        if stated := _ENGLISH_MODAL.match(before):
            who, passive, verb, done = stated.groups()
            before = f"{who}{verb}{done}" if passive else done.strip() or ("" if noun else who)
        return _ENGLISH_VERB.sub("", before.strip())

    def _english_noun(self, after: str, one: Quantity) -> str:
        """What is counted, or what a share is taken of."""
        rest = _ENGLISH_OF.sub("", re.sub(r"^\s*(?:less|fewer|more)\s", " ", after))
        found = _ENGLISH_NOUNS.match(rest)
        noun = found[1].strip() if found else ""
        whole = re.match(
            r"(?:to|in|from|for|with)\s[^,;.\d]{3,30}(?=[,;.]|\sby\s|$)", rest[found.end() :] if found else ""
        )
        if _ENGLISH_TIME.search(one.unit) and one.operator and not re.match(r"\s*of (?!the\b)", after):
            return ""
        noun = f"{noun} {whole[0]}" if whole and (one.unit in ("%", "times") or one.value == "0") else noun
        spent = re.match(
            r"\s*(?:on|in|for|to|under|into|through|across)\s(?!(?:the|every|each|any) (?:year|month|week)\b)([^,;.()\d]{3,40})",
            rest,
        )
        if not noun and spent:
            noun = spent[1].strip()
        return self._resolved(re.sub(r"^out of.*", "", noun))

    def _resolved(self, noun: str) -> str:
        """The noun with what “them” and “ones” stand for, which the figure before it names."""
        if not self._previous or not noun:
            return noun
        if noun.lower() in ("them", "these", "those", "it"):
            return self._previous
        return re.sub(r"\bones?$", self._previous.split()[-1], noun)


def _same_subject(previous: str, noun: str) -> str:
    """The noun with the subject of the figure before it: 住宅工程(实行分户验收) -> 住宅工程设置标牌."""
    found = re.match(r"(.{2,8}?)(?:实行|设置|实现|落实|执行|采用|推行)", previous)
    return f"{found[1]}{noun}" if found else noun


def _noun(after: str) -> str:
    text = re.sub(
        r"^(?:\s|的|以上|以下|左右|或以上|台阶|大关|国家级以上(?=$)|\d[\d.]*[万亿]?[\u4e00-\u9fff]{1,2}$)+",
        "",
        after,
    )
    return text.strip(" ,、的。")[:40]
