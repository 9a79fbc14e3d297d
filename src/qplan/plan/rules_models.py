"""The format of the rules of a plan: what a district sets differently. The defaults are those of :mod:`qplan.core.rules`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from qplan.core.rules import Empty, Reporting, Rules
from qplan.i18n import N_
from qplan.plan.shapes import Map, PartFile, optional
from qplan.plan.values import ClockTime, Day, Id, Line, TrueOrFalse, WholeNumber, Words

_RULES = Rules()
_DUTY = Reporting("week")
_EMPTY = Empty()


class Lights(Map):
    """Thresholds of the lights."""

    due_soon_days: WholeNumber = Field(
        default=_RULES.due_soon_days, description=N_("blue: due within so many days")
    )
    short_task_days: WholeNumber = Field(
        default=_RULES.short_task_days,
        description=N_("a task is short when schedule and deadline lie no further apart"),
    )
    short_due_soon_workdays: WholeNumber = Field(
        default=_RULES.short_due_soon_workdays,
        description=N_("blue for a short task: due within so many working days"),
    )
    yellow_behind: WholeNumber = Field(
        default=_RULES.yellow_behind, description=N_("yellow: so many percentage points behind schedule")
    )
    red_behind: WholeNumber = Field(
        default=_RULES.red_behind, description=N_("red: more than so many percentage points behind schedule")
    )
    milestone_missed: Literal["yellow", "red"] = Field(
        default="yellow", description=N_("light of a missed staged goal")
    )
    red_once_stays_yellow: TrueOrFalse = Field(
        default=_RULES.red_once_stays_yellow,
        description=N_("whether a task that was red shows yellow until closed"),
    )


class Level(Map):
    """A level of escalation."""

    level: Id = Field(description=N_("code of the level"))
    label: Line = Field(description=N_("its name in documents"))
    overdue_days: WholeNumber = Field(description=N_("proposed from so many days late"))
    after_days: WholeNumber = Field(description=N_("no sooner than so many days after the level before"))
    answer_workdays: WholeNumber = Field(description=N_("working days for an answer"))


class Scoring(Map):
    """Points of the yearly assessment."""

    closed_in_time: WholeNumber = Field(
        default=_RULES.scoring.closed_in_time, description=N_("points of a task closed in time")
    )
    closed_late: WholeNumber = Field(
        default=_RULES.scoring.closed_late, description=N_("points of a task closed after its deadline")
    )
    open_in_time: WholeNumber = Field(
        default=_RULES.scoring.open_in_time, description=N_("points of an open task that is not overdue")
    )
    overdue: WholeNumber = Field(default=_RULES.scoring.overdue, description=N_("points of an overdue task"))
    off_stale: WholeNumber = Field(
        default=_RULES.scoring.off_stale, description=N_("taken off when it is long without a report")
    )
    off_unanswered: WholeNumber = Field(
        default=_RULES.scoring.off_unanswered, description=N_("taken off for each urge not answered in time")
    )

    off_reported_late: WholeNumber = Field(
        default=_RULES.scoring.off_reported_late, description=N_("taken off for each report that came late")
    )
    off_reported_empty: WholeNumber = Field(
        default=_RULES.scoring.off_reported_empty, description=N_("taken off for each report without content")
    )
    off_not_reported: WholeNumber = Field(
        default=_RULES.scoring.off_not_reported, description=N_("taken off for each period without a report")
    )


class EmptyReport(Map):
    """When a report has no content."""

    min_characters: WholeNumber = Field(
        default=_EMPTY.min_characters,
        description=N_("characters that its text must have without the phrases, unless it holds a figure"),
    )
    needs_figure: TrueOrFalse = Field(
        default=_EMPTY.needs_figure, description=N_("whether a text without a figure never has content")
    )
    phrases: list[Line] | None = optional(
        N_("phrases that mean nothing by themselves, in place of the usual ones")
    )


class ReportingDuty(Map):
    """By when departments report on each task."""

    every: Literal["week", "month", "quarter"] = Field(description=N_("how often they report"))
    due: WholeNumber = Field(
        default=_DUTY.due,
        description=N_("last day in time: of the week (1 Monday), of the month, of the quarter's last month; 0: the last day"),
    )  # fmt: skip
    time: ClockTime | None = optional(N_("until when on that day; its end where none is given"))
    late_days: WholeNumber = Field(
        default=_DUTY.late_days,
        description=N_("for so many days after it a report is late; later ones do not count"),
    )
    empty: EmptyReport | None = optional(N_("when a report has no content"))


class Calendar(Map):
    """Days that differ from the State Council's arrangement."""

    holidays: list[Day] | None = optional(N_("further days off"))
    workdays: list[Day] | None = optional(N_("further working days"))


