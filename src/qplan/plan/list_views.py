"""The named views of a plan's rules: columns, order and filters of a list, which ``--view`` chooses by name."""

from __future__ import annotations

from pydantic import Field

from qplan.i18n import N_
from qplan.plan.map import Map
from qplan.plan.values import Line, TrueOrFalse, WholeNumber, Words


class View(Map):
    """A named view of lists: what ``--view`` stands for. Its keys are options of `qplan tasks`."""

    name: Line = Field(description=N_("name by which `--view` chooses it"))
    columns: Words | None = Field(default=None, description=N_("columns, by key or heading"))
    sort: Line | None = Field(
        default=None, description=N_("order: plan, deadline, lead, status, progress or update")
    )
    limit: WholeNumber | None = Field(default=None, description=N_("at most so many"))
    dept: Words | None = Field(default=None, description=N_("departments that lead"))
    support: TrueOrFalse | None = Field(default=None, description=N_("with `dept`: what it supports too"))
    status: Words | None = Field(default=None, description=N_("statuses, by code or label"))
    light: Words | None = Field(default=None, description=N_("lights"))
    pace: Words | None = Field(default=None, description=N_("paces against the schedule"))
    column: Words | None = Field(default=None, description=N_("numbers of feature columns"))
    under: Words | None = Field(default=None, description=N_("what stands below these"))
    due_before: Line | None = Field(default=None, description=N_("due before that day"))
    due_within: WholeNumber | None = Field(default=None, description=N_("due within so many days"))
    overdue: TrueOrFalse | None = Field(default=None, description=N_("only what is overdue"))
    stale: WholeNumber | None = Field(default=None, description=N_("no report for so many days"))
    unconfirmed: TrueOrFalse | None = Field(default=None, description=N_("only what is not confirmed"))
    search: Line | None = Field(default=None, description=N_("words in titles, people, notes"))
    leader: Line | None = Field(default=None, description=N_("leader in charge"))
    owner: Line | None = Field(default=None, description=N_("responsible person"))
    where: Words | None = Field(default=None, description=N_("conditions on the plan's own columns"))
