"""A plan's files -> the plan, the places of its records, every problem.

``plan_tasks.yaml`` names the others (or holds their content itself); they are read from its folder
and nowhere else. Nothing here raises for what stands in a file.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core.model import Plan, PlanHead
from qplan.core.names import shown
from qplan.errors import Problem
from qplan.i18n import _
from qplan.plan.build import Builder, Places, rules_text, unknown_format
from qplan.plan.files import MOST_BYTES, Problems, inside, looked_over, read_bytes
from qplan.plan.forms import Raw
from qplan.plan.lines import Lines
from qplan.plan.scalars import Said

#: The name of a plan's file within its folder.
PLAN_FILE = "plan_tasks.yaml"

#: Called with the bytes read and the bytes known of so far.
Progress = Callable[[int, int], None]


class Source(NamedTuple):
    """What reading gave.

    ``plan`` is None where a file could not be read to its end. Where there are problems it is what
    could be understood: good enough to look for further problems, never to be loaded. ``part`` is
    what the other files hold where one could not be read.
    """

    plan: Plan | None
    places: Places
    problems: list[Problem]
    part: Plan | None = None

    def problem(self, keys: tuple[str, ...], what: str, mend: str = "", remark: bool = False) -> Problem:
        """A problem at the place of the first key (see :class:`~qplan.plan.build.Places`) that has one."""
        return Problem(*self.places.get(*keys), what, mend, remark)


def read_plan(path: Path, progress: Progress | None = None) -> Source:
    """Read the plan at ``path``: a plan file, or a folder that holds ``plan_tasks.yaml``."""
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles; the collector would walk the growing plan again and again
    try:
        return _Files(path, progress).source()
    finally:
        if collecting:
            gc.enable()


class _Files:
    """One reading of a plan's files."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self.path = path / PLAN_FILE if path.is_dir() else path
        self.folder = self.path.parent
        self.problems = Problems()
        self.build = Builder(self.problems)
        self.progress = progress
        self.bytes = 0
        self.whole = True  #: every file was read to its end

    def source(self) -> Source:
        plan = self._plan()
        files = self.build.places.files
        problems = self.problems.sorted(files)
        if self.whole:
            return Source(plan, self.build.places, problems)
        return Source(None, self.build.places, problems, plan)

    def _plan(self) -> Plan | None:
        top, _file = self._file(self.path, "plan_file")
        if top is None:
            return None
        _format, head, departments, indicators, rules, columns, tasks, safeguards, _at = top
        build = self.build
        raw, file = self._part(departments, "departments_file")
        if raw is None:
            build.no_departments = True
        build.add_departments(raw[1] or () if raw else (), file)
        raw, file = self._part(rules, "rules_file")
        text = rules_text(raw)
        if raw:
            build.places.add("rules:", file, raw[-1])
            for rung in raw[7] or ():
                build.places.add(f"rung:{rung[0]}", file, rung[-1])
        targets, targets_file = self._part(indicators, "indicators_file")
        every = [] if targets is None else [*(targets[1] or ()), *(targets[2] or ())]
        build.add_tasks(
            tasks or [], self._columns(columns or ()), safeguards or [], [(targets_file, r) for r in every]
        )
        top.clear()
        if targets is not None:
            build.add_indicators(targets[1] or (), 1, targets_file)
            build.add_indicators(targets[2] or (), 0, targets_file)
        if head is None:
            self.whole = False
        return Plan(
            PlanHead("", "", rules=text) if head is None else build.head(head, text, 0),
            tuple(build.departments),
            tuple(build.tasks),
            tuple(build.milestones),
            tuple(build.indicators),
        )

    def _columns(self, given: Any) -> list[tuple[int, Raw]]:
        found = []
        for one in given:
            if isinstance(one, Said):
                raw, file = self._part(one, "column_file")
                if raw is not None and raw[1] is not None:
                    found.append((file, raw[1]))
            else:
                found.append((0, one))
        return found

    def _part(self, given: Any, form: str) -> tuple[Raw | None, int]:
        """The content of a related file, or what stands inline; and the number of its file."""
        if not isinstance(given, Said):
            return given, 0
        path = inside(self.folder, given.text)
        if path is None:
            what = _("“{}” leads out of the plan's folder").format(shown(given.text))
            self.build.say(0, given.place, what, _("name a file within it, as columns/01.yaml"))
            self.whole = False
            return None, 0
        if str(path) in self.build.places.files:
            self.build.say(
                0, given.place, _("“{}” is named twice").format(shown(given.text)), _("name each file once")
            )
            return None, 0
        return self._file(path, form)

    def _file(self, path: Path, form: str) -> tuple[Raw | None, int]:
        name, files = str(path), self.build.places.files
        number = len(files)
        files.append(name)
        raw = self._raw(path, name, form)
        if raw is None:
            self.whole = False
        else:
            odd = unknown_format(raw)
            if odd is not None:
                what = _("format {} is not known to this program").format(odd)
                self.build.say(number, raw[-1], what, _("write `format: 1`, or use a newer qplan"))
        return raw, number

    def _raw(self, path: Path, name: str, form: str) -> Raw | None:
        data = read_bytes(path, MOST_BYTES - self.bytes, self.problems)
        if data is None:
            return None
        before, self.bytes = self.bytes, self.bytes + len(data)
        chars = looked_over(name, data, self.problems)
        if chars is None:
            return None
        told = None
        if self.progress is not None:
            progress, total = self.progress, self.bytes
            told = lambda done: progress(before + done, total)  # noqa: E731
        raw = Lines(data, told).read(form)
        if raw is None:
            from qplan.plan.walk import Reader  # and the YAML library, which few files need

            raw = Reader(name, data, chars, self.problems, told).read(form)
        if self.progress is not None:
            self.progress(self.bytes, self.bytes)
        return raw
