"""Chinese texts use the terms that an official uses, one for one thing."""

import re
from pathlib import Path

import pytest

import qplan
from qplan import i18n
from qplan.cli import options
from qplan.core import workflow
from qplan.core.model import ACTIVE, ASSIGNED, CLOSED, SUBMITTED, Task
from qplan.core.workflow import parse_status
from qplan.errors import BadInput
from qplan.views import words

ROOT = Path(__file__).parents[2]

#: What a Chinese text may not have -> what it has instead.
FORBIDDEN = {
    "节点": "阶段目标",
    "完成期限": "完成时限",
    "限期回复": "回复时限",
    "回复期限": "回复时限",
    "答复期限": "回复时限",
    "答复": "回复",
    "长期未更新": "长期未反馈",
    "久未更新": "长期未反馈",
    "临近期限": "临近到期",
    "停用 {": "移出",
    "将予停用": "将移出规划",
    "多出了": "不认识的参数",
    "没有可显示的内容。": "无",
    "联系方式": "联系人及电话",
    "代报单位": "代……填报",
    "含受阻": "办理中、受阻各自计数",
    "请写作 2025-W": "如 2026-W48、48、本周或其中任一日期",
}
CHINESE = "[一-鿿]"
#: A half-width mark beside a Chinese character; colons of addresses and options do not stand beside one.
HALF_WIDTH = re.compile(rf"{CHINESE} ?[,;!?](?![a-z0-9\"'])|{CHINESE}\([^)]*{CHINESE}|[,;:!?] ?{CHINESE}")
#: Words for what people write, which Chinese help has in Chinese.
PLACEHOLDER = re.compile(
    r"(?<![A-Za-z_./-])(ID|DEPT|DATE|DAYS|TEXT|NAME|YEAR|FILE|DIR|FOLDER|NUMBER|COMMAND)(?![A-Za-z_-])"
)


@pytest.fixture(scope="module")
def texts():
    babel = pytest.importorskip("babel.messages.pofile", reason="Babel is needed to develop only")
    path = Path(qplan.__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "qplan.po"
    with path.open("rb") as file:
        return [str(message.string) for message in babel.read_po(file) if message.id]


def test_no_text_has_another_term_for_one_thing(texts):
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "data" / "templates").iterdir()]
    found = [(word, text) for text in [*texts, *templates] for word in FORBIDDEN if word in text]
    assert found == []


@pytest.mark.parametrize(
    "path",
    [
        *sorted(ROOT.glob("docs/*.zh-CN.md")),
        ROOT / "README.zh-CN.md",
        ROOT / "data" / "rules.yaml",
        ROOT / "tests" / "scenario" / "golden" / "answers.zh.txt",
    ],
    ids=lambda path: path.name,
)
def test_pages_and_answers_use_the_same_terms(path):
    text = path.read_text(encoding="utf-8")
    assert [word for word in FORBIDDEN if word in text] == []


def test_marks_are_full_width(texts):
    found = [
        text
        for text in texts
        if HALF_WIDTH.search(re.sub(r"`[^`]*`|“!”|postgresql:\S+|\[views[^\]]*\]", "", text))
    ]
    assert found == []


def test_what_people_write_is_named_in_chinese(texts):
    found = [text for text in texts if PLACEHOLDER.search(re.sub(r"`[^`]*`", "", text))]
    assert found == []


def test_metavars_are_in_the_language_in_use():
    i18n.use("zh")
    assert options.metavar("NAME[@DEPT]") == "名称[@单位]"
    assert options.metavar("[DAYS]") == "[天数]" and options.metavar("ID...") == "编号..."
    assert options.metavar("deadline|original") == "deadline|original"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("进行中", ACTIVE),
        ("在办", ACTIVE),
        (" 办理中 ", ACTIVE),
        ("已销号", CLOSED),
        ("销号", CLOSED),
        ("ACTIVE", ACTIVE),
    ],
)
def test_what_people_call_a_status_is_understood_where_it_is_clear(typed, meant):
    assert parse_status(typed) == meant


@pytest.mark.parametrize("typed", ["已完成", "完成", "办结"])
def test_the_candidates_are_named_where_it_is_not(typed):
    i18n.use("zh")
    with pytest.raises(BadInput) as refused:
        parse_status(typed)
    assert f"“{typed}”可能指：{SUBMITTED} 待审核、{CLOSED} 已销号" in str(refused.value)


def test_overdue_is_no_status():
    i18n.use("zh")
    with pytest.raises(BadInput, match="--overdue"):
        parse_status("逾期")


def test_a_supporting_department_is_told_when_its_turn_comes():
    i18n.use("zh")
    task = Task("T1", "task", "x", "1", lead="a", support="b", status=ASSIGNED)
    assert workflow.legal_actions(task, workflow.SUPPORT) == "待牵头单位签收后，可反馈配合情况。"


def test_each_value_has_its_words():
    i18n.use("zh")
    names = {"nync": "区农业农村局"}.get
    changed = words.change_words(
        "task.amend", {"deadline_basis": "proposed"}, {"deadline_basis": "plan"}, {}, names
    )
    assert changed == ["期限依据：拟定 → 规划原文"]
    assert words.change_words("task.retire", {"retired": 0}, {"retired": 1}, {}, names) == ["已移出规划"]
    reported = words.change_words("task.accept", {}, {}, {"on_behalf_of": "nync"}, names)
    assert reported == ["代区农业农村局填报"]
