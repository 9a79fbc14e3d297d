"""Letters to departments: what ``urge --out`` and ``notice --out`` write, and what they never write over."""

import email
import email.policy
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

docx = pytest.importorskip("docx", reason="python-docx is in the office extra")
pytest.importorskip("jinja2", reason="Jinja2 is in the office extra")

TASKS = ("C1.4", "C2.2", "T2.1.1")  # of 区经济信息化和科技局
OTHER = "C3.5"  # of 区农业农村局
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def late(ledger, qplan):
    """The plan on Tuesday 2026-01-06, a few tasks accepted and overdue."""
    assert qplan("accept", *TASKS, OTHER, "--on", "2025-03-03", "--yes").code == 0
    qplan.at(datetime(2026, 1, 6, 1, 0, tzinfo=UTC))
    return qplan


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def text_of(path):
    document = docx.Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([line.text for line in document.paragraphs] + cells)


def test_an_urge_writes_a_paper_a_text_and_a_mail_for_each_department(late, tmp_path) -> None:
    out = tmp_path / "letters"
    answer = late("urge", *TASKS, OTHER, "--answer-by", "2026-01-19", "--yes", "--out", out, "-f", "json")
    assert answer.code == 0, answer.err
    numbers = {item["subject"]: item["seq"] for item in answer.json["items"]}
    first = f"区经济信息化和科技局-工作提醒单-2026-01-06-{numbers['T2.1.1']}"
    second = f"区农业农村局-工作提醒单-2026-01-06-{numbers[OTHER]}"
    assert files(out) == sorted(name + end for name in (first, second) for end in (".docx", ".eml", ".txt"))

    paper = text_of(out / f"{first}.docx")
    assert "下列3项任务均已逾期" in paper and "并于2026年1月19日前" in paper and "提醒" in paper
    assert all(f"{ident} " in paper for ident in TASKS) and OTHER not in paper
    assert text_of(out / f"{second}.docx").count("2026年1月19日") == 1, "in the text, not again in its table"

    text = (out / f"{first}.txt").read_text("utf-8")
    assert text.startswith("【工作提醒单】区经济信息化和科技局：") and len(text.encode()) < 1500
    assert text.count("2026年1月19日前回复") == 3

    mail = email.message_from_bytes((out / f"{first}.eml").read_bytes(), policy=email.policy.default)
    assert mail["Subject"] == "工作提醒单：区经济信息化和科技局（3项任务）"
    assert mail.get_body().get_content().split() == text.split()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == f"{first}.docx"
    assert docx.Document(io.BytesIO(attached.get_content())).paragraphs


def test_the_papers_state_what_the_journal_holds(late, tmp_path) -> None:
    """The next day has another day for an answer; the urge that waits keeps its own."""
    assert late("urge", OTHER).code == 0
    recorded = late("show", OTHER, "-f", "json").json["item"]["answer_by"]
    late.at(datetime(2026, 1, 8, 1, 0, tzinfo=UTC))
    assert late("notice", OTHER, "--out", f"{tmp_path}/again/").code == 0
    (text,) = (tmp_path / "again").glob("*.txt")
    year, month, day = recorded.split("-")
    assert f"{year}年{int(month)}月{int(day)}日前回复" in text.read_text("utf-8")


def test_writing_again_changes_nothing_and_foreign_files_stay(late, tmp_path) -> None:
    out = tmp_path / "letters"
    assert late("urge", OTHER, "--out", out).code == 0
    was = {path.name: path.read_bytes() for path in out.iterdir()}
    again = late("notice", OTHER, "--out", out)
    assert again.code == 0 and again.err.count("Unchanged") == 3, again.err
    (paper,) = out.glob("*.docx")
    paper.write_bytes(b"a letter that was signed")
    refused = late("notice", OTHER, "--out", out)
    assert refused.code == 1 and "was not written by qplan" in refused.err
    assert paper.read_bytes() == b"a letter that was signed"
    assert {n: d for n, d in was.items() if not n.endswith("docx")} == {
        path.name: path.read_bytes() for path in out.iterdir() if path != paper
    }


def test_a_folder_that_cannot_be_is_refused_before_the_ledger_is_written(late, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "ledger.db"):
        refused = late("urge", OTHER, "--out", out)
        assert refused.code == 2, refused.err
    assert late("show", OTHER, "-f", "json").json["item"]["urge_level"] is None
    assert late("urge", OTHER, "--dry-run", "--out", tmp_path / "none").code == 0
    assert not (tmp_path / "none").exists()


def test_where_the_papers_fail_the_sentence_says_that_the_urge_is_recorded(
    late, tmp_path, monkeypatch
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "order.txt").write_text("{{ task.nothing }}", "utf-8")
    monkeypatch.setenv("QPLAN_TEMPLATES", str(templates))
    failed = late("urge", OTHER, "--out", tmp_path / "letters")
    assert failed.code == 1 and OTHER in failed.out
    assert "The urge is recorded (no. " in failed.err and "order.txt:1:1" in failed.err
    assert f"qplan notice {OTHER} --out" in failed.err
    assert late("show", OTHER, "-f", "json").json["item"]["urge_level"] == "reminder"
    assert not (tmp_path / "letters").exists()


def test_a_notice_of_several_tasks_is_one_document_with_a_paper_for_each_department(late, tmp_path) -> None:
    assert late("notice", *TASKS, OTHER, "--out", tmp_path / "n.docx").code == 0
    text = text_of(tmp_path / "n.docx")
    assert "区经济信息化和科技局：" in text and "区农业农村局：" in text
    found = late("notice", "--dept", "jxkj", "--overdue", "-f", "json").json
    assert found["kind"] == "notices"
    (letter,) = found["items"]
    assert (letter["dept"], letter["name"]) == ("jxkj", "区经济信息化和科技局")
    overdue = late("tasks", "--dept", "jxkj", "--overdue", "-f", "json").json["items"]
    assert {task["id"] for task in letter["tasks"]} == {task["id"] for task in overdue}
    assert late("notice", OTHER, "-f", "json").json["item"]["id"] == OTHER


@pytest.mark.parametrize(
    "words", [("notice",), ("notice", "C1.4", "--dept", "jxkj"), ("notice", "C1.4", "T1")]
)
def test_what_names_no_tasks_is_refused(late, words) -> None:
    assert late(*words).code == 2


def test_a_mail_goes_to_the_address_of_the_department(late, tmp_path) -> None:
    from qplan.core.model import Head
    from qplan.render import mail
    from qplan.views import View
    from qplan.views.letters import Letter

    view = View("notice", "t", [], dict, "2026-01-06", Head("l", 1, "0" * 64))
    letter = Letter("a", "甲局", "督办通知单", "督办", 1, ("T1",), view, "文", "张三 12345 zhang@a.gov.cn")
    made = email.message_from_bytes(mail.write(letter, b"PK"), policy=email.policy.default)
    assert made["To"] == "zhang@a.gov.cn" and made["X-Qplan"].startswith("qplan:l/1/")


def test_the_letters_of_an_english_plan_are_english(qplan, tmp_path) -> None:
    assert qplan("load", EXAMPLES / "english-action-plan", "--yes").code == 0
    ids = [item["id"] for item in qplan("tasks", "-f", "json").json["items"] if item["lead"]][:2]
    assert qplan("notice", *ids, "--out", f"{tmp_path}/english/", "--lang", "zh").code == 0
    texts = "".join(path.read_text("utf-8") for path in (tmp_path / "english").glob("*.txt"))
    assert "Supervision notice" in texts and "reply by" in texts and "督办" not in texts
