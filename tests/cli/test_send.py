"""Messages sent with an urge or a notice: the config file, the journal's receipts, what is said where one fails."""

from datetime import UTC, datetime

import pytest

from qplan.service import webhooks
from service.robots import serving

pytest.importorskip("jinja2", reason="Jinja2 is in the office extra")

FIRST, SECOND = "C1.4", "C3.5"  # of 区经济信息化和科技局 and of 区农业农村局
KEY = "0123456789abcdef"


@pytest.fixture
def robots():
    with serving() as running:
        yield running


@pytest.fixture
def late(ledger, qplan, robots, monkeypatch, tmp_path):
    """Two overdue tasks of two departments, a robot of WeCom in the config file, no waiting."""
    config = tmp_path / "config.toml"
    config.write_text("# of the office\n")
    monkeypatch.setenv("QPLAN_CONFIG", str(config))
    monkeypatch.setattr(webhooks, "sleep", lambda seconds: None)
    assert qplan("accept", FIRST, SECOND, "--on", "2025-03-03", "--yes").code == 0
    qplan.at(datetime(2026, 1, 6, 1, 0, tzinfo=UTC))
    assert qplan("config", "set", "send.wecom", robots.url("wecom", KEY)).code == 0
    return qplan


def entries(qplan, ident):
    return [(e["kind"], e["info"]) for e in qplan("log", ident, "-f", "json").json["items"]]


def test_an_urge_sends_a_text_to_each_department_and_the_journal_has_a_receipt(
    late, robots, tmp_path
) -> None:
    sent = late("urge", FIRST, SECOND, "--send", "--out", tmp_path / "papers")
    assert sent.code == 0, sent.err
    assert [text.splitlines()[0] for _kind, text in robots.taken] == [
        "【工作提醒单】区经济信息化和科技局：", "【工作提醒单】区农业农村局：",
    ]  # fmt: skip
    texts = [path.read_text("utf-8").strip() for path in sorted((tmp_path / "papers").glob("*.txt"))]
    assert sorted(text for _kind, text in robots.taken) == sorted(texts)
    assert "Sent by WeCom: 区农业农村局 (messages: 1, no. " in sent.err
    for ident in (FIRST, SECOND):
        assert entries(late, ident)[-1] == ("task.send", {"channel": "WeCom", "parts": "1"})
    assert "message sent" in late("log", FIRST).out and "WeCom" in late("log", FIRST).out
    assert late("verify").code == 0


def test_nothing_is_sent_unless_it_is_asked_for_and_configured(late, robots) -> None:
    assert late("urge", FIRST).code == 0
    assert late("notice", FIRST).code == 0
    assert late("config", "unset", "send.wecom").code == 0
    refused = late("urge", SECOND, "--send")
    assert refused.code == 2 and "qplan config set send.wecom" in refused.err
    assert late("show", SECOND, "-f", "json").json["item"]["urge_level"] is None, "nothing recorded either"
    assert late("urge", SECOND, "--send", "feishu").code == 2
    assert robots.asked == 0
    assert late("config", "set", "send.wecom", robots.url("wecom", KEY)).code == 0
    assert late("urge", SECOND, "--send", "--dry-run").code == 0
    assert robots.asked == 0


def test_where_a_message_fails_the_others_are_named_and_the_urge_stays(late, robots) -> None:
    robots.script = [None, (200, {}, {"errcode": 93000, "errmsg": f"invalid webhook url {KEY}"})]
    failed = late("urge", FIRST, SECOND, "--send")
    assert failed.code == 1 and "Not sent: 区农业农村局" in failed.err and "93000" in failed.err
    assert f"qplan notice {SECOND} --send wecom" in failed.err and KEY not in failed.err + failed.out
    assert entries(late, FIRST)[-1][0] == "task.send" and entries(late, SECOND)[-1][0] == "task.urge"
    again = late("notice", SECOND, "--send", "wecom")
    assert again.code == 0, again.err
    assert len(robots.taken) == 2 and entries(late, SECOND)[-1][0] == "task.send"


def test_a_repeated_request_sends_nothing_again(late, robots) -> None:
    words = ("urge", FIRST, "--send", "--request-id", "monday")
    assert late(*words).code == 0
    again = late(*words)
    assert again.code == 0 and "Nothing was sent" in again.err and len(robots.taken) == 1


def test_undo_reverts_the_urge_and_not_the_message(late) -> None:
    assert late("urge", FIRST, "--send").code == 0
    sent = next(e for e in late("log", FIRST, "-f", "json").json["items"] if e["kind"] == "task.send")
    refused = late("undo", sent["seq"])
    assert refused.code == 1 and "cannot be undone" in refused.err
    assert late("undo").code == 0
    assert late("show", FIRST, "-f", "json").json["item"]["urge_level"] is None
    assert late("verify").code == 0


def test_only_the_office_sends(late, robots) -> None:
    refused = late("notice", FIRST, "--send", "--actor", "li@jxkj")
    assert refused.code == 1 and "by the office" in refused.err and robots.asked == 0
    assert late("notice", FIRST, "--send", "--as-of", "2026-01-05").code == 2


def test_addresses_and_secrets_are_not_shown(late, robots, tmp_path) -> None:
    assert late("config", "set", "send.dingtalk_secret", "SECxyz").code == 0
    shown = [
        late("config"),
        late("config", "-f", "json"),
        late("config", "get", "send.wecom"),
        late("doctor"),
        late("config", "get", "send.dingtalk_secret"),
    ]
    for answer in shown:
        assert KEY not in answer.out + answer.err and "SECxyz" not in answer.out + answer.err
    assert 'send.wecom = "https://127.0.0.1/***"' in shown[0].out and shown[4].out == "***\n"
    text = (tmp_path / "config.toml").read_text()
    assert text.startswith("# of the office\n") and KEY in text
    bad = late("config", "set", "send.wecom", f"http://qyapi.weixin.qq.com/send?key={KEY}")
    assert bad.code == 2 and KEY not in bad.err
    assert late("config", "set", "send.telegram", "https://x.org/").code == 2


def test_a_table_in_the_config_file_is_kept_and_checked(late, robots, tmp_path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f'lang = "en"\n[send] # robots\nwecom = "{robots.url("wecom", KEY)}"\n[views.late]\noverdue = true\n'
    )
    assert late("config", "set", "send.feishu", "https://open.feishu.cn/hook/x").code == 0
    assert late("config", "set", "actor", "wang").code == 0
    assert config.read_text().splitlines() == [
        'lang = "en"', 'actor = "wang"', "[send] # robots", f'wecom = "{robots.url("wecom", KEY)}"',
        'feishu = "https://open.feishu.cn/hook/x"', "[views.late]", "overdue = true",
    ]  # fmt: skip
    assert late("config", "unset", "send.feishu").code == 0
    assert late("urge", FIRST, "--send").code == 0 and len(robots.taken) == 1
    config.write_text(f'[send]\nwecom = 1\ntelegram = "{KEY}"\n')
    broken = late("tasks")
    assert (
        broken.code == 2
        and "send.telegram" in broken.err
        and "send.wecom" in broken.err
        and KEY not in broken.err
    )
