"""Completion of ids, departments, statuses and commands, without Typer.

It runs at every Tab: it opens the ledger read-only with the standard library's driver, creates
nothing, and says nothing at all where there is no ledger. What it does not know (options and their
choices) it leaves to Typer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from qplan import i18n
from qplan.cli import route, settings, table

#: More would fill the screen; the next letter narrows it.
LIMIT = 200
TASK, DEPARTMENT, STATUS, LIGHT, FORMAT = "task", "department", "status", "light", "format"
INDICATOR, MILESTONE, LEVEL, ACTION = "indicator", "milestone", "level", "action"
LEDGER = (TASK, DEPARTMENT, INDICATOR, MILESTONE, LEVEL)  #: what the ledger is asked for

#: Option -> what its value is.
SOURCES = {
    "--dept": DEPARTMENT,
    "--lead": DEPARTMENT,
    "--support": DEPARTMENT,
    "--under": TASK,
    "--status": STATUS,
    "--light": LIGHT,
    "--format": FORMAT,
    "-f": FORMAT,
    "--level": LEVEL,
}
Found = list[tuple[str, str]]


def answer(environ: Mapping[str, str], commands: Mapping[str, table.Entry] | None = None) -> bool:
    """Print the completions if they are of a kind known here; whether they were."""
    instruction, _underscore, shell = environ.get("_QPLAN_COMPLETE", "").partition("_")
    if instruction != "complete" or shell not in ("bash", "zsh", "fish", "powershell", "pwsh"):
        return False
    try:
        words, part = _words(shell, environ)
        found = _find(words, part, table.COMMANDS if commands is None else commands)
    except Exception:  # never a traceback into somebody's half-typed line
        if environ.get("QPLAN_DEBUG"):
            raise
        found = []
    if found is None:
        return False
    _write(shell, found, environ)
    return True


def _words(shell: str, environ: Mapping[str, str]) -> tuple[list[str], str]:
    """The finished words after the program's name, and the unfinished one."""
    if shell == "bash":
        words = _split(environ.get("COMP_WORDS", ""))
        place = int(environ.get("COMP_CWORD", "0"))
        return _joined(words[1:place], words[place] if place < len(words) else "")
    line = environ.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    if shell in ("powershell", "pwsh"):
        part = environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return _joined(words[:-1] if part else words, part)
    if words and not line.endswith(" "):
        return _joined(words[:-1], words[-1])
    return words, ""


def _split(line: str) -> list[str]:
    import shlex

    parts = shlex.shlex(line, posix=True)
    parts.whitespace_split = True
    parts.commenters = ""
    words: list[str] = []
    try:
        words.extend(parts)
    except ValueError:  # an open quote: what stands in it is the unfinished word
        words.append(parts.token)
    return words


def _joined(words: list[str], part: str) -> tuple[list[str], str]:
    """``--dept=sc`` as two words, whether the shell has split it (bash) or not."""
    if part == "=":
        part = ""
    elif words and words[-1] == "=":
        words = words[:-1]
    elif part.startswith("--") and "=" in part:
        option, part = part.split("=", 1)
        words = [*words, option]
    return words, part


def _find(words: Sequence[str], part: str, commands: Mapping[str, table.Entry]) -> Found | None:
    config = settings.read_config(os.environ)
    i18n.use(settings.language_of(route.given(words, "--lang"), os.environ, config))
    entry = _command(words, commands)
    last = words[-1] if words else ""
    if last in SOURCES and entry is not None:
        source = SOURCES[last]
    elif last.startswith("-") and (last not in table.BY_NAME or table.BY_NAME[last].metavar):
        return None  # the value of an option that only Typer knows
    elif part.startswith("-"):
        return None
    elif entry is None:
        return [
            (name, i18n._(known.help))
            for name, known in commands.items()
            if name.startswith(part) and not known.hidden
        ]
    elif words[-1] == "milestone":
        source = ACTION
    elif entry.ids or _name(words) in ("measure", "target"):
        source = _ids(words)
    else:
        return None
    if source in LEDGER:
        place = settings.ledger_place(route.given(words, "--ledger"), os.environ, config)
        return _from_ledger(place, source, part)
    return [
        (code, label) for code, label in _codes(source) if code.startswith(part) or label.startswith(part)
    ]


def _ids(words: Sequence[str]) -> str:
    """Whose ids a command takes."""
    name = _name(words)
    if name in ("measure", "target"):
        return INDICATOR
    return MILESTONE if name == "milestone" and not {"done", "move"}.isdisjoint(words) else TASK


