"""Change core and service at random and report which changes no test notices: ``make mutants``.

    python tools/mutants.py [--sample 40] [--seed 1] [--jobs 2] [--at-least 90] [--only PART]

Each mutant is one change of an operator (``and`` for ``or``, ``+`` for ``-``), a boundary (``<`` for
``<=``), a comparison, a number or a truth value. A first run of the tests, measured by coverage, records
which tests execute which line; a mutant is run against those of its line (of a constant: of the lines that
use it), the most specific first, then against others of its file where these are few. The sample depends on
the seed and the source alone. Everything happens in copies below build/mutants.

Exit: 0 at least so many in a hundred were killed; 1 fewer, or the tests fail without any change.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
WORK = ROOT / "build" / "mutants"
PACKAGES = ("core", "service")
#: Suites that run the code in their own process; the others start commands, whose lines have no test.
SUITES = ("core", "service", "plan", "ledger", "weekly", "scenario", "cli", "data")
#: pytest's expression for the tests that are used: a server, or half a minute, for each mutant is too much.
USED = "not (postgres or rights or gate or forged or busy or engines or startup or megabytes or psql)"
#: The tests of a line that are run first: the ones that execute the fewest lines.
FIRST = 40
#: The most tests that are run for a mutant.
MOST = 120
SECONDS = 300

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip

#: Records the test that runs as coverage's context.
PLUGIN = """
import coverage, pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.switch_context(item.nodeid)
    return (yield)
"""
SETTINGS = """
[run]
source_pkgs = qplan
data_file = build/contexts
parallel = true
patch = subprocess
"""


class Mutant(NamedTuple):
    """A change of the text of one file."""

    path: str  #: from the root
    line: int
    before: str
    after: str
    start: int  #: in bytes
    end: int
    lines: frozenset[int]  #: whose tests concern it: its own, or those that use what an import computes


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """The node with one change, for each change that there is."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in SWAPS:
                operators = [*node.ops[:number], SWAPS[type(operator)](), *node.ops[number + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators)  # type: ignore[arg-type]
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        made = copy.copy(node)
        made.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
        yield made
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)


