"""A server on this machine that answers as the robots of chat groups do."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: What one message may hold, in bytes: WeCom its text, the others their body.
MOST = {"wecom": 2048, "dingtalk": 20_000, "feishu": 20_000}
SECRET = "SEC0123456789"


class Robots:
    """What the server was sent, and what it is told to answer next: (status, headers, body), ``None`` as a robot does."""

    def __init__(self) -> None:
        self.taken = []  #: (kind, text) of each message that was delivered
        self.asked = 0  #: how many requests came
        self.script = []
        self.base = ""

    def url(self, kind, key="0123456789abcdef"):
        return f"{self.base}/{kind}?key={key}"

    def answer(self, kind, query, body):
        """What the robot of a kind answers to a message: status, headers, object."""
        text = (body["content"] if kind == "feishu" else body)["text"]
        text = text["content"] if isinstance(text, dict) else text
        held = len(text.encode()) if kind == "wecom" else len(json.dumps(body, ensure_ascii=False).encode())
        if held > MOST[kind]:
            return 200, {}, {"errcode": 40058, "errmsg": "too long", "code": 9499, "msg": "too long"}
        if kind == "dingtalk" and "sign" in query:
            stamp = query["timestamp"][0]
            wanted = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
            if (
                query["sign"][0] != base64.b64encode(wanted).decode()
                or abs(int(stamp) / 1000 - time.time()) > 3600
            ):
                return 200, {}, {"errcode": 310000, "errmsg": "sign not match"}
        if kind == "feishu" and "sign" in body:
            key = f"{body['timestamp']}\n{SECRET}".encode()
            if body["sign"] != base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode():
                return 200, {}, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
        self.taken.append((kind, text))
        if kind == "feishu":
            return (
                200,
                {},
                {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
            )
        return 200, {}, {"errcode": 0, "errmsg": "ok"}


@contextmanager
def serving():
    """A context with :class:`Robots` that answer at ``robots.url(kind)``."""
    robots = Robots()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            robots.asked += 1
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = robots.script.pop(0) if robots.script else None
            if said == "hang up":
                self.close_connection = True
                return
            if said is None:
                said = robots.answer(parts.path.strip("/"), parse_qs(parts.query), body)
            status, headers, answer = said
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    robots.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield robots
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