def _command(words: Sequence[str], commands: Mapping[str, table.Entry]) -> table.Entry | None:
    """The command of a line, where it is one."""
    return commands.get(_name(words) or "")


def _name(words: Sequence[str]) -> str | None:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            shared = table.BY_NAME.get(word)
            skip = shared is not None and bool(shared.metavar)
        else:
            return word
    return None


def _codes(source: str) -> Found:
    if source == FORMAT:
        from qplan.render import FORMATS

        return [(name, " ".join(known.suffixes)) for name, known in FORMATS.items()]
    if source == ACTION:
        labels = {
            "add": ("add to a task", "新增"),
            "done": ("report done", "完成"),
            "move": ("move", "调整日期"),
        }
        return [(name, i18n.pick(both)) for name, both in labels.items()]
    if source == LIGHT:
        from qplan.core.calendar import LIGHTS as table_of
    else:
        from qplan.core.workflow import STATUS as table_of
    return [(code, i18n.pick(labels)) for code, labels in table_of.items()]


#: What has ids -> the query for those that begin with what is typed.
IDS = {
    TASK: "SELECT id, title FROM task WHERE id >= ? AND id < ? AND retired = 0 ORDER BY id LIMIT ?",
    INDICATOR: "SELECT id, name FROM indicator WHERE id >= ? AND id < ? AND retired = 0 ORDER BY id LIMIT ?",
    MILESTONE: "SELECT id, title FROM milestone WHERE id >= ? AND id < ? AND retired = 0 ORDER BY task, position LIMIT ?",
}


def _levels(plan: tuple[str] | None, part: str) -> Found:
    """The rungs of the plan's own ladder."""
    from qplan.core.rules import Rules

    ladder = Rules.parse(plan[0] if plan else "").urging
    return [(r.level, r.label) for r in ladder if r.level.startswith(part) or r.label.startswith(part)]


def _from_ledger(place: str, source: str, part: str) -> Found:
    path = place.removeprefix("sqlite:///")
    if "://" in path or not os.path.isfile(path):
        return []
    import sqlite3

    escaped = (
        os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23").replace("\\", "/")
    )
    slash = "" if escaped.startswith("/") else "/"
    try:
        ledger = sqlite3.connect(f"file:{slash}{escaped}?mode=ro", uri=True, timeout=0.2)
        try:
            if source == LEVEL:
                return _levels(ledger.execute("SELECT rules FROM plan").fetchone(), part)
            if source in IDS:
                start = (
                    part.upper()
                    if source != MILESTONE
                    else part.upper().replace("/M", "/m").replace("/A", "/a")
                )
                found = ledger.execute(IDS[source], (start, f"{start}\U0010ffff", LIMIT)).fetchall()
                if source == MILESTONE:
                    return found
                return sorted(
                    found, key=lambda row: [int(n) if n.isdigit() else 0 for n in row[0][1:].split(".")]
                )
            return ledger.execute(
                "SELECT id, name FROM department WHERE retired = 0 AND (substr(id, 1, length(?1)) = lower(?1)"
                " OR instr(name, ?1) > 0 AND ?1 <> '') ORDER BY position, id LIMIT ?2",
                (part, LIMIT),
            ).fetchall()
        finally:
            ledger.close()
    except sqlite3.Error:
        return []


def _write(shell: str, found: Found, environ: Mapping[str, str]) -> None:
    if shell == "fish" and environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        raise SystemExit(0 if found else 1)
    lines = [_line(shell, value, " ".join(help.split())) for value, help in found]
    text = "\n".join(lines)
    if shell == "zsh":
        text = f"_arguments '*: :(({text}))'" if lines else "_files"
    if text:
        # Shells read UTF-8, whatever Python makes of the locale.
        sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
        sys.stdout.flush()


def _line(shell: str, value: str, help: str) -> str:
    """One completion as the shell's script expects it; the help is data and must not run."""
    help = "".join(character for character in help if character.isprintable())
    if shell == "bash":
        return value
    if shell == "fish":
        return f"{value}\t{help}"
    if shell == "zsh":
        return f'"{_zsh(value)}":"{_zsh(help)}"'
    return f"{value}:::{help.replace(':::', '') or ' '}"


def _zsh(text: str) -> str:
    # The answer is evaluated twice, in quotes: what could end or expand them is left out.
    return "".join(" " if character in "'\"$`\\" else character for character in text).replace(":", "\\\\:")