def unread(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that are not changed: annotations, and f-strings, inside which places are not known."""
    if isinstance(node, ast.JoinedStr):
        yield node
    for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        if isinstance(part, ast.AST):
            yield part


def bodies(tree: ast.AST) -> Iterator[ast.AST]:
    """The bodies of all functions, which a call runs and not the import of their module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from node.body
        elif isinstance(node, ast.Lambda):
            yield node.body


def users(tree: ast.Module, node: ast.expr) -> frozenset[int]:
    """The lines of functions that use what an expression outside of them is part of, also through other constants."""
    reads: dict[str, set[str]] = {}
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            parts = list(ast.walk(statement))
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            assigned = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
            read = {one.id for one in parts if isinstance(one, ast.Name)}
            reads |= dict.fromkeys(assigned, read)
            names |= assigned if any(one is node for one in parts) else set()
    while more := {name for name, others in reads.items() if others & names} - names:
        names |= more
    called = (inner for part in bodies(tree) for inner in ast.walk(part))
    return frozenset(one.lineno for one in called if isinstance(one, ast.Name) and one.id in names)


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a file, in the order of its text."""
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(source)
    skipped = {id(inner) for outer in ast.walk(tree) for part in unread(outer) for inner in ast.walk(part)}
    called = {id(inner) for part in bodies(tree) for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or id(node) in skipped:
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = source[start:end].decode()
        for made in changed(node):
            after = f"({ast.unparse(made)})" if not isinstance(made, ast.Constant) else ast.unparse(made)
            lines = frozenset((node.lineno,)) if id(node) in called else users(tree, node)
            yield Mutant(str(path.relative_to(ROOT)), node.lineno, before, after, start, end, lines)


def copied(name: str) -> Path:
    """A copy of the checkout to run tests in."""
    place = WORK / name
    shutil.rmtree(place, ignore_errors=True)
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, place, ignore=ignored)
    return place


def pytest(place: Path, words: list[str], measured: bool = False) -> int | None:
    """The exit code of the tests in a copy of the checkout; None when they take too long."""
    command = [sys.executable, *(["-m", "coverage", "run", "--rcfile=contexts.ini"] if measured else [])]
    command += ["-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    environment = {**os.environ, "PYTHONPATH": f"{place / 'src'}:{place}"}
    try:
        return subprocess.run(
            command, cwd=place, env=environment, timeout=None if measured else SECONDS,
            stdout=None if measured else subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return None


def outdated() -> bool:
    """Whether the code or a test has changed since it was recorded which tests execute which line."""
    recorded = WORK / "contexts"
    files = [path for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.py")]
    return not recorded.exists() or max(path.stat().st_mtime for path in files) > recorded.stat().st_mtime


def record(jobs: int) -> None:
    """Run the tests once and record which of them execute which line."""
    place = copied("measured")
    (place / "contexts.ini").write_text(SETTINGS)
    (place / "contexts.py").write_text(PLUGIN)
    suites = [f"tests/{name}" for name in SUITES]
    if pytest(
        place, ["-p", "contexts", "-n", str(jobs), "--dist", "loadfile", "-k", USED, *suites], measured=True
    ):
        raise SystemExit("the tests fail without any change")
    combine = [sys.executable, "-m", "coverage", "combine", "--rcfile=contexts.ini", "--quiet"]
    subprocess.run(combine, cwd=place, check=True)
    (place / "build" / "contexts").rename(WORK / "contexts")


class Tests:
    """Which tests execute a line."""

    def __init__(self) -> None:
        from coverage import CoverageData

        self.data = CoverageData(str(WORK / "contexts"))
        self.data.read()
        self.files = {name.partition("/measured/")[2]: name for name in self.data.measured_files()}
        self.lines: dict[str, int] = {}
        self.by_file: dict[str, dict[int, list[str]]] = {}
        for path, name in self.files.items():
            self.by_file[path] = self.data.contexts_by_lineno(name)
            for tests in self.by_file[path].values():
                for test in tests:
                    self.lines[test] = self.lines.get(test, 0) + 1

    def of(self, mutant: Mutant) -> list[str]:
        """The tests of a mutant's lines, the most specific first, then others of its file where these are few.

        What a cache keeps, or an import computes, is run by the first test that needs it, and concerns more.
        """
        lines = self.by_file.get(mutant.path, {})
        if mutant.line not in lines:
            return []
        found = self.executing(lines, mutant.lines & lines.keys())
        return found if len(found) >= FIRST else [*dict.fromkeys(found + self.executing(lines, lines))][:MOST]

    def executing(self, tests: dict[int, list[str]], lines: Iterable[int]) -> list[str]:
        """The tests chosen of those that execute some lines of a file, the most specific first."""
        found = {test for line in lines for test in tests[line]} - {""}
        return chosen(sorted(found, key=lambda test: (self.lines[test], test)))


def chosen(tests: list[str]) -> list[str]:
    """At most :data:`MOST` of the tests, in their order; the cases of one function do not displace the other functions.

    Each function has the same share, and the cases taken of one are spread evenly.
    """
    cases: dict[str, list[str]] = {}
    for test in tests:
        cases.setdefault(test.partition("[")[0], []).append(test)
    share = max(
        n for n in range(1, MOST + 1) if n == 1 or sum(min(len(c), n) for c in cases.values()) <= MOST
    )
    kept = {case for of_one in cases.values() for case in of_one[:: -(-len(of_one) // share)]}
    return [test for test in tests if test in kept][:MOST]


def killed(mutant: Mutant, tests: list[str], place: Path) -> bool:
    """Whether a test of the mutant's line fails with it."""
    path = place / mutant.path
    source = path.read_bytes()
    try:
        path.write_bytes(source[: mutant.start] + mutant.after.encode() + source[mutant.end :])
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        parts = (tests[:FIRST], tests[FIRST:])
        # 1: a test failed, 2: one could not be imported, 4: what all tests use could not be; a timeout
        # (a busy machine) is no proof
        return any(pytest(place, ["-x", *part]) in (1, 2, 4) for part in parts if part)
    finally:
        path.write_bytes(source)
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=40, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--at-least", type=int, default=90, help="killed in a hundred")
    parser.add_argument("--only", default="", help="files whose path has this part")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    if outdated():
        record(options.jobs)
    tests = Tests()
    paths = [p for name in PACKAGES for p in sorted((ROOT / "src" / "qplan" / name).glob("*.py"))]
    every = [m for p in paths if options.only in str(p) for m in mutants(p) if tests.of(m)]
    sample = sorted(random.Random(options.seed).sample(every, min(options.sample, len(every))))
    places: Queue[Path] = Queue()
    for number in range(options.jobs):
        places.put(copied(f"job-{number}"))
    if pytest(places.queue[0], [test for mutant in sample[:5] for test in tests.of(mutant)[:FIRST]]):
        raise SystemExit("the tests of a copy fail without any change")

    def runs(mutant: Mutant) -> bool:
        place = places.get()
        try:
            return killed(mutant, tests.of(mutant), place)
        finally:
            places.put(place)

    alive = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, dead in zip(sample, pool.map(runs, sample), strict=True):
            alive += not dead
            word = "killed  " if dead else "SURVIVED"
            sys.stdout.write(f"{word} {mutant.path}:{mutant.line}: {mutant.before} -> {mutant.after}\n")
            sys.stdout.flush()
    share = 100 * (len(sample) - alive) / max(1, len(sample))
    sys.stdout.write(
        f"{len(sample) - alive} of {len(sample)} killed ({share:.0f} %), of {len(every)} mutants\n"
    )
    return int(share < options.at_least)


if __name__ == "__main__":
    sys.exit(main())
