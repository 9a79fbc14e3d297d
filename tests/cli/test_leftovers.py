"""What killed commands leave: found and removed by ``doctor`` wherever it is; folders that appear whole."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import qplan as package
from qplan import files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")

#: Makes a draft and is killed before it takes its place.
KILLED = """
import os, signal, sys
from pathlib import Path
import qplan
from qplan import files
qplan.state_folder = sys.argv[1]
with files.draft_of(Path(sys.argv[2])) as draft, files.draft_folder_of(Path(sys.argv[2] + "s")) as folder:
    (folder / "x").touch()
    print(draft, folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def left(qplan, ledger, monkeypatch, tmp_path):
    """A draft and a folder of drafts that a killed process left where nobody looks."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    state = tmp_path / "state" / "qplan"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(state), str(far / "list.xlsx")], capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL
    return [Path(path) for path in done.stdout.split()]


def test_doctor_finds_and_sweeps_drafts_wherever_they_are(qplan, left, monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    found = qplan("doctor").out
    assert all(path.exists() and str(path) in found for path in left) and "qplan doctor --sweep" in found
    swept = qplan("doctor", "--sweep").out
    assert all(str(path) in swept for path in left)
    assert not any(path.exists() for path in left)
    assert not any((tmp_path / "state" / "qplan" / "drafts").iterdir())
    assert "left by a command" not in qplan("doctor").out


def test_drafts_of_a_process_that_runs_are_left_alone(qplan, ledger, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert qplan("tasks").code == 0
    with files.draft_of(tmp_path / "x.docx") as draft:
        assert (tmp_path / "state" / "qplan" / "drafts").exists()
        assert str(draft) not in qplan("doctor", "--sweep").out and draft.exists()
    assert not any((tmp_path / "state" / "qplan" / "drafts").iterdir())


def test_a_folder_that_is_named_is_swept_too(qplan, ledger, tmp_path):
    folder = tmp_path / "share" / "week" / "区财政局"
    folder.mkdir(parents=True)
    draft = folder / ".list.xlsx.0123abcd.new"
    draft.touch()
    os.utime(draft, (1, 1))
    (folder / ".own.new").touch()
    assert str(draft) in qplan("doctor", "--sweep", tmp_path / "share").out
    assert not draft.exists() and (folder / ".own.new").exists()
    assert qplan("doctor", "--sweep", tmp_path / "none").code == 2


@pytest.mark.parametrize(
    "note", [b"", b"x", b"1", b"99999999 /etc/passwd", b"99999999 /none/.x.0123abcd.new", b"9" * 40 + b" /x", b"\xff\xfe \xff"]
)  # fmt: skip
def test_a_note_of_no_draft_removes_nothing(qplan, ledger, monkeypatch, tmp_path, note):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "state" / "qplan" / "drafts"
    folder.mkdir(parents=True)
    (folder / "0123abcd").write_bytes(note)
    assert qplan("doctor", "--sweep").code == 0
    assert Path("/etc/passwd").exists()


def test_without_a_folder_for_notes_drafts_are_made_all_the_same(monkeypatch, tmp_path):
    for state in (None, str(tmp_path / "file" / "x")):
        (tmp_path / "file").touch()
        monkeypatch.setattr(package, "state_folder", state)
        files.write(tmp_path / "out", [b"x"])
        assert (tmp_path / "out").read_bytes() == b"x"


def whole(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "words", ["weekly --out {out} --per-dept", "forms --out {out} --dept scjg --dept wjj --dept jxkj", "weekly --out {out}"]
)  # fmt: skip
def test_a_folder_is_whole_or_not_there(qplan, ledger, tmp_path, words):
    """Killed at random moments; afterwards the command repeated makes what it makes."""
    command = words.format(out=tmp_path / "made").split()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    begun = time.monotonic()
    assert (
        subprocess.run(
            [sys.executable, "-m", "qplan", *command], env=environment, capture_output=True
        ).returncode
        == 0
    )
    took = time.monotonic() - begun
    names = set(whole(tmp_path / "made"))
    chance, partly = random.Random(3), 0
    for number in range(4):
        command = [word.replace("\0", " ") for word in words.format(out=f"{tmp_path}/made\0{number}").split()]
        process = subprocess.Popen(
            [sys.executable, "-m", "qplan", *command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(took * (0.6 + 0.4 * chance.random()))
        process.kill()
        process.wait()
        folder = tmp_path / f"made {number}"
        assert not folder.exists() or set(whole(folder)) == names
        partly += not folder.exists()
        assert (
            subprocess.run(
                [sys.executable, "-m", "qplan", *command], env=environment, capture_output=True
            ).returncode
            == 0
        )
        assert set(whole(folder)) == names
    print(f"{partly} of 4 not there")


def test_a_folder_that_is_there_is_completed_by_a_rerun(qplan, ledger, monkeypatch, tmp_path):
    """Killed between two files that take their places: doctor names the drafts that are left."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    out = tmp_path / "week"
    out.mkdir()
    (out / "own.txt").write_text("kept")
    program = (
        "import os, signal, sys\nfrom qplan import files\nfrom qplan.cli.run import run\nplace, done = files.replace, []\n"
        "def replace(draft, path):\n    place(draft, path)\n    done.append(1)\n    len(done) < 2 or os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.replace = replace\nrun(sys.argv[1:])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = ["weekly", "--out", str(out)]
    killed = subprocess.run([sys.executable, "-c", program, *command], env=environment, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert len([path for path in out.iterdir() if not path.name.startswith(".")]) == 3
    found = qplan("doctor").out
    assert (
        all(str(path) in found for path in out.iterdir() if path.name.startswith("."))
        and "left by a command" in found
    )
    assert qplan(*command).code == 0 and qplan("doctor", "--sweep").code == 0
    assert len(list(out.iterdir())) == 6 and (out / "own.txt").read_text() == "kept"
