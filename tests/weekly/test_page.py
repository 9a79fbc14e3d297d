"""The web page: its numbers, its independence, and what a real browser makes of it."""

from __future__ import annotations

import json
import re
import subprocess
import zlib
from html.parser import HTMLParser

import pytest

from qplan.render.charts import COLORS
from weekly.browser import Browser, driver
from weekly.conftest import program

pytest.importorskip("jinja2", reason="Jinja2 is in the office extra")
pytest.importorskip("pygal", reason="pygal is in the office extra")
WIDTHS = (390, 1280)


class Page(HTMLParser):
    """Texts of figures, tables and drawings, and every address and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: dict[str, str] = {}
        self.tables: list[list[list[str]]] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.labels: list[str] = []
        self._into: list[str] | None = None
        self._label = self._tag = self._class = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.addresses += [
            value for name, value in attrs if name in ("src", "href", "xlink:href", "action") and value
        ]
        if tag == "svg":
            self.labels.append(f"{found.get('role')}:{found.get('aria-label')}")
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._into = self.tables[-1][-1]
        elif tag == "dt":
            self._label = ""
            self._into = None
        self._tag, self._class = tag, found.get("class", "")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._into = None
        self._tag = ""

    def handle_data(self, data):
        if self._into is not None:
            self._into[-1] += data
        elif self._tag == "dt":
            self._label += data
        elif self._tag == "dd" and self._class == "value":
            self.figures[self._label] = data


@pytest.fixture
def told(folder):
    return json.loads((folder / "weekly-2026-W06.json").read_text(encoding="utf-8"))


@pytest.fixture
def text(folder):
    return (folder / "weekly-2026-W06.html").read_text(encoding="utf-8")


def test_every_figure_and_every_chart_is_what_the_json_says(text, told):
    page, totals = Page(text), told["totals"]
    status = totals["status"]
    assert page.figures == {
        "任务数": str(totals["total"]), "已销号": str(status.get("closed", 0)),
        "办理中": str(status.get("active", 0)), "受阻": str(status.get("blocked", 0)), "待签收": str(status.get("assigned", 0)),
        "待审核": str(status.get("submitted", 0)), "逾期": str(totals["overdue"]),
        "7 天内到期": str(len(told["due_within_7"])), "30 天内到期": str(len(told["due_soon"])),
        "长期未反馈": str(totals["stale"]), "本周销号": str(len(told["closed"])),
    }  # fmt: skip
    lights, trend, timeline, targets = page.tables[:4]
    order = ("red", "yellow", "blue", "green", "grey")
    assert sorted(lights[1:]) == sorted(
        [d["title"], *(str(d["light"].get(code, 0)) for code in order)] for d in told["by_dept"]
    )
    assert trend[1:] == [[point["week"], str(point["overdue"])] for point in told["trend"]]
    assert timeline[1:] == [
        [q["quarter"], str(q["done"]), str(q["missed"]), str(q["ahead"])] for q in told["timeline"]
    ]
    reached = {f"{m['id']} {m['name']}": m["attainment"] for m in told["core_indicators"]}
    assert targets[1:]
    for name, _base, now in targets[1:]:
        assert now == (
            "—"
            if reached[name] in (None, "not_met")
            else "100%"
            if reached[name] == "met"
            else f"{reached[name]}%"
        )


def test_its_tables_are_the_lists(text, told):
    overdue = Page(text).tables[4]
    assert [(row[1], row[2], row[6], row[7]) for row in overdue[1:]] == [
        (i["id"], i["title"], str(i["overdue_days"]), str(i["overdue_workdays"])) for i in told["overdue"]
    ]


def test_the_drawings_show_the_numbers(text, told):
    drawing = re.search(r'<svg[^>]*id="chart-lights-wide".*?</svg>', text, re.DOTALL)[0]
    shown = sorted(int(number) for number in re.findall(r'class="value"[^>]*>(\d+)</text>', drawing))
    counts = [n for d in told["by_dept"] for n in d["light"].values() if n]
    assert shown == sorted(counts)


def test_it_needs_nothing_from_elsewhere(text):
    page = Page(text)
    assert "script" not in page.tags
    assert [address for address in page.addresses if not address.startswith(("#", "data:,"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?https?:|Generated with", text)


def test_it_is_told_to_those_who_do_not_see_it(text):
    page = Page(text)
    assert page.tags.count("h1") == 1 and page.tags.count("figcaption") == 4
    assert len(page.labels) == 8 and all(
        label.startswith("img:") and len(label) > 12 for label in page.labels
    )
    assert re.search(r'<html lang="zh-CN">', text) and 'scope="col"' in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_text_stands_out_from_its_ground(text):
    def brightness(color: str) -> float:
        parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, two: str) -> float:
        high, low = sorted((brightness(one), brightness(two)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ink in ("#25303b", "#55606b", "#a31515", "#6b5200", "#0b4f9e", "#1b6e2b", "#5b6670"):
        assert ink in text and contrast(ink, "#f4f6f8") >= 4.5
    greys = [brightness(COLORS[code]) for code in ("red", "yellow", "blue", "green")]
    assert max(greys) - min(greys) > 0.3


def test_markup_in_the_ledger_stays_text(qplan, year, tmp_path):
    import shutil

    ledger = tmp_path / "evil.db"
    shutil.copy(year, ledger)
    note = '<script>alert(1)</script>{{ 7 * 7 }}"><img src=x onerror=alert(2)>'
    assert qplan("update", "C1.4", "--note", note, "--ledger", ledger, "--actor", "a@jxkj", "--yes")[0] == 0
    code, out, err = qplan("dashboard", "--ledger", ledger, "--out", "-")
    assert code == 0, err
    page = Page(out)
    assert "script" not in page.tags and "img" not in page.tags and "{{ 7 * 7 }}" in out


def test_the_dashboard_is_the_same_page_for_today(qplan, tmp_path):
    path = tmp_path / "d.html"
    assert qplan("dashboard", "--out", path)[0] == 0
    told = json.loads(qplan("dashboard", "--format", "json")[1])
    assert told["as_of"] == "2026-02-16" and told["kind"] == "dashboard"
    assert Page(path.read_text(encoding="utf-8")).figures["逾期"] == str(told["totals"]["overdue"])
    listed = json.loads(qplan("overdue", "--format", "json")[1])["items"]
    assert [item["id"] for item in told["overdue"]] == [item["id"] for item in listed]


def test_the_browser_is_asked_to_open_the_page(qplan, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert qplan("dashboard", "--open")[0] == 0
    assert opened == [(tmp_path / "dashboard.html").as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    code, _out, err = qplan("dashboard", "--open")
    assert code == 1 and "dashboard.html" in err


def test_the_page_that_nobody_named_replaces_none_but_its_own(qplan, tmp_path, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    path = tmp_path / "dashboard.html"
    path.write_text("<p>mine</p>")
    code, _out, err = qplan("dashboard", "--open")
    assert code == 1 and "--out" in err and path.read_text() == "<p>mine</p>"
    path.unlink()
    assert qplan("dashboard", "--open")[0] == 0
    assert qplan("dashboard", "--open")[0] == 0
    page = path.read_text(encoding="utf-8")
    path.write_text(page.replace("qplan:", "qplan:0"), encoding="utf-8")
    assert qplan("dashboard", "--open")[0] == 1


def colours(png: bytes) -> int:
    """How many different bytes the picture holds: a blank page has a handful."""
    place, data = 8, b""
    while place < len(png):
        size = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += size + 12
    return len(set(zlib.decompress(data)))


SMALLEST = """
return Math.min(...[...document.querySelectorAll('body *')].filter(e => e.getClientRects().length &&
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest('thead')).map(e => {
    const scale = e.ownerSVGElement ? e.getScreenCTM().a : 1;
    return parseFloat(getComputedStyle(e).fontSize) * scale;
  }))"""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_shows_it_whole_and_silently(folder, tmp_path, width):
    with driver() as port:
        browser = Browser(port, width, tmp_path / "profile")
        try:
            browser.show(folder / "weekly-2026-W06.html")
            assert browser.complaints() == []
            assert [a for a in browser.requests() if not a.startswith(("file:", "data:"))] == []
            assert colours(browser.picture()) > 100
            wide, seen = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= seen, "the page is wider than the window"
            assert browser.run(SMALLEST) >= 9
            drawn = browser.run(
                "return [...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).map(s => s.id)"
            )
            kind = "narrow" if width < 500 else "wide"
            assert drawn == [f"chart-{key}-{kind}" for key in ("lights", "trend", "timeline", "targets")]
            outside = browser.run(
                "return [...document.querySelectorAll('figure svg text')].filter(t => { const b = t.getBoundingClientRect(),"
                " s = t.ownerSVGElement.getBoundingClientRect(); return b.width && (b.left < s.left - 1 || b.right > s.right + 1); })"
                ".map(t => t.textContent)"
            )
            assert outside == [], "a drawing cuts its text"
            if width > 500:
                paper = tmp_path / "page.pdf"
                paper.write_bytes(browser.printed())
                printed = subprocess.run(
                    [program("pdftotext"), str(paper), "-"],
                    capture_output=True,
                    text=True,
                    check=True,
                    encoding="utf-8",
                ).stdout
                assert "逾期事项" in printed and "C1.4" in printed and "图表" in printed
        finally:
            browser.close()


def test_a_text_of_several_lines_is_shown_in_lines(text):
    assert re.search(r"^td \{[^}]*white-space: pre-line", text, re.MULTILINE)
