"""Evidence: what is a file, how large it may be, what a copy is called, who may read the folder of copies."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ledger import plans
from qplan.errors import BadInput
from qplan.service import evidence

DATA = b"%PDF the report"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "总结.PDF"
    path.write_bytes(DATA)
    return path


def task(text: str, digests: str | None):
    return plans.leaf("T1.1", 1, evidence=text, evidence_sha256=digests)


@pytest.mark.parametrize(
    ("mode", "folder"),
    [(0o600, 0o700), (0o640, 0o750), (0o660, 0o770), (0o644, 0o750), (0o620, 0o720), (0o645, 0o750)],
)
def test_who_may_read_the_ledger_may_open_the_folder_of_copies(report, tmp_path, mode, folder) -> None:
    """The group of the ledger's file, and nobody else; the copy has the mode of the ledger."""
    store, umask = tmp_path / "copies", os.umask(0)
    try:
        assert evidence.keep(str(report), DIGEST, store, mode) == []
    finally:
        os.umask(umask)
    (copy,) = store.iterdir()
    assert (store.stat().st_mode & 0o777, copy.stat().st_mode & 0o777) == (folder, mode)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("总结.PDF", f"{DIGEST}.pdf"),
        ("a.1234567", f"{DIGEST}.1234567"),
        ("a.12345678", DIGEST),
        ("a.b-c", DIGEST),
        ("总结", DIGEST),
    ],
)
def test_a_copy_has_the_ending_of_its_file_where_that_is_a_short_word(tmp_path, text, name) -> None:
    assert evidence.copy_path(tmp_path, text, DIGEST) == tmp_path / name


@pytest.mark.parametrize(("most", "refused"), [(len(DATA), False), (len(DATA) - 1, True)])
def test_a_file_may_be_as_large_as_is_allowed(report, monkeypatch, most, refused) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", most)
    found = evidence.digests_of([{"evidence": str(report)}, {"note": "x"}, {"evidence": None}])
    assert isinstance(found[str(report)], BadInput) is refused
    assert refused or found == {str(report): DIGEST}


def test_a_file_that_is_too_large_is_named_with_its_size(report, monkeypatch) -> None:
    with report.open("r+b") as file:
        file.truncate((3 << 20) + 1)
    monkeypatch.setattr(evidence, "MOST_BYTES", 2 << 20)
    with pytest.raises(BadInput, match=r"has 3 MB, 2 are allowed"):
        evidence.opened(report)


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("材料/总结", True),
        (r"D:\材料\总结", True),
        ("总结.pdf", True),
        ("总结.7z", True),
        ("总结.x", False),
        ("验收记录", False),
        ("https://example.org/a.pdf", False),
        ("区府办/文〔2025〕1号", False),
        ("区府办/文〔2025〕", True),
    ],
)
def test_what_looks_like_a_path_and_was_not_read_is_named(text, looks) -> None:
    assert evidence.unread(text, None) == ([text] if looks else [])
    assert evidence.unread(text, DIGEST) == []


def test_each_line_of_evidence_has_the_digest_of_its_line(report, tmp_path) -> None:
    """Blank lines are none; a line that was no file has none, and neither has one beyond those that are stored."""
    text = f"文〔2025〕1号\n\n {report} \n没有的.pdf"
    found = evidence.digests_of([{"evidence": text}])
    assert found == {text: f"-\n{DIGEST}\n-"}
    stored = f"-\n{DIGEST}"
    states = [
        (piece.text, piece.digest, piece.state) for piece in evidence.pieces_of(task(text, stored), None)
    ]
    assert states == [
        ("文〔2025〕1号", None, "cited"), (str(report), DIGEST, "unchanged"), ("没有的.pdf", None, "named"),
    ]  # fmt: skip
    assert evidence.digests_of([{"evidence": "文〔2025〕1号"}]) == {"文〔2025〕1号": None}


def test_a_piece_is_compared_with_its_copy_and_its_file(report, tmp_path) -> None:
    store = tmp_path / "office" / "copies"

    def now():
        (piece,) = evidence.pieces_of(task(str(report), DIGEST), store)
        return piece.state, piece.path

    assert now() == ("unchanged", str(report))
    evidence.keep(str(report), DIGEST, store)
    (copy,) = store.iterdir()
    assert now() == ("kept", str(copy))
    other = copy.rename(copy.with_suffix(".docx"))  # of the same content, given by another name
    assert now() == ("kept", str(other))
    report.write_bytes(b"another")
    assert now() == ("changed", str(other))
    report.unlink()
    assert now() == ("kept", str(other))
    other.unlink()
    assert now() == ("missing", None)
    report.write_bytes(b"another")
    assert now() == ("changed", None)
    assert evidence.keep(str(report), DIGEST, store) == [str(report)], "it is not what was given"
    assert evidence.keep("没有的.pdf", None, store) == [] and not list(store.iterdir())


def test_the_copies_of_a_folder_are_copied_once_and_the_damaged_ones_named(report, tmp_path) -> None:
    store, target = tmp_path / "copies", tmp_path / "backup"
    assert evidence.copy_store(store, target) == (0, []) and evidence.damaged(store) == []
    evidence.keep(str(report), DIGEST, store, 0o640)
    (store / "notes.txt").write_text("no copy")
    forged = store / ("0" * 64)
    forged.write_text("forged")
    assert evidence.damaged(store) == [forged] and evidence.damaged(None) == []
    assert evidence.copy_store(store, target) == (1, [forged])
    (copied,) = target.iterdir()
    assert (copied.name, copied.read_bytes(), copied.stat().st_mode & 0o777) == (f"{DIGEST}.pdf", DATA, 0o640)
    before = copied.stat().st_ino
    assert evidence.copy_store(store, target) == (1, [forged]) and copied.stat().st_ino == before


def test_folders_that_an_office_names_are_the_only_ones(report, tmp_path) -> None:
    """Each of them may have files; without any, all but those of the system."""
    elsewhere = str(tmp_path / "elsewhere")
    for folders, taken in (
        ((), True),
        ([elsewhere], False),
        ([elsewhere, str(tmp_path)], True),
        (["/etc"], False),
    ):
        found = evidence.digests_of([{"evidence": str(report)}], folders)[str(report)]
        assert (found == DIGEST) is taken, folders
    assert isinstance(evidence.digests_of([{"evidence": "/etc/passwd"}])["/etc/passwd"], BadInput)
    assert isinstance(evidence.digests_of([{"evidence": "/etc/passwd"}], ["/etc"])["/etc/passwd"], str)
    assert "folder" in str(evidence.digests_of([{"evidence": str(tmp_path)}])[str(tmp_path)])
