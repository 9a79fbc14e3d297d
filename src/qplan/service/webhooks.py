"""Messages to the robots of chat groups: WeCom, DingTalk, Feishu. Addresses and secrets stay out of every sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from qplan.core.events import SENT
from qplan.core.model import Actor, Change, PlanHead
from qplan.errors import BadInput, QplanError, Refused
from qplan.i18n import N_p, _, pgettext

if TYPE_CHECKING:
    from qplan.ledger.store import Ledger
    from qplan.service.actions import WriteContext
    from qplan.service.receipts import Receipt

#: Seconds to wait for an answer, and before each further attempt.
TIMEOUT = 20
WAITS = (2, 10, 60)
#: Bytes of an answer that are read; robots answer with a line.
MOST_ANSWER = 1 << 16
#: Bytes that the mark of a part, as (12/34), takes at most with its line break.
MARK = 12

sleep = time.sleep


class Kind(NamedTuple):
    """A kind of robot: how it is called, what one message holds, what its answers mean."""

    name: str
    most: int  #: bytes of a text in one message
    codes: tuple[str, ...]  #: fields of the answer, the first that is there says whether it was taken: 0
    message: str  #: the field with the reason
    again: frozenset[int]  #: codes of a robot that is busy, or was sent too much within a minute
    body: Callable[[str], dict[str, Any]]


#: Setting in the config file -> the kind. A text of WeCom has 2,048 bytes; the body of a message of DingTalk and
#: of Feishu has 20,000, of which the text leaves a few for what is around it.
KINDS: dict[str, Kind] = {
    "wecom": Kind(
        N_p("robot", "WeCom"), 2048, ("errcode",), "errmsg", frozenset({-1, 45009, 45033}),
        lambda text: {"msgtype": "text", "text": {"content": text}},
    ),
    "dingtalk": Kind(
        N_p("robot", "DingTalk"), 19_500, ("errcode",), "errmsg", frozenset({-1, 130101, 410100}),
        lambda text: {"msgtype": "text", "text": {"content": text}},
    ),
    "feishu": Kind(
        N_p("robot", "Feishu"), 19_500, ("code", "StatusCode"), "msg", frozenset({11232}),
        lambda text: {"msg_type": "text", "content": {"text": text}},
    ),
}  # fmt: skip

#: What ends the name of the setting with a robot's secret.
SECRET = "_secret"  # noqa: S105 - the name of a setting
#: The settings of the table ``send`` of the config file.
SETTINGS = (*KINDS, f"dingtalk{SECRET}", f"feishu{SECRET}")
#: Hosts that take a message without TLS.
LOCAL = ("localhost", "127.0.0.1", "::1")


class Robot(NamedTuple):
    """A robot of a chat group."""

    kind: str
    url: str
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Robot({self.kind!r})"  # the address is as good as a password


def label(robot: Robot) -> str:
    """Return what the kind of a robot is called in the language in use."""
    return pgettext("robot", KINDS[robot.kind].name)


class NotTaken(QplanError):
    """A message was not delivered; ``delivered`` of its parts were."""

    code = "not-sent"

    def __init__(self, reason: str, delivered: int = 0, parts: int = 1) -> None:
        self.delivered, self.parts = delivered, parts
        super().__init__(reason)


def robot_of(settings: Mapping[str, str], wanted: str | None) -> Robot:
    """Return the robot that is configured; of several the one ``wanted`` by its kind.

    Raises BadInput for none, for several of which none is named, and for an address without TLS.
    """
    known = [kind for kind in KINDS if settings.get(kind)]
    if wanted is not None and wanted not in KINDS:
        raise BadInput(
            _("--send: there is no “{kind}”; give one of: {known}."), kind=wanted, known=" ".join(KINDS)
        )
    if not known or (wanted is not None and wanted not in known):
        raise BadInput(
            _("Nothing is configured to send to; set an address first: qplan config set send.{kind} URL"),
            kind=wanted or "wecom",
        )
    if wanted is None and len(known) > 1:
        raise BadInput(_("Several robots are configured; name one: --send {known}"), known="|".join(known))
    kind = wanted or known[0]
    check_address(settings[kind], f"send.{kind}")
    return Robot(kind, settings[kind], settings.get(f"{kind}{SECRET}"))


def check_address(url: str, name: str) -> None:
    """Raise BadInput for what is no address of a robot: it begins with https, but on the own machine."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        host = None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput(
            _("{name}: this is no address of a robot; copy the whole of it (https://…)."), name=name
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        raise BadInput(
            _("{name}: the address must begin with https://; nothing is sent unprotected."), name=name
        )


def parts_of(text: str, most: int) -> list[str]:
    """Return a text in parts of so many bytes at most, broken between lines, in a longer line between characters.

    Several parts begin with their number.
    """
    if size(text) <= most:
        return [text]
    parts, lines = [], ""
    for line in _lines(text, most - MARK):
        longer = f"{lines}\n{line}" if lines else line
        if size(longer) > most - MARK:
            parts.append(lines)
            longer = line
        lines = longer
    parts.append(lines)
    return [f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, 1)]


