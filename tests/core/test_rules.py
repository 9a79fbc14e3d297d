"""The rules that hold where a plan says nothing, as docs/plan-format.md and data/rules.yaml give them."""

from __future__ import annotations

from qplan.core.rules import Rules


def test_a_plan_without_rules_has_the_documented_ones() -> None:
    rules = Rules.parse("{}")._asdict()
    scoring, levels = rules.pop("scoring"), rules.pop("urging")
    assert rules == {
        "due_soon_days": 30, "short_task_days": 60, "short_due_soon_workdays": 5, "yellow_behind": 10,
        "red_behind": 30, "milestone_missed": "yellow", "red_once_stays_yellow": False, "stale_days": 30,
        "schedule_starts": "issued", "rest_day_deadline": "fixed", "dispute_workdays": 3,
        "immediate_days": 30,
        "one_person_office": False, "backdate_days": None, "reporting": None, "working_days": "china", "holidays": (), "workdays": (),
        "views": (),
    }, "a rule: core/rules.py, its key in plan/rules_models.py, and its default here"  # fmt: skip
    assert scoring._asdict() == {
        "closed_in_time": 100, "closed_late": 70, "open_in_time": 100, "overdue": 40, "off_stale": 10,
        "off_unanswered": 10, "off_reported_late": 0, "off_reported_empty": 0, "off_not_reported": 0,
    }  # fmt: skip
    assert [tuple(level) for level in levels] == [
        ("reminder", "提醒", 1, 0, 5),
        ("urge", "催办", 8, 7, 5),
        ("notice", "督办通知单", 15, 7, 3),
        ("interview", "约谈", 30, 14, 3),
    ]


def test_a_plan_changes_only_the_rules_that_it_gives() -> None:
    rules = Rules.parse('{"lights": {"red_behind": 20}, "stale_days": 14, "scoring": {"overdue": 0}}')
    assert (rules.red_behind, rules.stale_days, rules.scoring.overdue) == (20, 14, 0)
    assert rules._replace(red_behind=30, stale_days=30, scoring=Rules().scoring) == Rules()
    assert rules.scoring._replace(overdue=40) == Rules().scoring


def test_a_duty_to_report_keeps_what_it_does_not_give() -> None:
    duty = Rules.parse(
        '{"reporting": {"every": "month", "due": 28, "empty": {"phrases": ["一切照旧"]}}}'
    ).reporting
    assert duty is not None
    assert (duty.every, duty.due, duty.time, duty.late_days) == ("month", 28, None, 3)
    assert (duty.empty.phrases, duty.empty.min_characters, duty.empty.needs_figure) == (
        ("一切照旧",),
        10,
        False,
    )
