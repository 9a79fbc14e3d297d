"""A PostgreSQL server for the tests: a given one, else Debian's in a temporary folder.

``QPLAN_TEST_PG_URL`` names a server on which the tests may make databases and roles. Without it the
newest server of ``/usr/lib/postgresql`` (or of ``PATH``) is started on a socket in a temporary folder and
on loopback, as the user ``postgres`` when the tests run as root, one for each test process. With
neither, tests that need it are skipped and say so; ``QPLAN_REQUIRE_PG=1`` makes that a failure.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

SETTINGS = (
    # the long rounds measure what a server does that keeps its promise
    f"fsync={'on' if os.environ.get('QPLAN_TORTURE') == 'long' else 'off'}",
    "shared_buffers=16MB",
    "max_connections=60",
    "lc_messages=C",
    "listen_addresses=127.0.0.1",
)


class Server:
    """A server of our own: made, started, restarted and thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qplan-pg-", dir="/tmp"))
        self.programs = folder
        self.password = secrets.token_hex(8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (self.folder / "pw").write_text(self.password)
        if os.getuid() == 0:
            for path in (self.folder, self.folder / "pw"):
                shutil.chown(path, "postgres")
        self._run(
            "initdb", "-D", self.folder / "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
            "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={self.folder / 'pw'}", "-N",
        )  # fmt: skip
        self.start()
        atexit.register(self.remove)

    def _run(self, program: str, *args: object) -> None:
        command = [str(self.programs / program), *map(str, args)]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # the server inherits what it is given: a pipe would never end
        with (self.folder / "started").open("w+") as said:
            done = subprocess.run(command, stdout=said, stderr=said, cwd="/", timeout=60, check=False)
            said.seek(0)
            assert done.returncode == 0, said.read()

    def start(self) -> None:
        options = " ".join(f"-c {setting}" for setting in SETTINGS)
        self._run(
            "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "data" / "log", "-w",
            "-o", f"-k {self.folder} -p {self.port} {options}", "start",
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")

    def restart(self) -> None:
        self.stop("fast")
        self.start()

    def remove(self) -> None:
        """Stop and delete it; once is enough."""
        if not self.folder.exists():
            return
        with suppress(AssertionError):  # stopped already
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        words = f":{password}" if password else ""
        return f"postgresql://{user}{words}@/{database}?host={quote(str(self.folder))}&port={self.port}"


class Given:
    """A server that somebody else keeps: its URL with another database and user."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str | None = None, user: str | None = None, password: str | None = None) -> str:
        from psycopg.conninfo import conninfo_to_dict

        given = {name: str(value) for name, value in conninfo_to_dict(self._url).items()}
        name, words = user or given.get("user", ""), password or given.get("password", "")
        where = {name: given[name] for name in ("host", "port", "sslmode") if name in given}
        return f"postgresql://{quote(name)}:{quote(words)}@/{database or given['dbname']}?{urlencode(where)}"


def programs() -> Path | None:
    """Where the server's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    where = found[-1] if found else shutil.which("initdb")
    return Path(where).parent if where else None


@lru_cache(maxsize=1)
def _server() -> Server | Given | str:
    if url := os.environ.get("QPLAN_TEST_PG_URL"):
        return Given(url)
    folder = programs()
    if folder is None:
        return "no PostgreSQL server: set QPLAN_TEST_PG_URL, or install postgresql"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "the extra “postgres” is not installed"
    return Server(folder)


def missing(reason: str) -> None:
    """Skip and say why; where PostgreSQL is required, fail."""
    if os.environ.get("QPLAN_REQUIRE_PG"):
        pytest.fail(reason)
    pytest.skip(reason)


def server() -> Server | Given:
    """The server of this test process; the test is skipped where there is none."""
    found = _server()
    if isinstance(found, str):
        missing(found)
        raise AssertionError
    return found


class Database:
    """A database of its own with an owner of its own, both gone afterwards."""

    def __init__(self, where: Server | Given | None = None) -> None:
        import psycopg

        self.server = where or server()
        self.name = f"qplan_test_{secrets.token_hex(6)}"
        self.owner = f"{self.name}_owner"
        self.password = secrets.token_hex(8)
        self.admin = psycopg.connect(self.server.url(), autocommit=True)
        self.admin.execute(f"CREATE ROLE \"{self.owner}\" LOGIN CREATEROLE PASSWORD '{self.password}'")
        self.admin.execute(f'GRANT "{self.owner}" TO CURRENT_USER')
        self.admin.execute(f'CREATE DATABASE "{self.name}" OWNER "{self.owner}" TEMPLATE template0')

    def url(self, user: str | None = None) -> str:
        """The URL of the database for a role: its owner, unless told."""
        return self.server.url(self.name, user or self.owner, self.password)

    def admit(self, role: str, within: str | None = None) -> str:
        """Let a role log in (made as a member of another where it is new); its URL."""
        if within:
            self.admin.execute(f'CREATE ROLE "{role}" IN ROLE "{within}"')
        self.admin.execute(f"ALTER ROLE \"{role}\" LOGIN PASSWORD '{self.password}'")
        return self.url(role)

    @property
    def superuser(self) -> str:
        """The URL of the database for the server's administrator."""
        return self.server.url(self.name)

    def drop(self) -> None:
        self.admin.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        named = self.admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{self.name}%"])
        for (role,) in named.fetchall():
            self.admin.execute(f'DROP ROLE "{role}"')
        self.admin.close()