def size(text: str) -> int:
    """Return the bytes of a text within a message, quotation marks and line breaks escaped."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def _lines(text: str, most: int) -> Iterator[str]:
    for line in text.split("\n"):
        piece = ""
        for character in line:
            if size(piece + character) > most:
                yield piece
                piece = ""
            piece += character
        yield piece


def send(robot: Robot, text: str) -> int:
    """Deliver a text in one or several messages and return how many; each is sent until it is taken, and not again.

    Raises NotTaken where a message is refused, or not taken at the last attempt either.
    """
    parts = parts_of(text, KINDS[robot.kind].most)
    for delivered, part in enumerate(parts):
        for wait in (*WAITS, None):
            reason, again, pause = _attempt(robot, part)
            if reason is None:
                break
            if not again or wait is None:
                raise NotTaken(reason, delivered, len(parts))
            sleep(min(max(wait, pause), WAITS[-1]))
    return len(parts)


def _attempt(robot: Robot, text: str) -> tuple[str | None, bool, int]:
    """Send one message; return why it was not taken (None: it was), whether to try again, and after how long."""
    import http.client
    import urllib.error

    kind = KINDS[robot.kind]
    try:
        status, wait, data = _post(*_signed(robot, kind.body(text)))
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        return _("{robot} cannot be reached: {why}.").format(robot=label(robot), why=_why(error)), True, 0
    if status != 200:
        reason = _("{robot} answered with HTTP status {status}.").format(robot=label(robot), status=status)
        return reason, status == 429 or status >= 500, wait
    try:
        answer = json.loads(data)
        code = next(answer[name] for name in kind.codes if name in answer)
    except (ValueError, TypeError, RecursionError, StopIteration):
        return (
            _("{robot} gave an answer that is not that of a robot; check the address.").format(
                robot=label(robot)
            ),
            False,
            0,
        )
    if code == 0:
        return None, False, 0
    what = _without_secrets(str(answer.get(kind.message, ""))[:200], robot)
    reason = _("{robot} did not take the message: code {code}, {what}").format(
        robot=label(robot), code=code, what=what
    )
    return reason, code in kind.again, wait


def _signed(robot: Robot, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the address and the body of a message, signed where the robot has a secret."""
    if not robot.secret:
        return robot.url, body
    import base64
    import hmac

    moment = time.time()
    if robot.kind == "feishu":
        stamp = str(int(moment))
        digest = hmac.digest(f"{stamp}\n{robot.secret}".encode(), b"", "sha256")
        return robot.url, {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}
    from urllib.parse import quote_plus

    stamp = str(int(moment * 1000))
    digest = hmac.digest(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode(), "sha256")
    mark = "&" if "?" in robot.url else "?"
    return f"{robot.url}{mark}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}", body


def _post(url: str, body: dict[str, Any]) -> tuple[int, int, bytes]:
    """Post JSON; return the status, the seconds that the server asks to wait, and the answer. Nothing is redirected."""
    import urllib.error
    import urllib.request
    from urllib.parse import urlsplit

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args: Any) -> None:
            return None

    proxies = [urllib.request.ProxyHandler({})] if urlsplit(url).hostname in LOCAL else []
    opener = urllib.request.build_opener(NoRedirect, *proxies)
    data = json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 - checked
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return answer.status, 0, answer.read(MOST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            after = error.headers.get("Retry-After", "")
            return (
                error.code,
                int(after) if after.isascii() and after.isdigit() else 0,
                error.read(MOST_ANSWER),
            )


def _why(error: Exception) -> str:
    """What failed, without the address."""
    from qplan.errors import system_words

    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return _("no answer within {n} seconds").format(n=TIMEOUT)
    if isinstance(reason, OSError) and reason.errno is not None:
        return system_words(reason)
    return type(reason).__name__


def _without_secrets(text: str, robot: Robot) -> str:
    """A server's words without what may be copied from the address."""
    from urllib.parse import parse_qsl, urlsplit

    parts = urlsplit(robot.url)
    secrets = [
        robot.url,
        robot.secret or "",
        *(value for _name, value in parse_qsl(parts.query)),
        parts.path.rpartition("/")[2],
    ]
    for secret in sorted((one for one in secrets if len(one) > 5), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def record(
    ledger: Ledger, ids: Sequence[str], robot: Robot, parts: int, context: WriteContext
) -> list[Receipt]:
    """Enter in the journal that a message about tasks was delivered; Refused for others than the office."""

    from qplan.service.actions import versioned, write_changes

    def decide(plan: PlanHead) -> list[Change]:
        check_sender(context.actor, plan)
        info: dict[str, object] = {"channel": KINDS[robot.kind].name, "parts": str(parts)}
        return [versioned(Change(SENT, task.id, {}, {}, info), task) for task in map(ledger.task, ids)]

    return write_changes(ledger, context, decide, dict)


def check_sender(actor: Actor, plan: PlanHead) -> None:
    """Raise Refused for a department: letters are the office's."""
    if actor.dept != plan.office:
        raise Refused(_("Messages are sent by the office; you act for {dept}."), dept=actor.acts_for)
