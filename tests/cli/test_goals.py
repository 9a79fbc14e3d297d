"""Staged goals, figures and targets through the program."""

from __future__ import annotations

import pytest

from cli.cycle import ID, LEAD, OFFICE, item, ok
from qplan.cli.app import COMMANDS


@pytest.fixture
def ledger(in_march):
    """The program on a copy of the loaded plan, nothing accepted yet."""
    return in_march


def test_milestones_are_added_done_moved_and_turn_the_light(ledger) -> None:
    ok(ledger("accept", ID, *LEAD, "--progress", "70"))  # a linear schedule expects 69 % on this day
    for mark in [m for m in item(ledger)["milestones"] if m["missed"]]:
        ok(ledger("milestone", "done", mark["id"], *LEAD))
    assert item(ledger)["light"] == "green"
    ok(ledger("milestone", "add", ID, *OFFICE, "--title", "方案印发", "--due", "2025-03-02"))
    shown = item(ledger)
    assert (shown["light"], f"{ID}/a1" in [m["id"] for m in shown["milestones"]]) == ("yellow", True)
    assert "milestones missed: 1" in shown["light_reason"]
    missed = ledger("milestones", "--missed", "--dept", "jxkj", "--format", "json").json["items"]
    assert f"{ID}/a1" in [m["id"] for m in missed]
    ok(ledger("milestone", "move", f"{ID.lower()}/a1", "--to", "2025-03-20", "--reason", "会期推迟", *OFFICE))
    near = ledger("milestones", "--due-within", "30", "--dept", "经信", "--format", "json").json["items"]
    assert [(m["id"], m["original_due"], m["missed"]) for m in near] == [(f"{ID}/a1", "2025-03-02", False)]
    ok(ledger("milestone", "done", f"{ID}/a1", *LEAD, "--note", "已印发"))
    assert item(ledger)["light"] == "green"
    assert "done" in ledger("milestones", "--dept", "jxkj").out
    assert ledger("milestones", "--missed", "--as-of", "2025-03-03", "--dept", "slj").code == 0


def test_milestones_that_people_added_survive_a_load(ledger) -> None:
    ok(ledger("milestone", "add", ID, "--title", "方案印发", "--due", "2025-06-30"))
    ok(ledger("load", "--yes"))
    assert f"{ID}/a1" in [m["id"] for m in item(ledger)["milestones"]]


def test_figures_and_targets(ledger) -> None:
    ok(
        ledger(
            "measure",
            "i3",
            "--year",
            "2024",
            "--value",
            "96.2",
            "--source",
            "年度监督抽查",
            "--on",
            "2025-01-20",
        )
    )
    shown = item(ledger, "I3")
    assert shown["actuals"] == [
        {"year": 2024, "period": "2024", "value": "96.2", "source": "年度监督抽查", "on": "2025-01-20"}
    ]
    assert (shown["attainment"], shown["light"]) == ("101.3", "green")
    ok(ledger("measure", "I3", "--year", "2024", "--value", "93.0", "--source", "复核"))
    assert [e["kind"] for e in item(ledger, "I3")["events"]][-2:] == ["actual.measure", "actual.correct"]
    assert item(ledger, "I3", "--as-of", "2025-02-01")["actuals"][0]["value"] == "96.2"
    waiting = item(ledger, "I9")
    assert (waiting["target_status"], waiting["light"], waiting["nature"]) == (
        "to_be_assigned",
        "waiting",
        "binding",
    )
    ok(
        ledger(
            "target",
            "I9",
            "--value",
            "318",
            "--unit",
            "天",
            "--operator",
            ">=",
            "--document",
            "绵环委〔2025〕3号",
        )
    )
    ok(ledger("measure", "I9", "--year", "2024", "--value", "310", "--source", "环境公报"))
    shown = item(ledger, "I9")
    assert (shown["target"], shown["unit"], shown["light"], shown["attainment"]) == (
        "318",
        "天",
        "red",
        "97.5",
    )
    ok(ledger("load", "--yes"))
    assert item(ledger, "I9")["target"] == "318"
    page = ledger("indicators", "--core", "--dept", "sthj", "--year", "2024").out
    assert "310天 (2024)" in page and "环境公报" in page
    assert (
        ledger("measure", "I3", "--year", "2024", "--value", "1", "--source", "x", "--actor", "a@slj").code
        == 1
    )


def test_figures_of_months_and_quarters_stand_beside_those_of_years(ledger) -> None:
    def figure(period: str, value: str, option: str = "--period") -> list[str]:
        return ["measure", "I3", option, period, "--value", value, "--source", "季报"]

    for period, value in (("2024-06", "91"), ("2024-Q3", "93"), ("2024年4月", "90")):
        ok(ledger(*figure(period, value)))
    shown = item(ledger, "I3")
    assert [(one["period"], one["value"]) for one in shown["actuals"]] == [
        ("2024-04", "90"), ("2024-06", "91"), ("2024-Q3", "93"),
    ]  # fmt: skip
    assert shown["attainment"] == "97.9"
    assert "93% (2024 Q3)" in ledger("indicators", "--core").out
    ok(ledger(*figure("2024", "96.2", "--year")))
    assert item(ledger, "I3")["attainment"] == "101.3"
    assert "2024-06" in ledger("show", "I3").out
    for wrong in (
        figure("2999-01", "1"),
        figure("六月底前后", "1"),
        [*figure("2024", "1"), "--year", "2024"],
    ):
        assert ledger(*wrong).code == 2
    assert ledger("measure", "I3", "--value", "1", "--source", "x").code == 2
    ok(ledger("undo", "--yes"))
    assert item(ledger, "I3")["attainment"] == "97.9"


def test_indicators_hang_on_their_tasks(ledger) -> None:
    shown = item(ledger, "C1.3")["indicators"]
    firms = next(i for i in shown if i["name"].startswith("高新技术企业"))
    assert (firms["baseline"], firms["target"]) == ("51", "200")
    ok(ledger("measure", firms["id"], "--year", "2023", "--value", "120", "--source", "科技统计"))
    assert "120" in ledger("show", "C1.3").out


def test_a_figure_can_be_undone_and_reported_again(ledger) -> None:
    if "undo" not in COMMANDS:
        pytest.skip("undo has no command yet")
    ok(ledger("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "年度监督抽查"))
    ok(ledger("undo", "--yes"))
    assert item(ledger, "I3")["actuals"] == []
    ok(ledger("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "年度监督抽查"))
    assert item(ledger, "I3")["actuals"][0]["value"] == "96.2"


def test_milestones_are_renamed_and_removed_and_a_load_leaves_them_so(ledger) -> None:
    first, second = (goal["id"] for goal in item(ledger)["milestones"][:2])
    ok(ledger("milestone", "rename", first, "--title", "改后的目标", *OFFICE))
    ok(ledger("milestone", "remove", second, "--reason", "并入总结", *OFFICE))
    ok(ledger("load", *OFFICE))
    titles = {goal["id"]: goal["title"] for goal in item(ledger)["milestones"]}
    assert titles[first] == "改后的目标" and second not in titles
    assert ledger("milestone", "rename", first, second, "--title", "x", *OFFICE).code == 2
    assert ledger("milestone", "remove", first, *OFFICE).code == 2
    assert ledger("milestone", "done", second, *OFFICE).code == 1
    ok(ledger("undo", "--yes", *OFFICE))
    assert second in {goal["id"] for goal in item(ledger)["milestones"]}
