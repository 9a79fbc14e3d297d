"""What a district may set differently: lights, thresholds, the levels of escalation.

The plan's ``rules.yaml`` gives them, the ledger keeps them as canonical JSON beside the plan's
head, so that a past day is assessed by the rules of that day.
"""

import json
from typing import Any, NamedTuple, Self

#: Which days are worked: by the State Council's arrangement, Monday to Friday but for the plan's own list, all.
CHINA, LISTED, NONE = "china", "listed", "none"


class EscalationLevel(NamedTuple):
    """One level of escalation.

    It is proposed from ``overdue_days`` calendar days late, and no sooner than ``after_days`` days
    after the level before; an answer is due within ``answer_workdays`` working days.
    """

    level: str
    label: str
    overdue_days: int
    after_days: int
    answer_workdays: int


DEFAULT_LEVELS = (
    EscalationLevel("reminder", "提醒", 1, 0, 5),
    EscalationLevel("urge", "催办", 8, 7, 5),
    EscalationLevel("notice", "督办通知单", 15, 7, 3),
    EscalationLevel("interview", "约谈", 30, 14, 3),
)


class Scoring(NamedTuple):
    """Points of the yearly assessment (四(三)): what each led task earns, and what is taken off it."""

    closed_in_time: int = 100
    closed_late: int = 70
    open_in_time: int = 100  #: not due yet
    overdue: int = 40
    off_stale: int = 10  #: taken off when it is long without a report
    off_unanswered: int = 10  #: taken off for each urge that was not answered in time
    off_reported_late: int = 0  #: taken off for each period in which the report came late (``reporting``)
    off_reported_empty: int = 0  #: taken off for each period in which the report had no content
    off_not_reported: int = 0  #: taken off for each period without a report


#: Phrases that mean nothing in a report by themselves.
PHRASES = (
    "正常推进", "按计划推进", "按计划进行", "按序时进度推进", "有序推进", "稳步推进", "持续推进", "正在推进", "推进中", "进展顺利",
    "进展正常", "正在办理", "办理中", "工作正常", "一切正常", "已知悉", "收到", "同上", "同前", "同上周", "同上月", "暂无进展", "暂无",
    "无变化", "无新进展", "无", "本周", "本月", "本季度", "目前", "各项工作", "工作", "加快", "积极", "认真", "抓紧",
)  # fmt: skip


class Empty(NamedTuple):
    """Which reports have no content: they change nothing, hold no figure, and their text is too short."""

    min_characters: int = 10  #: characters that a text must have left without blanks, signs and the phrases
    needs_figure: bool = False  #: a text without a figure has no content, however long it is
    phrases: tuple[str, ...] = PHRASES


class Reporting(NamedTuple):
    """The duty to report on each task in each period, and its cut-off."""

    every: str  #: week, month or quarter
    due: int = 0  #: last day in time: of the week (1 Monday) or of the (last) month; 0 is the last day
    time: str | None = None  #: ``17:00``: until when on that day
    late_days: int = 3  #: a report so many days after the cut-off is late, and later ones do not count
    empty: Empty = Empty()


class Rules(NamedTuple):
    """The rules in force, with the defaults for what a plan does not set."""

    due_soon_days: int = 30
    short_task_days: int = 60
    short_due_soon_workdays: int = 5
    yellow_behind: int = 10
    red_behind: int = 30
    milestone_missed: str = "yellow"
    red_once_stays_yellow: bool = False
    stale_days: int = 30
    schedule_starts: str = "issued"
    rest_day_deadline: str = "fixed"
    immediate_days: int = 30
    dispute_workdays: int = 3
    one_person_office: bool = False
    backdate_days: int | None = None  #: how far back an entry may take effect; None: as far as the plan goes
    urging: tuple[EscalationLevel, ...] = DEFAULT_LEVELS
    scoring: Scoring = Scoring()
    reporting: Reporting | None = None  #: None: departments need not report by a day
    views: tuple[dict[str, Any], ...] = ()  #: named lists: the options that `--view` stands for
    working_days: str = CHINA  #: :data:`CHINA`, :data:`LISTED` or :data:`NONE`
    holidays: tuple[str, ...] = ()
    workdays: tuple[str, ...] = ()

    def level_index(self, level: str | None) -> int:
        """Return the place of a level among the levels; -1 for none, or one that the rules no longer have."""
        return next((n for n, known in enumerate(self.urging) if known.level == level), -1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Rules from the JSON text of :attr:`qplan.core.model.PlanHead.rules`."""
        given: dict[str, Any] = json.loads(text or "{}")
        flat = {**given, **given.pop("lights", {}), **_calendar(given.pop("calendar", {}))}
        if "urging" in flat:
            flat["urging"] = tuple(EscalationLevel(**given) for given in flat["urging"])
        if "scoring" in flat:
            flat["scoring"] = Scoring(**flat["scoring"])
        if flat.get("reporting"):
            duty = dict(flat["reporting"])
            if "empty" in duty:
                duty["empty"] = Empty(**{**duty["empty"], **_phrases(duty["empty"])})
            flat["reporting"] = Reporting(**duty)
        for name in ("holidays", "workdays", "views"):
            flat[name] = tuple(flat.get(name) or ())
        return cls(**{name: value for name, value in flat.items() if name in cls._fields})


def _calendar(given: Any) -> dict[str, Any]:
    """What the rules' ``calendar`` sets: a map of exceptions, a list of days off of another country, or ``none``."""
    if given == NONE:
        return {"working_days": NONE}
    return {"working_days": LISTED, "holidays": given} if isinstance(given, list) else dict(given)


def _phrases(given: dict[str, Any]) -> dict[str, Any]:
    return {"phrases": tuple(given["phrases"])} if "phrases" in given else {}
