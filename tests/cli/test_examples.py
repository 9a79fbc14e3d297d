"""Each example of a help page is played on the bundled plan, so that none can be wrong."""

import shlex
import shutil

import pytest

from plan.document_truth import TEXTS
from qplan.cli.app import COMMANDS
from qplan.cli.commands import plan_group
from qplan.cli.examples import EXAMPLES

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")

#: What was done before an example can be: the words of commands.
ACCEPTED = ("accept T2.1.2 --progress 30",)
SUBMITTED = (*ACCEPTED, "submit T2.1.2 --evidence 总结.pdf --actor li@nync")
CLOSED = (*SUBMITTED, "approve T2.1.2 --yes")
BEFORE = {
    "report": ACCEPTED,
    "block": ACCEPTED,
    "resume": (*ACCEPTED, "block T2.1.2 --difficulty a --needs b"),
    "submit": ACCEPTED,
    "approve": SUBMITTED,
    "evidence": SUBMITTED,
    "return": SUBMITTED,
    "extend": (*ACCEPTED, "extend T2.1.2 --to 2027-05-31 --reason a --actor li@nync"),
    "reopen": CLOSED,
    "undo": ("accept T2.1.2", "accept T1.1"),
    "collect": ("forms --out 报表",),
    "reporting": ("load 规划文件夹 --yes",),
    "verify": ("seal 封存单.seal",),
    "restore": ("backup 备份.db",),
    "import": ("export --journal --out 日志.jsonl",),
    "config": ("config set actor li@scjg",),
}
#: Options that an example needs here: who may take the step, and on which day.
WITH = {"dispute": ("--actor", "li@nync", "--on", "2021-01-04"), "approve": ("--yes",)}
#: Commands of a server: their examples are understood, and nothing answers.
SERVER = ("move", "roles")
LINES = [(name, line) for name, lines in EXAMPLES.items() for line in lines]


@pytest.fixture
def folder(qplan, loaded, tmp_path, monkeypatch):
    """A folder with the files that examples name, and the bundled plan in its ledger."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QPLAN_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    shutil.copytree(plan_folder(), tmp_path / "规划文件夹")
    rules = tmp_path / "规划文件夹" / "rules.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8") + "reporting: {every: week, due: 5}\n", encoding="utf-8"
    )
    (tmp_path / "规划.txt").write_bytes((TEXTS / "rectification.txt").read_bytes())
    (tmp_path / "总结.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "进展.csv").write_text("编号,进度,进展\nT2.1.2,50,完成选址\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (
        ["2026年重点任务分工表"],
        ["序号", "重点任务", "牵头单位", "完成时限"],
        [1, "建成示范点", "区农业农村局", "2026-12-31"],
    ):
        book.active.append(row)
    book.save(tmp_path / "分工表.xlsx")
    return tmp_path


def plan_folder():
    from qplan.plan import bundled

    return bundled.folder()


@pytest.mark.parametrize(("name", "line"), LINES, ids=[f"{line or 'qplan'}" for _name, line in LINES])
def test_an_example_does_what_it_shows(qplan, folder, name, line):
    for before in BEFORE.get(name, ()):
        done = qplan(*shlex.split(before))
        assert done.code == 0, f"tests/cli/test_examples.py: BEFORE of {name}: {before}: {done.err}"
    if "--out 规划文件夹" in line:
        shutil.rmtree(folder / "规划文件夹")
    answer = qplan(*shlex.split(line), *WITH.get(name, ()))
    if name in SERVER:
        assert answer.code in (1, 2) and "--help" not in answer.err
    else:
        assert answer.code == 0, (
            f"{answer.err}\ncli/examples.py: this is no example of {name}, or tests/cli/test_examples.py: BEFORE lacks what comes before"
        )


def test_every_command_has_examples():
    visible = {name for name, entry in COMMANDS.items() if not entry.hidden}
    assert set(EXAMPLES) == {"", *visible, *(f"plan {name}" for name in plan_group.COMMANDS)}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name])
def test_they_stand_at_the_head_of_the_help_page(qplan, name):
    page = qplan(*name.split(), "--help", "--lang", "zh").out
    assert "<str>" not in page and "<int>" not in page
    first = next(line for line in EXAMPLES[name])
    assert f"qplan {first}"[:60] in page[page.index("示例：") : page.index("选项 ─")]


def test_what_is_required_is_marked(qplan):
    page = qplan("block", "--help", "--lang", "zh").out
    assert page.count("必填") == 2
    assert "必填" not in qplan("report", "--help", "--lang", "zh").out
    assert "（必填）" in qplan("submit", "--help", "--lang", "zh").out


def test_what_is_typed_every_week_has_short_forms(qplan, folder):
    assert qplan("update", "T2.1.2", "-s", "办理中", "-p", "40", "-m", "完成选址").code == 0
    assert qplan("submit", "T2.1.2", "-e", "总结.pdf", "-m", "完工", "--actor", "li@nync").code == 0
    assert qplan("extend", "T2.1.2", "--to", "2027-06-30", "-r", "汛期").code == 0
    assert qplan("overdue", "-d", "nync", "-n", "3", "-o", "逾期.csv", "-f", "csv").code == 0
    assert qplan("weekly", "-w", "2026-W02", "-d", "nync", "-f", "json").code == 0
