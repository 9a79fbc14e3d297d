"""``load`` without a path, and what is left of a task that has left the plan."""

import shutil

import pytest

from qplan.plan import bundled

GONE = "C9.3"


@pytest.fixture
def edited(qplan, tmp_path, monkeypatch):
    """A copy of the bundled plan that a ledger was loaded from, with another title for a task."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "plan"
    shutil.copytree(bundled.folder(), folder)
    change(folder, "完善三级机构、四级监管网络", "完善监管网络")
    assert qplan("load", folder).code == 0
    return folder


def change(folder, old, new):
    (path,) = (folder / "columns").glob("09*.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def remove(folder):
    (path,) = (folder / "columns").glob("09*.yaml")
    text = path.read_text(encoding="utf-8")
    start, end = text.index(f"    - id: {GONE}"), text.index("    - id: C9.4")
    path.write_text(text[:start] + text[end:], encoding="utf-8")


def title(qplan):
    return qplan("show", GONE, "--format", "json").json["item"]["title"]


def test_load_without_a_path_reads_the_plan_again_that_the_ledger_was_loaded_from(qplan, edited):
    answer = qplan("load")
    assert answer.code == 0 and "nothing has changed" in answer.out and str(edited) in answer.err
    change(edited, "完善监管网络", "织密监管网络")
    assert qplan("load").code == 0 and title(qplan) == "织密监管网络"


def test_it_does_not_replace_it_by_the_bundled_plan(qplan, edited, tmp_path):
    (tmp_path / "data" / "qplan" / "plans.json").unlink()
    answer = qplan("load")
    assert answer.code == 2 and "bundled" in answer.err and "--yes" in answer.err
    assert title(qplan) == "完善监管网络"


def test_a_plan_that_is_gone_is_named(qplan, edited, tmp_path):
    edited.rename(tmp_path / "elsewhere")
    answer = qplan("load")
    assert answer.code == 2 and str(edited) in answer.err
    assert qplan("load", tmp_path / "elsewhere").code == 0
    assert qplan("load").code == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', "[" * 100_000])
def test_what_is_kept_may_be_damaged(qplan, edited, tmp_path, text):
    (tmp_path / "data" / "qplan" / "plans.json").write_text(text)
    assert qplan("load", edited).code == 0 and qplan("load").code == 0


def test_a_dry_run_keeps_nothing(qplan, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert qplan("load", bundled.folder(), "--dry-run").code == 0
    assert not (tmp_path / "data").exists()


class TestATaskThatLeftThePlan:
    @pytest.fixture
    def gone(self, qplan, edited):
        assert qplan("report", GONE, "--progress", "20", "--note", "做了").code == 0
        assert qplan("milestone", "done", f"{GONE}/m1").code == 0
        remove(edited)
        assert qplan("load", "--yes").code == 0
        return qplan

    def test_it_looks_so_when_shown(self, gone):
        page = gone("show", GONE).out
        assert "left the plan" in page and "overdue" not in page
        shown = gone("show", GONE, "--format", "json").json["item"]
        assert (shown["retired"], shown["light"], shown["overdue_days"]) == (True, "grey", 0)

    def test_it_looks_so_in_lists_of_everything(self, gone):
        (line,) = (line for line in gone("tasks", "--all").out.splitlines() if line.startswith(GONE))
        assert "left the plan" in line and "grey" in line and "red" not in line
        assert "已移出规划" in gone("tasks", "--all", "--lang", "zh").out
        assert GONE not in gone("tasks").out

    def test_its_log_is_complete(self, gone):
        kinds = [line["kind"] for line in gone("log", GONE, "--format", "json").json["items"]]
        assert {"milestone.done", "milestone.retire", "task.retire"} <= set(kinds)
        events = gone("show", GONE, "--format", "json").json["item"]["events"]
        assert [event["kind"] for event in events] == kinds

    def test_a_list_with_it_is_read_back(self, gone, tmp_path):
        path = tmp_path / "all.csv"
        assert gone("tasks", "--all", "--out", path).code == 0
        text = path.read_text(encoding="utf-8-sig").replace("C9.4", "C9.4")
        path.write_text(text, encoding="utf-8")
        answer = gone("update", "--from", path, "--dry-run")
        assert "no status" not in answer.err and "left the plan" not in answer.err
