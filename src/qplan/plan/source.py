"""A plan's files -> the plan, the places of its records, every problem.

``plan_tasks.yaml`` names the others (or holds their content itself); they are read from its folder
and nowhere else. Nothing here raises for the content of a file.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from qplan.core.model import Plan, PlanHead
from qplan.core.names import shown
from qplan.errors import Problem
from qplan.i18n import _
from qplan.plan.files import MOST_BYTES, Problems, check_encoding, inside, read_bytes
from qplan.plan.loader import Reader
from qplan.plan.models import (
    Column,
    ColumnFile,
    DepartmentsFile,
    IndicatorsFile,
    PlanFile,
)
from qplan.plan.records import Records
from qplan.plan.rules_models import RulesFile
from qplan.plan.shapes import Map
from qplan.plan.values import FORMAT, Place, Text

#: The name of a plan's file within its folder.
PLAN_FILE = "plan_tasks.yaml"
#: Read where the plan does not name another file.
RULES_FILE = "rules.yaml"

#: Called with the bytes read and the bytes known of so far.
Progress = Callable[[int, int], None]

AnyMap = TypeVar("AnyMap", bound=Map)


class Source(NamedTuple):
    """The result of reading a plan.

    ``plan`` is None where a file could not be read to its end. Where there are problems it is what
    could be understood: good enough to look for further problems, never to be loaded. ``part`` is
    what the other files hold where one could not be read. ``places`` says where the records are written, by
    their ids: the key of a department is ``department:ID``, of a level ``level:ID``; a reference that leads nowhere
    has ``ID REFERENCE``; ``plan:`` and ``rules:`` are the maps of those names.
    """

    plan: Plan | None
    files: list[str]
    places: dict[str, Place]
    problems: list[Problem]
    part: Plan | None = None
    text: Path | None = None  #: the plan's own text, where the plan names it
    top: PlanFile | None = None  #: the plan's own file, with the departments in place of a file that it names

    def problem(self, keys: tuple[str, ...], what: str, hint: str = "", remark: bool = False) -> Problem:
        """A problem at the place of the first key that has one, else at the top of the first file.

        A ``remark`` informs and hinders nothing.
        """
        top = (self.files[0] if self.files else "", 1, 1)
        place = next((self.places[key] for key in keys if key in self.places), top)
        return Problem(*place, what, hint, remark)


def read_plan(path: Path, progress: Progress | None = None) -> Source:
    """Read the plan at ``path``: a plan file, or a folder that holds ``plan_tasks.yaml``."""
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles; the collector would walk the growing plan again and again
    try:
        return _Reading(path, progress).source()
    finally:
        if collecting:
            gc.enable()


class _Reading:
    """One reading of a plan's files."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self.path = path / PLAN_FILE if path.is_dir() else path
        self.folder = self.path.parent
        self.files: list[str] = []
        self.problems = Problems()
        self.records = Records(self.problems)
        self.progress = progress
        self.bytes = 0
        self.text: Path | None = None
        self.top: PlanFile | None = None
        self.complete = True  #: every file was read to its end

    def source(self) -> Source:
        plan = self._plan()
        problems = self.problems.sorted(self.files)
        whole, part = (plan, None) if self.complete else (None, plan)
        return Source(whole, self.files, self.records.places, problems, part, self.text, self.top)

    def _plan(self) -> Plan | None:
        if not os.path.exists(self.path):
            what, hint = _("there is no plan here"), _("name a plan_tasks.yaml, or the folder it is in")
            self.problems.add(str(self.path), 1, 1, what, hint)
            return None
        top = self.top = self._file(self.path, PlanFile)
        if top is None:
            return None
        records = self.records
        if top.defaults is not None:
            records.defaults = top.defaults
        if isinstance(top.source, Text):  # it is read when the plan is compared with it
            self.text = self._inside(top.source)
        self._departments(top)
        rules = self._rules(top)
        records.set_period(top.plan)
        records.add_columns(top.fields or ())
        indicators = self._indicators(top)
        core, further = indicators.indicators or [], indicators.targets or []
        records.add_tasks(top.tasks or [], self._columns(top), top.safeguards or [], [*core, *further])
        records.add_indicators(core, 1)
        records.add_indicators(further, 0)
        if top.plan is None:
            self.complete = False
            head = PlanHead("", "", rules=rules)
        else:
            head = records.head(top.plan, rules)
        return Plan(
            head,
            tuple(records.departments),
            # the office verifies what names no verifier
            tuple(
                one._replace(verifier=None) if one.verifier == head.office else one for one in records.tasks
            ),
            tuple(records.milestones),
            tuple(records.indicators),
        )

    # -- what is in the plan's file or in one of its own

    def _departments(self, top: PlanFile) -> None:
        given = top.departments
        if not isinstance(given, list):
            found = self._part(given, DepartmentsFile)
            self.records.no_departments = found is None
            given = top.departments = found.departments or [] if found is not None else []
        self.records.add_departments(given)

    def _rules(self, top: PlanFile) -> str:
        beside = self.folder / RULES_FILE
        if top.rules is None and beside.is_file():
            found = self._file(beside, RulesFile)
        else:
            found = self._part(top.rules, RulesFile)
        return "{}" if found is None else self.records.rules(found)

    def _indicators(self, top: PlanFile) -> IndicatorsFile:
        given = top.indicators
        if isinstance(given, list):
            return IndicatorsFile(indicators=given)
        return self._part(given, IndicatorsFile) or IndicatorsFile()

    def _columns(self, top: PlanFile) -> list[Column]:
        found: list[Column] = []
        for given in top.columns or ():
            if isinstance(given, Column):
                found.append(given)
            elif (part := self._part(given, ColumnFile)) is not None and part.column is not None:
                found.append(part.column)
        return found

    # -- files

    def _part(self, given: Text | AnyMap | None, model: type[AnyMap]) -> AnyMap | None:
        """The content of a related file, or what is written inline."""
        if not isinstance(given, Text):
            return given
        path = self._inside(given)
        if path is None:
            self.complete = False
            return None
        if str(path) in self.files:
            what = _("“{}” is named twice").format(shown(given))
            self.problems.add(*given.place, what, _("name each file once"))
            return None
        return self._file(path, model)

    def _inside(self, name: Text) -> Path | None:
        """The file of that name in the plan's folder; None, with a problem, where the name leads out of it."""
        path = inside(self.folder, name)
        if path is None:
            what = _("“{}” leads out of the plan's folder").format(shown(name))
            hint = _("name a file within it, as columns/01.yaml")
            self.problems.add(*name.place, what, hint)
        return path

    def _file(self, path: Path, model: type[AnyMap]) -> AnyMap | None:
        name = str(path)
        self.files.append(name)
        found = self._read(path, name, model)
        if found is None:
            self.complete = False
            return None
        number = getattr(found, "format", None)
        if number not in (None, FORMAT):
            what = _("format {} is not known to this program").format(shown(str(number)))
            hint = _("write `format: 1`, or use a newer qplan")
            self.problems.add(*found.place, what, hint)
        return found

    def _read(self, path: Path, name: str, model: type[AnyMap]) -> AnyMap | None:
        data = read_bytes(path, MOST_BYTES - self.bytes, self.problems)
        if data is None:
            return None
        before, self.bytes = self.bytes, self.bytes + len(data)
        characters = check_encoding(name, data, self.problems)
        if characters is None:
            return None

        def progress(done: int) -> None:
            if self.progress is not None:
                self.progress(before + done, self.bytes)

        found = Reader(name, data, characters, self.problems, progress).read(model)
        progress(len(data))
        return found
