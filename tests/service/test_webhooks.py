"""Messages to robots of chat groups, against a server that answers as each of them does."""

import urllib.request

import pytest

from qplan.errors import BadInput
from qplan.service import webhooks
from qplan.service.webhooks import KINDS, NotTaken, Robot, parts_of, robot_of
from service.robots import SECRET, serving

TEXT = "【督办通知单】区农业农村局：\n" + "\n".join(
    f"{n}. T{n} 推进绵阳科创大市场建设（逾期{n}天）" for n in range(1, 90)
)


@pytest.fixture
def robots():
    with serving() as running:
        yield running


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited, none of them in truth."""
    waited = []
    monkeypatch.setattr(webhooks, "sleep", waited.append)
    return waited


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_arrives_whole_in_messages_that_the_robot_takes(robots, waits, kind) -> None:
    number = webhooks.send(Robot(kind, robots.url(kind)), TEXT * 5)
    assert number == len(robots.taken) > 1
    received = "".join(text.partition("\n")[2] + "\n" for _kind, text in robots.taken)
    assert received == TEXT * 5 + "\n", (
        "broken between lines, nothing lost, the numbers of the parts left out"
    )
    assert robots.taken[1][1].startswith(f"(2/{number})\n") and waits == []


def test_a_text_that_a_robot_takes_whole_is_one_message(robots, waits) -> None:
    """WeCom takes 2,048 bytes."""
    assert [webhooks.send(Robot("wecom", robots.url("wecom")), "a" * size) for size in (2048, 2049)] == [1, 2]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_robot_with_a_secret_gets_a_signature(robots, waits, kind) -> None:
    assert webhooks.send(Robot(kind, robots.url(kind), SECRET), "通知") == 1
    with pytest.raises(NotTaken, match="sign"):
        webhooks.send(Robot(kind, robots.url(kind), "another"), "通知")
    assert len(robots.taken) == 1 and waits == [], "a wrong signature stays wrong: it is not tried again"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("wecom", (200, {}, {"errcode": 93000, "errmsg": "invalid webhook url"})),
        ("dingtalk", (200, {}, {"errcode": 310000, "errmsg": "keywords not in content"})),
        ("feishu", (200, {}, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"})),
        ("feishu", (200, {}, {"StatusCode": 19024, "StatusMessage": "Key Words Not Found"})),
        ("wecom", (200, {}, {"ok": True})),
        ("wecom", (200, {}, b"<html>proxy login</html>")),
        ("wecom", (200, {}, [0])),
        ("wecom", (404, {}, {})),
        ("wecom", (499, {}, {})),
        ("wecom", (302, {"Location": "http://127.0.0.1:9/"}, {})),
    ],
)
def test_what_the_robot_refuses_is_a_failure_whatever_the_status_and_is_not_repeated(
    robots, waits, kind, answer
) -> None:
    robots.script = [answer]
    with pytest.raises(NotTaken) as failed:
        webhooks.send(Robot(kind, robots.url(kind)), "通知")
    assert robots.asked == 1 and waits == [] and KINDS[kind].name in str(failed.value)


@pytest.mark.parametrize(
    ("kind", "busy"),
    [
        ("wecom", (200, {}, {"errcode": 45009, "errmsg": "api freq out of limit"})),
        ("wecom", (200, {}, {"errcode": 45033, "errmsg": "api concurrent out of limit"})),
        ("wecom", (200, {}, {"errcode": -1, "errmsg": "system busy"})),
        ("dingtalk", (200, {}, {"errcode": -1, "errmsg": "system busy"})),
        ("dingtalk", (200, {}, {"errcode": 410100, "errmsg": "send too fast"})),
        ("dingtalk", (200, {}, {"errcode": 130101, "errmsg": "send too fast"})),
        ("feishu", (200, {}, {"code": 11232, "msg": "frequency limited"})),
        ("feishu", (429, {}, {})),
        ("dingtalk", (502, {}, b"")),
        ("dingtalk", (500, {"Retry-After": "soon"}, b"")),
        ("wecom", (429, {"Retry-After": "\u00b2"}, b"")),
        ("wecom", "hang up"),
    ],
)
def test_a_busy_robot_is_asked_again_later_and_gets_each_message_once(robots, waits, kind, busy) -> None:
    robots.script = [busy, busy]
    webhooks.send(Robot(kind, robots.url(kind)), "通知")
    assert robots.taken == [(kind, "通知")] and waits == [2, 10]


def test_the_server_may_ask_for_a_longer_pause_within_reason(robots, waits) -> None:
    robots.script = [(429, {"Retry-After": "30"}, {}), (503, {"Retry-After": "86400"}, {})]
    webhooks.send(Robot("wecom", robots.url("wecom")), "通知")
    assert waits == [30, 60]


def test_what_a_robot_answers_is_shown_in_its_first_characters(robots, waits) -> None:
    robots.script = [(200, {}, {"errcode": 1, "errmsg": "x" * 200 + "y"})]
    with pytest.raises(NotTaken, match=r"code 1, x{200}$"):
        webhooks.send(Robot("wecom", robots.url("wecom")), "通知")


def test_parts_that_were_taken_are_not_sent_again_when_a_later_one_fails(robots, waits) -> None:
    robots.script = [
        None,
        (200, {}, {"errcode": 45009, "errmsg": "limit"}),
        None,
        (500, {}, b""),
        (500, {}, b""),
        (500, {}, b""),
        (500, {}, b""),
    ]
    with pytest.raises(NotTaken, match="HTTP status 500") as failed:
        webhooks.send(Robot("wecom", robots.url("wecom")), TEXT)
    assert (failed.value.delivered, failed.value.parts) == (2, len(parts_of(TEXT, 2048)))
    assert [text[:6].strip() for _kind, text in robots.taken] == ["(1/3)", "(2/3)"] and waits == [
        2,
        2,
        10,
        60,
    ]


def test_nobody_at_the_address_is_a_failure_after_some_attempts(waits) -> None:
    with pytest.raises(NotTaken, match="cannot be reached"):
        webhooks.send(Robot("wecom", "http://127.0.0.1:9/send?key=0123456789abcdef"), "通知")
    assert waits == [2, 10, 60]


def test_no_sentence_holds_the_address_or_the_secret(robots, waits) -> None:
    robots.script = [
        (200, {}, {"errcode": 93000, "errmsg": f"invalid key 0123456789abcdef of {robots.url('wecom')}"})
    ]
    robot = Robot("wecom", robots.url("wecom"), SECRET)
    with pytest.raises(NotTaken) as failed:
        webhooks.send(robot, "通知")
    assert (
        "0123456789abcdef" not in f"{failed.value}{robot}{robot!r}" and SECRET not in f"{failed.value}{robot}"
    )


@pytest.mark.parametrize("most", [40, 64, 100, 1000])
def test_parts_break_between_lines_and_never_within_a_character(most) -> None:
    text = "甲乙丙丁" * 9 + "\n" + 'a"\\' * 7 + "\n\n" + "𠮷野家👨‍👩‍👧" * 6 + "\n末行"
    parts = parts_of(text, most)
    assert all(webhooks.size(part) <= most and len(part.encode()) <= most for part in parts)
    bodies = [part.partition("\n")[2] for part in parts] if len(parts) > 1 else parts
    assert "".join(bodies).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("a" * 32, 32, ["a" * 32]),
        ("a" * 33, 32, ["(1/2)\n" + "a" * 20, "(2/2)\n" + "a" * 13]),
        # a line break takes two bytes within a message, as a quotation mark does
        (f"{'a' * 9}\n{'b' * 9}\n{'c' * 20}", 32, [f"(1/2)\n{'a' * 9}\n{'b' * 9}", "(2/2)\n" + "c" * 20]),
        (f"{'a' * 9}\n{'b' * 6}二\n{'c' * 20}", 32, [f"(1/2)\n{'a' * 9}\n{'b' * 6}二", "(2/2)\n" + "c" * 20]),
        (f"{'a' * 9}\n{'b' * 7}二\n", 20, ["(1/4)\naaaaaaaa", "(2/4)\na", "(3/4)\nbbbbbbb", "(4/4)\n二\n"]),
        ('"' * 16, 32, ['"' * 16]),
        ('"' * 16 + "a", 32, ["(1/2)\n" + '"' * 10, "(2/2)\n" + '"' * 6 + "a"]),
    ],
)
def test_a_message_is_as_full_as_it_may_be_with_the_number_of_its_part(text, most, parts) -> None:
    assert parts_of(text, most) == parts


@pytest.mark.parametrize(("secret", "shown"), [("abcde", True), ("abcdef", False)])
def test_short_words_of_an_address_are_no_secrets(robots, waits, secret, shown) -> None:
    """They may be words of the answer; of two that lie in one another the longer one goes whole."""
    robots.script = [(200, {}, {"errcode": 1, "errmsg": f"bad {secret}, {secret}-and-more"})]
    with pytest.raises(NotTaken) as failed:
        webhooks.send(Robot("wecom", f"{robots.base}/{secret}?key={secret}-and-more"), "通知")
    assert str(failed.value).endswith(f"bad {secret if shown else '***'}, ***")


@pytest.mark.parametrize("host", [*webhooks.LOCAL[:2], "[::1]"])
def test_a_message_on_the_own_machine_needs_no_protection(host) -> None:
    webhooks.check_address(f"http://{host}/x", "send.wecom")


@pytest.mark.parametrize(
    "url", ["", "https://", "https://a.cn/x y", "https://a.cn/键", "https://a.cn/\x7f", "https://a.cn:x/"]
)
def test_what_is_no_address_is_named_by_its_setting(url) -> None:
    with pytest.raises(BadInput, match=r"^send\.wecom: this is no address"):
        webhooks.check_address(url, "send.wecom")


@pytest.mark.parametrize(
    ("settings", "wanted", "said"),
    [
        ({}, None, "qplan config set send.wecom URL"),
        ({"feishu": "https://a.cn/x"}, "wecom", "Nothing is configured"),
        ({"feishu": "https://a.cn/x"}, "telegram", "give one of: wecom"),
        ({"feishu": "https://a.cn/x", "wecom": "https://b.cn/y"}, None, "wecom|feishu"),
        ({"wecom": "http://qyapi.weixin.qq.com/x"}, None, "must begin with https"),
        ({"wecom": "http://localhost.example.com/x"}, None, "must begin with https"),
        ({"wecom": "file:///etc/passwd"}, None, "no address"),
        ({"wecom": "https://[::1"}, None, "no address"),
        ({"wecom": "ftp://127.0.0.1/x"}, None, "must begin with https"),
    ],
)
def test_what_is_not_configured_soundly_is_refused(settings, wanted, said) -> None:
    with pytest.raises(BadInput) as refused:
        robot_of(settings, wanted)
    assert said in str(refused.value)


def test_the_only_robot_or_the_one_named_is_meant() -> None:
    both = {"wecom": "https://a.cn/x", "dingtalk": "https://b.cn/y", "dingtalk_secret": SECRET}
    assert robot_of(both, "dingtalk") == Robot("dingtalk", "https://b.cn/y", SECRET)
    assert robot_of({"wecom": "https://a.cn/x"}, None) == Robot("wecom", "https://a.cn/x", None)


def test_a_proxy_is_asked_for_other_machines_alone(robots, waits, monkeypatch) -> None:
    for name in ("http_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9" if name == "http_proxy" else "")
    assert webhooks.send(Robot("wecom", robots.url("wecom")), "通知") == 1


def test_a_failure_without_a_number_of_the_system_is_named_by_its_kind(waits, monkeypatch) -> None:
    """Its words may hold the address."""

    def failing(*_args, **_named):
        raise OSError("no way to https://a.cn/x?key=0123456789")

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", failing)
    with pytest.raises(NotTaken, match=r"cannot be reached: OSError\.$"):
        webhooks.send(Robot("wecom", "https://a.cn/x?key=0123456789"), "通知")
