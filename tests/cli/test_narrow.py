"""Lists on a terminal of 80 columns keep what they are about, and look alike from group to group."""

from datetime import date

import pytest

from qplan import i18n
from qplan.core.model import TaskFilter
from qplan.ledger.store import Ledger
from qplan.render import Options, chunks
from qplan.service import queries
from qplan.service.queries import BY_RULES, TaskQuery
from qplan.views import lists

DAY = date(2026, 12, 31)


@pytest.fixture
def page(qplan, ledger):
    """Return the lines of a list on a terminal of so many columns."""
    assert qplan("accept", "C4.1").code == 0
    assert qplan("block", "C4.1", "--difficulty", "缺少经费", "--needs", "请财政落实").code == 0

    def lines(query, width=80, language="zh", **more):
        i18n.use(language)
        with Ledger.open(str(ledger)) as opened, queries.snapshot(opened, DAY) as snapshot:
            listed = queries.tasks(snapshot, query)
            view = lists.tasks(snapshot, listed, len(listed), point=lists.point_of(query), **more)
            text = "".join(chunks(view, "table", Options(terminal=True, width=width, draw=True)))
        return text.splitlines()

    yield lines
    i18n.use("en")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("query", "key"),
    [
        (TaskQuery(stale=0), "last update"),
        (TaskQuery(stale=BY_RULES), None),
        (TaskQuery(TaskFilter(lead_or_support="scjg")), "support"),
        (TaskQuery(TaskFilter(status="blocked")), "difficulty"),
        (TaskQuery(TaskFilter(status=("blocked",))), "difficulty"),
    ],
)
def test_a_list_keeps_the_column_that_it_is_about(page, query, key, language):
    head = next((line for line in page(query, language=language) if "进度" in line or "progress" in line), "")
    heading = {"last update": "最近更新", "support": "配合单位", "difficulty": "存在困难"}
    if key is not None:
        wanted = key.split()[-1] if language == "en" else heading[key]
        assert wanted in head or wanted in "".join(page(query, language=language)[:6])


def test_the_reason_of_what_is_blocked_is_in_every_format(qplan, page):
    assert "缺少经费" in "\n".join(page(TaskQuery(TaskFilter(status="blocked"))))
    assert "缺少经费" in qplan("tasks", "--status", "blocked").out
    assert "缺少经费" in qplan("tasks", "--status", "受阻", "--format", "csv").out
    assert "difficulty" not in qplan("tasks", "--format", "csv").out


def test_groups_have_the_same_columns_of_the_same_width(page):
    heads = {line for line in page(TaskQuery(), by_lead=True) if line.startswith("编号")}
    assert len(heads) == 1
    notes = [line for line in page(TaskQuery(), by_lead=True) if "因宽度所限" in line]
    assert len(notes) == 1


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(page, width):
    from qplan.render.text import cell_width

    for query in (TaskQuery(), TaskQuery(stale=0), TaskQuery(TaskFilter(status="blocked"))):
        assert max(map(cell_width, page(query, width))) <= width


def test_departments_have_short_names_where_the_table_is_wider_than_the_terminal(page):
    query = TaskQuery(TaskFilter(lead=("jxkj", "rsj")))
    narrow, wide = ("\n".join(page(query, width=width)) for width in (80, 200))
    assert "经信局" in narrow and "区经济信息化和科技局" not in narrow
    assert "区经济信息化和科技局" in wide and "经信局" not in wide
    grouped = "\n".join(page(query, by_lead=True))
    assert "区经济信息化和科技局" in grouped, "a title has the official name"
