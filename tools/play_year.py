"""Play a script of dated commands into a new ledger, by a clock that shows what the script says.

``make generate`` plays examples/fictitious-year/year.txt and writes its journal. The same script always
gives the same journal, to the last hash.
"""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import os
import re
import shlex
import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
YEAR = ROOT / "examples" / "fictitious-year"
SCRIPT, JOURNAL = YEAR / "year.txt", YEAR / "journal.jsonl"
#: The files that the script gives as evidence.
EVIDENCE = YEAR / "evidence"
#: The identity of the ledger that the script makes.
IDENT = "f1c7171005025000"
#: What the plan's title carries in every list, notice and page of the invented year.
MARK = "(虚构示例)"
#: By when departments report in the invented year, and the points taken off for what is not reported so.
DUTY = "reporting: {every: quarter, due: 28, late_days: 5}\n"
POINTS = "  off_reported_late: 2\n  off_reported_empty: 3\n  off_not_reported: 5\n"
#: Where the program keeps what it has seen of these ledgers: not in that of whoever plays them.
STATE = os.path.join(tempfile.gettempdir(), f"qplan-state-{os.getpid()}")
#: When the last line of the script is over: Monday 2026-02-16, 09:00 in the plan's zone.
END = datetime(2026, 2, 16, 1, 0, tzinfo=UTC)


class Line:
    """A command of the script: its number, moment, actor and words, and whether it is to be refused."""

    def __init__(self, number: int, moment: datetime, who: str, words: list[str], refused: bool) -> None:
        self.number, self.moment, self.words, self.refused = number, moment, words, refused
        self.actor = f"演示-{who}@{who.partition('-')[0]}"


def script(text: str) -> Iterator[Line]:
    """The commands of a script in its order; a day begins at 09:00 in the plan's zone."""
    moment = END
    for number, raw in enumerate(text.splitlines(), 1):
        if raw.startswith("@"):
            moment = datetime.fromisoformat(raw.split()[1]).replace(hour=1, tzinfo=UTC)
        elif raw.strip() and not raw.startswith("#"):
            mark = min((raw.index(m) for m in ">!" if m in raw), default=-1)
            if mark < 1:
                raise SystemExit(f"line {number}: no “WHO> command”: {raw}")
            yield Line(number, moment, raw[:mark], shlex.split(raw[mark + 1 :]), raw[mark] == "!")
            moment += timedelta(minutes=1)


@contextlib.contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """The program's clock, standing still."""
    from qplan.cli import settings

    with patch.object(settings, "now", lambda: moment):
        yield


class Page(io.StringIO):
    """A file that takes every character."""

    encoding = "utf-8"


def call(*argv: str) -> tuple[int, str, str]:
    """Run the program in this process: exit number, what it printed, what it complained of."""
    from qplan.cli.run import run

    out, err = Page(), Page()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(argv))
    return code, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def marked_plan() -> Iterator[str]:
    """A copy of the bundled plan whose title says that the year is invented, with a duty to report each quarter.

    Whatever is printed from such a ledger, a notice or a page, then says so by itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(ROOT / "data", Path(folder) / "plan"))
        head = copy / "plan_tasks.yaml"
        text, times = re.subn(r"(?m)^(  title: .+)$", rf"\1{MARK}", head.read_text(encoding="utf-8"), count=1)
        if times != 1:
            raise SystemExit("the plan's head has no title to mark")
        head.write_text(text, encoding="utf-8")
        rules = copy / "rules.yaml"
        text, times = re.subn(
            r"(?m)^scoring:.*\n", rf"{DUTY}\g<0>{POINTS}", rules.read_text(encoding="utf-8")
        )
        if times != 1:
            raise SystemExit("the rules have no points to add to")
        rules.write_text(text, encoding="utf-8")
        yield str(copy)


@contextlib.contextmanager
def robot() -> Iterator[tuple[str, list[str]]]:
    """A chat robot on this machine that takes every message: its address, and the texts that it was sent."""
    taken: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append(body["text"]["content"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"errcode": 0, "errmsg": "ok"}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/send?key=fictitious", taken
        server.shutdown()
        thread.join()


def folder_of(place: str) -> Path:
    """The folder that the script is played in: it has the evidence, and gets the letters."""
    return Path(f"{place}.files")


def play(place: str, text: str) -> list[str]:
    """Play a script into a new ledger, and return the messages that it sent to the chat group.

    A line that ends otherwise than it says stops with its number. ``load`` in the script loads the bundled plan
    under its marked title; a message goes to a robot on this machine.
    """
    shared = ["--ledger", place, "--lang", "zh"]
    fixed = patch("qplan.ledger.schema.os.urandom", lambda n: bytes.fromhex(IDENT)[:n])
    folder = Path(shutil.copytree(EVIDENCE, folder_of(place)))
    with robot() as (address, messages), marked_plan() as plan, contextlib.chdir(folder):
        config = folder / "config.toml"
        config.write_text(f'[send]\nwecom = "{address}"\n', encoding="utf-8")
        with patch.dict(os.environ, QPLAN_CONFIG=str(config)), fixed:
            for line in script(text):
                words = ["load", plan] if line.words == ["load"] else line.words
                with clock(line.moment):
                    asks = [] if words[0] == "notice" else ["--yes"]
                    code, _out, err = call(*words, *shared, "--actor", line.actor, *asks)
                if code != (1 if line.refused else 0):
                    raise SystemExit(f"line {line.number}: exit {code}: {err}")
    return messages


def journal(place: str) -> str:
    """The journal of a ledger as JSON lines."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, QPLAN_CONFIG="", XDG_STATE_HOME=STATE),
    ):
        path = Path(folder) / "journal.jsonl"
        code, _out, err = call("export", "--journal", "--out", str(path), "--ledger", place)
        if code:
            raise SystemExit(err)
        return path.read_text(encoding="utf-8")


def weekly(place: str, week: str) -> str:
    """The weekly list of a week as it is sent out, asked for after the script is over."""
    with clock(END), patch.dict(os.environ, QPLAN_CONFIG="", XDG_STATE_HOME=STATE):
        code, out, err = call("weekly", "--week", week, "--ledger", place, "--lang", "zh")
    if code:
        raise SystemExit(err)
    return out
