"""The format of the rules of a plan: what a district sets differently. The defaults are those of :mod:`qplan.core.rules`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from qplan.core.rules import Empty, Reporting, Rules
from qplan.plan.shapes import Map, PartFile, optional, required
from qplan.plan.values import ClockTime, Day, Id, Line, TrueOrFalse, WholeNumber, Words

_RULES = Rules()
_SCORING = _RULES.scoring
_DUTY = Reporting("week")
_EMPTY = Empty()


class Lights(Map):
    """Thresholds of the lights."""

    due_soon_days: WholeNumber = optional("blue: due within so many days", _RULES.due_soon_days)
    short_task_days: WholeNumber = optional(
        "a task is short when schedule and deadline lie no further apart", _RULES.short_task_days
    )
    short_due_soon_workdays: WholeNumber = optional(
        "blue for a short task: due within so many working days", _RULES.short_due_soon_workdays
    )
    yellow_behind: WholeNumber = optional(
        "yellow: so many percentage points behind schedule", _RULES.yellow_behind
    )
    red_behind: WholeNumber = optional(
        "red: more than so many percentage points behind schedule", _RULES.red_behind
    )
    milestone_missed: Literal["yellow", "red"] = optional("light of a missed staged goal", "yellow")
    red_once_stays_yellow: TrueOrFalse = optional(
        "whether a task that was red shows yellow until closed", _RULES.red_once_stays_yellow
    )


class Level(Map):
    """A level of escalation."""

    level: Id = required("code of the level")
    label: Line = required("its name in documents")
    overdue_days: WholeNumber = required("proposed from so many days late")
    after_days: WholeNumber = required("no sooner than so many days after the level before")
    answer_workdays: WholeNumber = required("working days for an answer")


class Scoring(Map):
    """Points of the yearly assessment."""

    closed_in_time: WholeNumber = optional("points of a task closed in time", _SCORING.closed_in_time)
    closed_late: WholeNumber = optional("points of a task closed after its deadline", _SCORING.closed_late)
    open_in_time: WholeNumber = optional("points of an open task that is not overdue", _SCORING.open_in_time)
    overdue: WholeNumber = optional("points of an overdue task", _SCORING.overdue)
    off_stale: WholeNumber = optional("taken off when it is long without a report", _SCORING.off_stale)
    off_unanswered: WholeNumber = optional(
        "taken off for each urge not answered in time", _SCORING.off_unanswered
    )

    off_reported_late: WholeNumber = optional(
        "taken off for each report that came late", _SCORING.off_reported_late
    )
    off_reported_empty: WholeNumber = optional(
        "taken off for each report without content", _SCORING.off_reported_empty
    )
    off_not_reported: WholeNumber = optional(
        "taken off for each period without a report", _SCORING.off_not_reported
    )


class EmptyReport(Map):
    """When a report has no content."""

    min_characters: WholeNumber = optional(
        "characters that its text must have without the phrases, unless it holds a figure",
        _EMPTY.min_characters,
    )
    needs_figure: TrueOrFalse = optional(
        "whether a text without a figure never has content", _EMPTY.needs_figure
    )
    phrases: list[Line] | None = optional(
        "phrases that mean nothing by themselves, in place of the usual ones"
    )


class ReportingDuty(Map):
    """By when departments report on each task."""

    every: Literal["week", "month", "quarter"] = required("how often they report")
    due: WholeNumber = optional(
        "last day in time: of the week (1 Monday), of the month, of the quarter's last month; 0: the last day",
        _DUTY.due,
    )
    time: ClockTime | None = optional("until when on that day; its end where none is given")
    late_days: WholeNumber = optional(
        "for so many days after it a report is late; later ones do not count", _DUTY.late_days
    )
    empty: EmptyReport | None = optional("when a report has no content")


class Calendar(Map):
    """Days that differ from the State Council's arrangement."""

    holidays: list[Day] | None = optional("further days off")
    workdays: list[Day] | None = optional("further working days")


class View(Map):
    """A named view of lists: what ``--view`` stands for. Its keys are options of `qplan tasks`."""

    name: Line = required("name by which `--view` chooses it")
    columns: Words | None = optional("columns, by key or heading")
    sort: Line | None = optional("order: plan, deadline, lead, status, progress or update")
    limit: WholeNumber | None = optional("at most so many")
    dept: Words | None = optional("departments that lead")
    support: TrueOrFalse | None = optional("with `dept`: what it supports too")
    status: Words | None = optional("statuses, by code or label")
    light: Words | None = optional("lights")
    pace: Words | None = optional("paces against the schedule")
    column: Words | None = optional("numbers of feature columns")
    under: Words | None = optional("what stands below these")
    due_before: Line | None = optional("due before that day")
    due_within: WholeNumber | None = optional("due within so many days")
    overdue: TrueOrFalse | None = optional("only what is overdue")
    stale: WholeNumber | None = optional("no report for so many days")
    unconfirmed: TrueOrFalse | None = optional("only what is not confirmed")
    search: Line | None = optional("words in titles, people, notes")
    leader: Line | None = optional("leader in charge")
    owner: Line | None = optional("responsible person")
    where: Words | None = optional("conditions on the plan's own columns")


def _form(given: object) -> str:
    """Which form of the calendar was written."""
    return "list" if isinstance(given, list) else "map" if isinstance(given, Calendar | dict) else "word"


class RulesFile(PartFile):
    """The file named by ``rules``. The defaults are those of :class:`qplan.core.rules.Rules`."""

    lights: Lights | None = optional("thresholds of the lights")
    stale_days: WholeNumber = optional(
        "days without a report after which a task is stale; counted from its last report, else from the day it was handed over or loaded",
        _RULES.stale_days,
    )
    schedule_starts: Literal["issued", "begins"] = optional(
        "from when progress is expected to grow", "issued"
    )
    rest_day_deadline: Literal["fixed", "next_working_day"] = optional(
        "what a deadline on a rest day does", "fixed"
    )
    immediate_days: WholeNumber = optional(
        "an `immediate` task is due so many days after the plan was issued", _RULES.immediate_days
    )
    dispute_workdays: WholeNumber = optional(
        "working days in which an assignment can be disputed", _RULES.dispute_workdays
    )
    one_person_office: TrueOrFalse = optional("whether the reporter may verify", _RULES.one_person_office)
    backdate_days: WholeNumber | None = optional(
        "days that an entry may reach back (`--on`); a claim recorded later counts on the day it was recorded; no limit unless set"
    )
    urging: list[Level] | None = optional("the urging ladder, mildest level first")
    scoring: Scoring | None = optional("points of the yearly assessment")
    views: list[View] | None = optional("columns, order and filters of lists, which `--view` chooses by name")
    reporting: ReportingDuty | None = optional("by when departments report on each task")
    calendar: (
        Annotated[
            Annotated[Calendar, Tag("map")]
            | Annotated[list[Day], Tag("list")]
            | Annotated[Literal["none"], Tag("word")],
            Discriminator(_form),
        ]
        | None
    ) = optional(
        "days that differ from the State Council's arrangement; or the days off of another country, beside its"
        " weekends; `none` counts calendar days only"
    )
