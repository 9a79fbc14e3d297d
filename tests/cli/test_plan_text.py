"""From a plan's own text to a ledger, and the plan beside its text, by the command line."""

import pytest

from plan.document_truth import TEXTS


def test_a_document_becomes_a_folder_that_loads(qplan, tmp_path):
    drafted = qplan("plan", "from-document", TEXTS / "rectification.txt", "--out", tmp_path / "draft")
    assert drafted.code == 0
    assert "13 headings, 12 promises" in drafted.out
    assert (tmp_path / "draft" / "questions.md").exists()
    assert qplan("check", tmp_path / "draft").code == 0
    assert qplan("load", tmp_path / "draft").code == 0
    assert [one["id"] for one in qplan("overdue", "--format", "json").json["items"]] == [
        "T2.1",
        "T2.2",
        "T1.2",
    ]


def test_what_was_read_is_json(qplan):
    read = qplan("plan", "from-document", TEXTS / "english-decimal.txt", "--format", "json").json
    assert read["kind"] == "plan_document"
    assert read["items"][5] == {
        "id": "T1", "level": 2, "clause": "3.1", "title": "Clean rivers", "line": 25
    }  # fmt: skip
    figures = [(one["clause"], one["value"], one["unit"], one["operator"]) for one in read["promises"]]
    assert ("2.2", "97", "%", ">=") in figures


def test_a_plan_that_is_there_is_replaced_only_when_told_so(qplan, tmp_path):
    words = ("plan", "from-document", TEXTS / "key-points.txt", "--out", tmp_path)
    assert qplan(*words).code == 0
    kept = (tmp_path / "plan_tasks.yaml").read_bytes()
    assert qplan("plan", "from-document", TEXTS / "work-report.txt", "--out", tmp_path).code == 2
    assert (tmp_path / "plan_tasks.yaml").read_bytes() == kept
    assert qplan(*words, "--yes").code == 0


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "no headings, or too few, were read after"), ("zh", "没有读出标题")]
)
def test_a_text_whose_headings_were_not_read_is_drafted_with_a_sentence_about_it(
    qplan, tmp_path, lang, words
):
    text = tmp_path / "text.txt"
    text.write_text(
        "Plan 2025–2029\n\nForeword\n\nWell done.\n~ Streets\nOpen 14 stations by 2027.\n", encoding="utf-8"
    )
    drafted = qplan("plan", "from-document", text, "--out", tmp_path / "d", "--lang", lang)
    assert words in drafted.err
    assert "“Foreword”" in drafted.err
    assert words in (tmp_path / "d" / "questions.md").read_text(encoding="utf-8")
    assert qplan("check", tmp_path / "d").code == 0


def test_a_dry_run_writes_nothing(qplan, tmp_path):
    words = ("plan", "from-document", TEXTS / "key-points.txt", "--out", tmp_path / "d", "--dry-run")
    assert qplan(*words).code == 0
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_a_scan_is_refused_with_what_to_do(qplan, tmp_path, data):
    (tmp_path / "scan").write_bytes(data)
    refused = qplan("plan", "from-document", tmp_path / "scan", "--out", tmp_path / "d")
    assert refused.code == 2
    assert ".docx" in refused.err
    assert not (tmp_path / "d").exists()


def test_the_bundled_plan_carries_its_text(qplan):
    found = qplan("plan", "coverage", "--format", "json").json
    assert found["kind"] == "plan_coverage"
    assert len(found["items"]) == 165
    assert all(one["carried_by"] and not one["differs"] for one in found["items"])
    assert found["strays"] == []


def test_a_ledger_is_set_beside_the_text_on_a_page(qplan, tmp_path):
    qplan("plan", "from-document", TEXTS / "action-plan.txt", "--out", tmp_path / "draft")
    qplan("load", tmp_path / "draft")
    text = (TEXTS / "action-plan.txt").read_text(encoding="utf-8").replace("100名", "120名")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    page = tmp_path / "page.html"
    assert qplan("plan", "coverage", "--source", tmp_path / "text.txt", "--out", page).code == 0
    written = page.read_text(encoding="utf-8")
    assert "value: the text has 120名, the plan 100名" in written
    assert "三年引进数字经济领域高层次人才120名" in written


def test_the_page_shows_each_heading_on_its_own_line_and_units_apart_from_values(qplan, tmp_path):
    text = tmp_path / "text.md"
    text.write_text("# Plan 2027\n\n## Roads\n\nWe will seal 64 km of road.\n\n## Homes\n\nBuild 40 homes.\n")
    qplan("plan", "from-document", text, "--out", tmp_path / "draft")
    page = tmp_path / "page.html"
    qplan("plan", "coverage", tmp_path / "draft", "--source", text, "--out", page)
    written = page.read_text(encoding="utf-8")
    assert ">Roads<" in written.replace("\n", "").replace("  ", "")
    assert "§" not in written
    assert "64 km" in written.partition("Q1")[2]


def test_a_ledger_needs_to_be_told_its_text(qplan, tmp_path):
    qplan("plan", "from-document", TEXTS / "action-plan.txt", "--out", tmp_path / "draft")
    qplan("load", tmp_path / "draft")
    refused = qplan("plan", "coverage")
    assert refused.code == 2
    assert "--source" in refused.err
