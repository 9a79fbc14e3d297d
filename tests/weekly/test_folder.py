"""The week's folder: every format or none, never an older list over a newer one."""

from __future__ import annotations

import json
import zipfile

import pytest

from qplan.cli.folder import recorded

NAMES = {f"weekly-2026-W06.{suffix}" for suffix in ("docx", "xlsx", "html", "json", "ics")}


def test_a_folder_gets_every_format_and_each_knows_its_entry(folder):
    assert {path.name for path in folder.iterdir()} == NAMES
    told = json.loads((folder / "weekly-2026-W06.json").read_text(encoding="utf-8"))
    expected = (told["ledger"]["id"], told["ledger"]["seq"], told["as_of"])
    assert {path.name: recorded(path.read_bytes()) for path in folder.iterdir()} == dict.fromkeys(
        NAMES, expected
    )


def test_a_second_run_changes_nothing_and_says_so(qplan, folder):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    code, out, err = qplan("weekly", "--week", "2026-W06", "--out", folder)
    assert (code, out) == (0, "") and err.count("内容相同") == 5
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_a_later_list_replaces_an_earlier_one_and_never_the_other_way(qplan, tmp_path):
    into = tmp_path / "w"
    early = ("weekly", "--week", "2026-W06", "--at-seq", "1300", "--out", f"{into}/")
    assert qplan(*early)[0] == 0
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", into)
    assert code == 0 and err.count("已替换较早的清单") == 5
    before = {path: path.read_bytes() for path in into.iterdir()}
    code, _out, err = qplan(*early)
    assert code == 1 and "1300" in err
    assert {path: path.read_bytes() for path in into.iterdir()} == before


def test_other_wording_of_the_same_entry_is_told(qplan, folder, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "notice.txt").write_text("# 另一种措辞", encoding="utf-8")
    monkeypatch.setenv("QPLAN_TEMPLATES", str(own))
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", folder)
    assert code == 0 and err.count("措辞或版式不同") == 1 and err.count("内容相同") == 4


@pytest.mark.parametrize("suffix", ["docx", "json", "html"])
def test_what_is_not_ours_is_left_alone(qplan, tmp_path, suffix):
    into = tmp_path / "w"
    into.mkdir()
    foreign = into / f"weekly-2026-W06.{suffix}"
    if suffix == "docx":
        with zipfile.ZipFile(foreign, "w") as archive:
            archive.writestr("docProps/core.xml", "<x/>")
    else:
        foreign.write_text('{"ledger": 3}', encoding="utf-8")
    before = foreign.read_bytes()
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", into)
    assert code == 1 and foreign.name in err
    assert foreign.read_bytes() == before and list(into.iterdir()) == [foreign]


def test_another_ledger_is_refused(qplan, folder, tmp_path):
    other = tmp_path / "other.db"
    assert qplan("load", "--ledger", other)[0] == 0
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--ledger", other, "--out", folder)
    assert code == 1 and "另一本台账" in err


def test_a_failure_leaves_no_half_folder(qplan, tmp_path, monkeypatch):
    import os

    from qplan.cli import folder as module

    calls, before = [], sorted(os.listdir(tmp_path))

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--out", f"{tmp_path}/w/")
    assert code == 1
    assert "没有空间了" in err or "no room left" in err
    assert sorted(os.listdir(tmp_path)) == before


def test_each_department_gets_its_own_list(qplan, tmp_path):
    into = tmp_path / "d"
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--per-dept", into, "--format", "json")
    assert code == 0, err
    whole = json.loads(qplan("weekly", "--week", "2026-W06", "--format", "json")[1])
    lists = {
        path.stem.rpartition("-")[2]: json.loads(path.read_text(encoding="utf-8"))
        for path in into.glob("*/*.json")
    }
    assert (into / "区经济信息化和科技局" / "weekly-2026-W06-jxkj.json").exists(), "folders carry full names"
    assert {dept: told["totals"]["total"] for dept, told in lists.items()} == {
        d["id"]: d["total"] for d in whole["by_dept"]
    }
    assert sum(len(told["overdue"]) for told in lists.values()) == len(whole["overdue"])
    for place in range(26):
        assert (
            sum(told["trend"][place]["overdue"] for told in lists.values())
            == whole["trend"][place]["overdue"]
        )


def test_the_departments_folders_are_in_that_of_the_whole_list(qplan, tmp_path):
    into = tmp_path / "周报"
    assert (
        qplan("weekly", "--week", "2026-W06", "--out", f"{into}/", "--per-dept", "--format", "json")[0] == 0
    )
    assert (into / "weekly-2026-W06.json").exists()
    assert (into / "区卫生健康局" / "weekly-2026-W06-wjj.json").exists()
    code, _out, err = qplan("weekly", "--week", "2026-W06", "--per-dept")
    assert code == 2 and "--per-dept" in err


def test_a_departments_list_is_narrowed_in_every_part(qplan, tmp_path):
    code, out, err = qplan("weekly", "--week", "2026-W06", "--dept", "jxkj", "--format", "json")
    told = json.loads(out)
    assert code == 0, err
    assert {item["lead"] for key in ("overdue", "stale", "closed") for item in told[key]} <= {"jxkj"}
    assert [d["id"] for d in told["by_dept"]] == ["jxkj"] and told["dept"] == "jxkj"
