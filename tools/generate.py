"""Write every file of the repository that the program or its catalogue can make: ``make generate``.

    python tools/generate.py [STEP …]        write the files of all steps, or of these
    python tools/generate.py --check STEP …  write nothing; exit 1 naming the files that have drifted

The steps run in the order of :data:`STEPS`: the catalogue comes first, because the pages after it are
written in Chinese too. ``GOLDEN=1 make generate`` also rewrites the golden files of the tests; look at
``git diff`` before you commit them.

Each step is a function that returns the files it makes. To add one, write it and add it to STEPS; a
test (tests/docs/test_generated.py) then checks it.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
PACKAGE = ROOT / "src" / "qplan"
CATALOGUE = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "qplan.po"
TEMPLATE = PACKAGE / "locale" / "qplan.pot"

#: Functions that mark messages, beside those that Babel knows: the place of the context and of the text.
MARKERS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys((
        "N_", "required", "optional", "argument", "option", "flag", "shared_option", "shared_flag",
        "filter_option", "filter_flag",
    )),
    "N_p": ((1, "c"), 2), "Entry": (4,),
}  # fmt: skip

Files = dict[Path, bytes]


def catalogue() -> Files:
    """The template of messages, the Chinese catalogue and its compiled form.

    Translations are kept; a message without one is listed on standard error and shown in English.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    def text(messages: Catalog) -> bytes:
        file = io.BytesIO()
        write_po(file, messages, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
        return file.getvalue()

    template = read_po(io.BytesIO(TEMPLATE.read_bytes()))
    fresh = Catalog(project=template.project, version=template.version, charset="utf-8")
    fresh.creation_date, fresh.header_comment = template.creation_date, template.header_comment
    keywords = {**DEFAULT_KEYWORDS, **MARKERS}
    for _file, _line, text_id, _comments, context in extract_from_dir(
        PACKAGE, [("**.py", "python")], keywords=keywords
    ):
        fresh.add(text_id, context=context)
    chinese = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh")
    chinese.update(fresh, no_fuzzy_matching=True)
    for message in chinese:
        if message.id and not message.string:
            where = f" (context {message.context!r})" if message.context else ""
            sys.stderr.write(f"not translated in {CATALOGUE.relative_to(ROOT)}: {message.id!r}{where}\n")
    compiled = io.BytesIO()
    write_mo(compiled, chinese)
    return {
        TEMPLATE: text(fresh),
        CATALOGUE: text(chinese),
        CATALOGUE.with_suffix(".mo"): compiled.getvalue(),
    }


def new_ledger() -> Files:
    """The statements that make a new ledger, from the migrations."""
    from qplan.ledger import schema

    return {schema.SCHEMA_SQL: schema.schema_sql().encode()}


def schemas() -> Files:
    """The JSON Schemas of the plan files."""
    from plan_format import schema_text

    from qplan.plan.models import FILES

    return {ROOT / "data" / "schema" / f"{file}.schema.json": schema_text(file).encode() for file in FILES}


def plan_format() -> Files:
    """The tables of docs/plan-format.md and of its Chinese page."""
    from plan_format import with_tables

    pages = {ROOT / "docs" / "plan-format.md": "en", ROOT / "docs" / "plan-format.zh-CN.md": "zh"}
    return {
        page: with_tables(page.read_text(encoding="utf-8"), language).encode()
        for page, language in pages.items()
    }


def workflow() -> Files:
    """docs/workflow.md and its Chinese page, from the transition table."""
    from workflow_page import PAGES, page

    return {path: page(words).encode() for path, words in PAGES.items()}


def reference() -> Files:
    """docs/cli.md and docs/cli.zh-CN.md, from the commands."""
    pages = {"en": ROOT / "docs" / "cli.md", "zh": ROOT / "docs" / "cli.zh-CN.md"}
    return {page: _python(str(ROOT / "tools" / "cli_reference.py"), lang) for lang, page in pages.items()}


def year() -> Files:
    """The journal of the fictitious year, from its script."""
    from play_year import JOURNAL, SCRIPT, journal, play

    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "ledger.db")
        play(place, SCRIPT.read_text(encoding="utf-8"))
        return {JOURNAL: journal(place).encode()}


def tours() -> Files:
    """The console blocks of the READMEs, played."""
    from tours import PAGES

    return {ROOT / page: _python(str(ROOT / "tools" / "tours.py"), page) for page in PAGES}


def _python(*words: str) -> bytes:
    """What a process of its own prints: help texts keep the language in which they were imported."""
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
    ).stdout


STEPS: dict[str, Callable[[], Files]] = {
    step.__name__: step
    for step in (catalogue, new_ledger, schemas, plan_format, workflow, reference, year, tours)
}


def drifted(files: Files) -> list[Path]:
    """The files whose content differs from what the step makes, or that are missing."""
    return [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]


def golden() -> None:
    """Rewrite the golden files: the tests that read them write them where GOLDEN is set.

    Those of the objects of a server need PostgreSQL.
    """
    files = ["tests/render", "tests/scenario", "tests/ledger/test_server_objects.py"]
    words = ["-m", "pytest", "-q", *files, "-k", "golden or the_files_list"]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help=" ".join(STEPS))
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    if unknown := set(options.steps) - set(STEPS):
        parser.error(f"no such step: {' '.join(sorted(unknown))}")
    stale = []
    for name in options.steps or STEPS:
        files = STEPS[name]()
        for path in drifted(files):
            stale.append(path)
            if not options.check:
                path.write_bytes(files[path])
            sys.stdout.write(f"{name}: {path.relative_to(ROOT)}\n")
    if os.environ.get("GOLDEN") and not options.steps:
        golden()
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
