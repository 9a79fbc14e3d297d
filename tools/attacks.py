"""Run the attacks and the faults of docs/reliability.md, and write its table: rounds, violations.

``python tools/attacks.py`` is ``make torture``: it runs the long rounds and prints the table; with ``--write`` the table
is written between its marks in both languages. A test that fails is a violation, and the exit code is 1 then.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PAGES = {"en": ROOT / "docs" / "reliability.md", "zh": ROOT / "docs" / "reliability.zh-CN.md"}
HEAD = {"en": "| what is tried | on | rounds | violations |", "zh": "| 做了什么 | 引擎 | 轮次 | 违规 |"}
#: Figures that a test reports beside its attempts, by the name of the property -> how its row gives them.
FIGURES = {
    "waits": {"en": "the longest wait was {} s, {} turns", "zh": "等待最长 {} 秒，{} 轮"},
    "flips": {
        "en": "{} found by `verify`, {} without effect: the exported rows are the same bytes",
        "zh": "{} 次由 `verify` 发现，{} 次没有影响：导出的数据逐字节相同",
    },
}

#: (in English, in Chinese, engine, parts of the names of the tests, which count their own attempts)
ROWS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("tables, functions, roles and files reached for directly, by seven roles", "七种角色直接触碰表、函数、角色和文件", "PostgreSQL",
     ("test_rights.test_nobody_writes", "test_rights.test_no_other_door", "test_attacks.test_no_spelling_opens", "test_rights.test_the_owner")),
    ("entries forged at random, then every command, then `verify`", "随机伪造登记，之后逐个运行命令并核对", "PostgreSQL", ("test_no_forged_entry_breaks",)),
    ("entries forged one by one: fields, kinds, ids, actors, `info`", "逐条伪造登记：字段、类别、编号、经办人、附带内容", "PostgreSQL",
     ("test_forged_entries.", "TestAttacks.test_no_other_entry", "TestAttacks.test_an_undo_reverts")),
    ("four eyes by undoing, returning, handing on and back, joint leads, verifiers", "借撤销、退回、改派、联合牵头、审核单位绕过经办与审核分离", "PostgreSQL",
     ("TestFourEyes", "test_whoever_claimed_once", "test_a_reporter_does_not_close")),
    ("SQL in ids and names", "编号、名称中夹带 SQL", "PostgreSQL", ("TestScript",)),
    ("settings, paths, types, operators and tables of a session's own", "会话自设的参数、路径、类型、运算符、临时表", "PostgreSQL",
     ("test_a_setting_of_the_session", "test_every_function_fixes", "test_what_a_session_makes", "test_a_temporary_table")),
    ("spellings of JSON, days, numbers, characters and arguments", "JSON、日期、数字、字符、参数的各种写法", "PostgreSQL",
     ("test_no_spelling_of", "test_no_shape_of", "test_a_character_that_steers", "test_a_number_that_no")),
    ("savepoints, swallowed errors, prepared statements, request ids of others", "保存点、吞掉的错误、预备语句、他人的请求编号", "PostgreSQL",
     ("TestTransactions", "test_a_request_id", "TestLater")),
    ("what only the calendar or the history shows: named by `verify`, with the actor", "只有日历或历史才能看出的：由 `verify` 写明经办人", "PostgreSQL",
     ("test_past_the_program.", "test_audit.")),
    ("objects, rights and roles changed by the owner or the administrator: named by `verify`", "所有者、管理员改动对象、权限、角色：由 `verify` 指出", "PostgreSQL",
     ("test_what_the_owner_changes", "test_what_the_administrator")),
    ("readers who lock, wait idle, or are suspended in `verify` or a pager", "只读者加锁、空闲占用事务、在核对或分页时挂起", "PostgreSQL", ("TestLock", "test_a_reader_of_a_server")),
    ("the same in a file, at any moment", "同上，台账为文件，任意时刻", "SQLite", ("test_a_suspended_verif", "test_verify_suspended", "test_a_paused_reader")),
    ("a value changed in the file, triggers taken away and put back", "拿掉触发器改一个值再装回", "SQLite", ("test_no_value_changed", "test_triggers.")),
    ("tails cut, journals and seals written anew, false receipts and signatures", "截断日志尾部、重写日志或封存单、伪造回执和签名", "SQLite",
     ("test_seal.", "test_heads.", "test_receipts.", "test_signing.", "test_weekly_seals.")),
    ("a journal made by hand, read in", "手工改出的日志导入", "SQLite", ("test_transfer.", "test_forged_journals.")),
    ("16 writers at once: none lost, doubled or forked", "16 个进程同时写：不丢、不重、不分叉", "SQLite", ("test_sixteen_processes_lose_nothing[file]",)),
    ("the same", "同上", "PostgreSQL", ("test_sixteen_processes_lose_nothing[server]", "test_many_clients")),
    ("`kill -9` and Ctrl-C of writers and loads", "写入、导入途中 `kill -9`、Ctrl-C", "SQLite", ("test_kill.", "test_a_killed_command_is", "test_a_killed_collect")),
    ("clients killed, sessions ended, servers stopped", "客户端被杀、会话中断、服务器停机", "PostgreSQL", ("test_clients_that_are_killed", "test_a_killed_command_on_a_server", "test_a_restart_is", "test_a_session_that_ends")),
    ("one bit flipped anywhere in a file", "翻转文件中任意一位", "SQLite", ("test_flipped_bits",)),
    ("full disks, cut, read-only and foreign files", "磁盘写满、截断、只读、别的文件", "SQLite", ("test_broken.",)),
)  # fmt: skip

TESTS = (
    "tests/torture", "tests/ledger/test_rights.py", "tests/ledger/test_attacks.py", "tests/ledger/test_forged_entries.py", "tests/ledger/test_gate.py",
    "tests/ledger/test_past_the_program.py", "tests/ledger/test_audit.py", "tests/ledger/test_server_objects.py", "tests/ledger/test_busy.py",
    "tests/ledger/test_triggers.py", "tests/ledger/test_transfer.py",
    "tests/ledger/test_seal.py", "tests/cli/test_heads.py", "tests/cli/test_receipts.py", "tests/cli/test_signing.py", "tests/cli/test_weekly_seals.py",
)  # fmt: skip


#: Its waits are measured: it runs when everything else has ended, whatever PYTEST_ADDOPTS says of workers.
ALONE = "tests/torture/test_concurrency.py"


def run(reports: Sequence[Path]) -> int:
    """Run the tests, and then :data:`ALONE`; 0 where both runs passed."""
    env = os.environ | {"QPLAN_TORTURE": os.environ.get("QPLAN_TORTURE", "long")}
    command = [sys.executable, "-m", "pytest", "-o", "junit_family=xunit1", "-rs", "--durations=20"]
    first = [*command, f"--junitxml={reports[0]}", f"--ignore={ALONE}", *TESTS]
    code = subprocess.run(first, cwd=ROOT, env=env, check=False).returncode
    env.pop("PYTEST_ADDOPTS", None)
    then = [*command, f"--junitxml={reports[1]}", ALONE]
    return subprocess.run(then, cwd=ROOT, env=env, check=False).returncode or code


def lines(reports: Sequence[Path], language: str) -> list[str]:
    """Return the rows of the table from pytest's reports."""
    counted: Counter[tuple[int, str]] = Counter()
    figures: dict[int, str] = {}
    for case in chain.from_iterable(ElementTree.parse(report).iter("testcase") for report in reports):
        name = f"{case.get('classname')}.{case.get('name')}"
        said = {one.get("name"): one.get("value") for one in case.iter("property")}
        if case.find("skipped") is not None:
            continue
        row = next((n for n, (*_, tests) in enumerate(ROWS) if any(part in name for part in tests)), -1)
        counted[row, "rounds"] += int(said.get("attempts") or 1)
        counted[row, "violations"] += case.find("failure") is not None or case.find("error") is not None
        for one in FIGURES.keys() & said.keys():
            figures[row] = FIGURES[one][language].format(*str(said[one]).split())
    made = [HEAD[language], "|---|---|--:|--:|"]
    for number, (english, chinese, engine, _tests) in enumerate(ROWS):
        what = english if language == "en" else chinese
        if number in figures:
            what += ("; " if language == "en" else "；") + figures[number]
        made.append(
            f"| {what} | {engine} | {counted[number, 'rounds']:,} | {counted[number, 'violations']} |"
        )
    return made


def main() -> int:
    """Run the rounds, print the table and write it where that is asked; 1 when anything was violated."""
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / name for name in ("all.xml", "alone.xml")]
        code = run(reports)
        if any("| 0 | 0 |" in row for row in lines(reports, "en")):
            code = 1  # of a row no test was run
        for language, page in PAGES.items():
            table = "\n".join(lines(reports, language))
            print(table, end="\n\n")
            if "--write" in sys.argv:
                text = page.read_text("utf-8")
                text = re.sub(r"(?s)(<!-- attacks -->\n).*?(\n<!-- end -->)", rf"\g<1>{table}\g<2>", text)
                page.write_text(text, "utf-8")
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main())