class View(Map):
    """A named view of lists: what ``--view`` stands for. Its keys are options of `qplan tasks`."""

    name: Line = Field(description=N_("name by which `--view` chooses it"))
    columns: Words | None = optional(N_("columns, by key or heading"))
    sort: Line | None = optional(N_("order: plan, deadline, lead, status, progress or update"))
    limit: WholeNumber | None = optional(N_("at most so many"))
    dept: Words | None = optional(N_("departments that lead"))
    support: TrueOrFalse | None = optional(N_("with `dept`: what it supports too"))
    status: Words | None = optional(N_("statuses, by code or label"))
    light: Words | None = optional(N_("lights"))
    pace: Words | None = optional(N_("paces against the schedule"))
    column: Words | None = optional(N_("numbers of feature columns"))
    under: Words | None = optional(N_("what stands below these"))
    due_before: Line | None = optional(N_("due before that day"))
    due_within: WholeNumber | None = optional(N_("due within so many days"))
    overdue: TrueOrFalse | None = optional(N_("only what is overdue"))
    stale: WholeNumber | None = optional(N_("no report for so many days"))
    unconfirmed: TrueOrFalse | None = optional(N_("only what is not confirmed"))
    search: Line | None = optional(N_("words in titles, people, notes"))
    leader: Line | None = optional(N_("leader in charge"))
    owner: Line | None = optional(N_("responsible person"))
    where: Words | None = optional(N_("conditions on the plan's own columns"))


def _form(given: object) -> str:
    """Which form of the calendar was written."""
    return "list" if isinstance(given, list) else "map" if isinstance(given, Calendar | dict) else "word"


class RulesFile(PartFile):
    """The file named by ``rules``. The defaults are those of :class:`qplan.core.rules.Rules`."""

    lights: Lights | None = optional(N_("thresholds of the lights"))
    stale_days: WholeNumber = Field(
        default=_RULES.stale_days,
        description=N_(
            "days without a report after which a task is stale; counted from its last report, else from the day it was handed over or loaded"
        ),
    )
    schedule_starts: Literal["issued", "begins"] = Field(
        default="issued", description=N_("from when progress is expected to grow")
    )
    rest_day_deadline: Literal["fixed", "next_working_day"] = Field(
        default="fixed", description=N_("what a deadline on a rest day does")
    )
    immediate_days: WholeNumber = Field(
        default=_RULES.immediate_days,
        description=N_("an `immediate` task is due so many days after the plan was issued"),
    )
    dispute_workdays: WholeNumber = Field(
        default=_RULES.dispute_workdays, description=N_("working days in which an assignment can be disputed")
    )
    one_person_office: TrueOrFalse = Field(
        default=_RULES.one_person_office, description=N_("whether the reporter may verify")
    )
    backdate_days: WholeNumber | None = optional(
        N_(
            "days that an entry may reach back (`--on`); a claim recorded later counts on the day it was recorded; no limit unless set"
        )
    )
    urging: list[Level] | None = optional(N_("the urging ladder, mildest level first"))
    scoring: Scoring | None = optional(N_("points of the yearly assessment"))
    views: list[View] | None = optional(
        N_("columns, order and filters of lists, which `--view` chooses by name")
    )
    reporting: ReportingDuty | None = optional(N_("by when departments report on each task"))
    calendar: (
        Annotated[
            Annotated[Calendar, Tag("map")]
            | Annotated[list[Day], Tag("list")]
            | Annotated[Literal["none"], Tag("word")],
            Discriminator(_form),
        ]
        | None
    ) = optional(
        N_(
            "days that differ from the State Council's arrangement; or the days off of another country, beside its"
            " weekends; `none` counts calendar days only"
        )
    )
