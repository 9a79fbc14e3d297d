"""Ledger x plan -> changes, and the laws that hold between them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.core.model import DEFINED, RECORDS, Change, Department, Indicator, Milestone, Plan, PlanHead, Task
from qplan.plan.diff import diff, places

HEAD = PlanHead("p", "计划", begins="2021-01-01", ends="2025-12-31", office="a")
OFFICE = Department("a", "办公室", role="office", position=1)
GROUP = Task("T1", "group", "主要", "三(一)", position=1)
LEAF = Task(
    "T1.1", "task", "子", "三(一)1", parent="T1", position=2, lead="a", basis="proposed",
    deadline="2024-12-31", original_deadline="2024-12-31", deadline_basis="proposed",
)  # fmt: skip
STONE = Milestone("T1.1/m1", "T1.1", "试点", "2023-01-01", "2023-01-01", position=1)
FIGURE = Indicator("I1", "率", 1, target="98", tasks="T1.1", position=1)
PLAN = Plan(HEAD, (OFFICE,), (GROUP, LEAF), (STONE,), (FIGURE,))


def apply(held, changes):
    """What the ledger does with changes, as far as a diff can see."""
    held = {entity: dict(held.get(entity, {})) for entity in RECORDS}
    for change in changes:
        rows = held[change.entity]
        if change.kind.endswith(".define"):
            assert change.subject not in rows
            rows[change.subject] = RECORDS[change.entity](**change.after)
        else:
            row = rows[change.subject]
            assert change.before == {name: getattr(row, name) for name in change.after}
            rows[change.subject] = row._replace(**change.after)
    return held


def loaded(plan=PLAN):
    return apply({}, diff({}, plan))


def with_row(held, entity, **fields):
    id_, row = next((i, r) for i, r in held[entity].items() if getattr(r, "kind", "") != "group")
    held[entity][id_] = row._replace(**fields)
    return held


def with_leaf(**fields):
    return PLAN._replace(tasks=(GROUP, LEAF._replace(**fields)))


def test_first_load_defines_everything_in_order():
    changes = diff({}, PLAN)
    assert [(c.kind, c.subject) for c in changes] == [
        ("plan.define", "p"), ("department.define", "a"), ("task.define", "T1"), ("task.define", "T1.1"),
        ("milestone.define", "T1.1/m1"), ("indicator.define", "I1"),
    ]  # fmt: skip
    assert changes[2] == Change(
        "task.define",
        "T1",
        {},
        {"id": "T1", "kind": "group", "title": "主要", "clause": "三(一)", "position": 100},
    )
    assert changes[3].after["status"] == "assigned"
    assert changes[3].after["progress"] == 0
    assert "retired" not in changes[3].after


def test_second_load_changes_nothing():
    assert diff(loaded(), PLAN) == []


def test_amend_holds_the_changed_fields_only():
    assert diff(loaded(), with_leaf(title="新", deadline="2025-01-01", original_deadline="2025-01-01")) == [
        Change(
            "task.amend",
            "T1.1",
            {"title": "子", "deadline": "2024-12-31", "original_deadline": "2024-12-31"},
            {"title": "新", "deadline": "2025-01-01", "original_deadline": "2025-01-01"},
        )
    ]


def test_what_left_is_retired_and_comes_back():
    held = loaded()
    less = Plan(HEAD, (OFFICE,), (GROUP,), (), ())
    changes = diff(held, less)
    assert [(c.kind, c.subject) for c in changes] == [
        ("task.retire", "T1.1"), ("milestone.retire", "T1.1/m1"), ("indicator.retire", "I1"),
    ]  # fmt: skip
    assert changes[0].before == {"retired": 0}
    assert changes[0].after == {"retired": 1}
    held = apply(held, changes)
    assert diff(held, less) == []
    back = diff(held, PLAN)
    assert [(c.kind, c.before, c.after) for c in back] == [
        (f"{entity}.amend", {"retired": 1}, {"retired": 0}) for entity in ("task", "milestone", "indicator")
    ]
    assert diff(apply(held, back), PLAN) == []


def test_a_confirmed_deadline_stays():
    held = with_row(
        loaded(), "task", deadline="2026-01-31", original_deadline="2026-01-31", deadline_basis="confirmed"
    )
    assert diff(held, PLAN) == []


def test_a_goal_that_the_office_renamed_or_removed_stays():
    assert diff(with_row(loaded(), "milestone", title="另名", basis="confirmed"), PLAN) == []
    assert diff(with_row(loaded(), "milestone", retired=1, basis="confirmed"), PLAN) == []
    (change,) = diff(with_row(loaded(), "milestone", title="另名"), PLAN)
    assert change.kind == "milestone.amend"


def test_a_confirmed_assignment_stays():
    held = with_row(loaded(), "task", lead="b", support="c", basis="confirmed")
    assert diff(held, with_leaf(lead="d", support="e", basis="plan")) == []
    assert diff(held, with_leaf(summary="x"))[0].after == {"summary": "x"}


def test_a_granted_extension_stays_and_the_original_is_amended():
    held = with_row(loaded(), "task", deadline="2025-06-30", extensions=1)
    assert diff(held, PLAN) == []
    (change,) = diff(held, with_leaf(deadline="2025-01-01", original_deadline="2025-01-01"))
    assert change.after == {"original_deadline": "2025-01-01"}


def test_a_moved_milestone_stays():
    held = with_row(loaded(), "milestone", due="2023-06-01")
    assert diff(held, PLAN) == []
    (change,) = diff(
        held, PLAN._replace(milestones=(STONE._replace(due="2023-02-01", original_due="2023-02-01"),))
    )
    assert change.after == {"original_due": "2023-02-01"}


def test_an_assigned_target_stays():
    held = with_row(loaded(), "indicator", target="99", unit="%", target_document="市函1号")
    assert diff(held, PLAN) == []
    (change,) = diff(held, PLAN._replace(indicators=(FIGURE._replace(target="1", name="新", operator="="),)))
    assert change.after == {"name": "新"}


def test_status_and_reports_are_never_touched():
    held = with_row(loaded(), "task", status="closed", progress=100, note="好", version=7)
    assert diff(held, PLAN) == []
    (change,) = diff(held, with_leaf(title="新"))
    assert change.after == {"title": "新"}


def test_a_heading_that_becomes_a_task_begins_its_life():
    held = loaded()
    plan = PLAN._replace(tasks=(GROUP._replace(kind="task", lead="a"), LEAF))
    (change,) = diff(held, plan)
    assert change.after == {"kind": "task", "lead": "a", "status": "assigned", "progress": 0}
    held = apply(held, [change])
    assert diff(held, plan) == []
    (back,) = diff(held, PLAN)
    assert "status" not in back.after


def test_head_is_amended():
    (change,) = diff(loaded(), PLAN._replace(head=HEAD._replace(rules='{"stale_days":9}')))
    assert change == Change("plan.amend", "p", {"rules": "{}"}, {"rules": '{"stale_days":9}'})


def test_values_are_plain():
    for change in diff({}, PLAN):
        assert all(value is None or type(value) in (str, int) for value in change.after.values())
        assert set(change.after) <= {*DEFINED[change.entity], "status", "progress"}


TEXT = st.sampled_from(["", "a", "b", "中"])
MAYBE = st.one_of(st.none(), TEXT)
DAY = st.sampled_from(["2023-01-01", "2024-01-01", "2025-01-01"])
IDS = st.lists(st.sampled_from(["T1", "T2", "T3", "T4"]), unique=True, max_size=4)


@st.composite
def plans(draw):
    tasks, stones = [], []
    for n, id_ in enumerate(draw(IDS), 1):
        day = draw(DAY)
        tasks.append(
            Task(
                id_, draw(st.sampled_from(["group", "task"])), draw(TEXT), draw(TEXT), summary=draw(MAYBE), position=n,
                lead=draw(MAYBE), basis=draw(st.sampled_from(["plan", "proposed"])), deadline=day, original_deadline=day,
            )
        )  # fmt: skip
        if draw(st.booleans()):
            due = draw(DAY)
            stones.append(Milestone(f"{id_}/m1", id_, draw(TEXT), due, due))
    figures = [Indicator(f"I{n}", draw(TEXT), target=draw(MAYBE)) for n in range(draw(st.integers(0, 2)))]
    head = HEAD._replace(title=draw(TEXT), region=draw(MAYBE))
    return Plan(head, (OFFICE._replace(name=draw(TEXT)),), tuple(tasks), tuple(stones), tuple(figures))


ACTS = st.lists(
    st.tuples(st.sampled_from(["confirm", "extend", "report", "target", "move"]), st.integers(0, 3)),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(st.tuples(plans(), ACTS), min_size=1, max_size=5))
def test_after_a_load_nothing_is_left_to_load(steps):
    held = {}
    for plan, acts in steps:
        before = dict(held.get("task", {}))
        held = apply(held, diff(held, plan))
        assert diff(held, plan) == []
        for id_, row in before.items():  # what actions own has not moved
            now = held["task"][id_]
            if row.status is not None:
                assert now[Task._fields.index("leader") :] == row[Task._fields.index("leader") :]
            if row.basis == "confirmed":
                assert (now.lead, now.support, now.basis) == (row.lead, row.support, row.basis)
            if row.extensions:
                assert now.deadline == row.deadline
        for act, n in acts:
            tasks = [id_ for id_, row in held["task"].items() if row.status]
            if act == "target" and held["indicator"]:
                held["indicator"]["I0"] = held["indicator"]["I0"]._replace(target="7", target_document="d")
            elif act == "move" and held["milestone"]:
                id_ = sorted(held["milestone"])[0]
                held["milestone"][id_] = held["milestone"][id_]._replace(due="2025-12-01")
            elif tasks:
                id_ = tasks[n % len(tasks)]
                held["task"][id_] = held["task"][id_]._replace(
                    **{
                        "confirm": {"basis": "confirmed", "lead": "z"},
                        "extend": {"deadline": "2025-11-11", "extensions": 1},
                    }.get(act, {"status": "active", "progress": 40, "note": "n"})
                )


def test_a_hundred_thousand_unchanged_rows_change_nothing():
    tasks = tuple(LEAF._replace(id=f"T{n}", position=n) for n in range(100_000))
    held = {
        "plan": {"p": HEAD},
        "task": {t.id: t._replace(title="子".join(["", ""]), version=3) for t in tasks},
    }
    assert diff(held, Plan(HEAD, (), tasks, (), ())) == []


def _titled(*ids):
    return [LEAF._replace(id=id_, position=number) for number, id_ in enumerate(ids, 1)]


def _placed(rows, records):
    return [record._replace(position=at) for record, at in zip(records, places(rows, records), strict=True)]


def _held(records):
    return {record.id: record for record in _placed({}, records)}


def _order(rows, *ids):
    return [(record.id, record.position) for record in _placed(rows, _titled(*ids))]


def test_a_task_put_in_between_moves_no_other():
    rows = _held(_titled("T1", "T2", "T3"))
    assert [row.position for row in rows.values()] == [100, 200, 300]
    assert _order(rows, "T1", "T1a", "T2", "T3", "T4") == [
        ("T1", 100), ("T1a", 150), ("T2", 200), ("T3", 300), ("T4", 400),
    ]  # fmt: skip


def test_a_moved_task_is_the_only_one_that_moves():
    rows = _held(_titled("T1", "T2", "T3", "T4"))
    moved = [id_ for id_, place in _order(rows, "T1", "T4", "T2", "T3") if place != rows[id_].position]
    assert moved == ["T4"]


def test_without_room_everything_is_numbered_anew():
    rows = {f"T{n}": LEAF._replace(id=f"T{n}", position=n) for n in (1, 2)}
    assert _order(rows, "T1", "T1a", "T2") == [("T1", 100), ("T1a", 200), ("T2", 300)]


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_places_always_follow_the_plan(before, after):
    rows = _held(_titled(*map(str, before)))
    found = [place for _id, place in _order(rows, *map(str, after))]
    assert found == sorted(set(found))
    again = {record.id: record for record in _placed(rows, _titled(*map(str, after)))}
    assert [place for _id, place in _order(again, *map(str, after))] == found


def test_the_first_place_of_all_is_left_out_like_every_default():
    """What a definition does not say is the record's default: the same plan gives the same bytes."""
    rows = {"T2": LEAF._replace(id="T2", position=1)}
    held = {"plan": {HEAD.id: HEAD}, "task": rows}
    (change,) = diff(held, Plan(HEAD, (), tuple(_titled("T1", "T2")), (), ()))
    assert change.subject == "T1"
    assert "position" not in change.after
