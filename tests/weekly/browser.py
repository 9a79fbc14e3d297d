"""Chromium through chromedriver's own protocol: the few commands that the tests of a page need."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weekly.conftest import program


class Browser:
    """A window of Chromium that shows one page."""

    def __init__(self, port: int, width: int, profile: Path) -> None:
        self._root = f"http://127.0.0.1:{port}/session"
        options = {
            "binary": program("chromium"),
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--no-first-run", f"--user-data-dir={profile}",
            ],
            "perfLoggingPrefs": {"enableNetwork": True},
        }  # fmt: skip
        if width < 500:  # a window cannot be as narrow as a telephone
            options["mobileEmulation"] = {"deviceMetrics": {"width": width, "height": 844, "pixelRatio": 1}}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._root += f"/{made['sessionId']}"
        if width >= 500:
            self._call("POST", "/window/rect", {"width": width, "height": 1000})

    def _call(self, verb: str, path: str, body: object = None):
        data = None if verb != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self._root + path, data, {"Content-Type": "application/json"}, method=verb
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())["value"]

    def show(self, path: Path) -> None:
        self._call("POST", "/url", {"url": "about:blank"})
        self.requests()  # what the browser asked of itself before
        self._call("POST", "/url", {"url": path.as_uri()})

    def run(self, script: str):
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def picture(self) -> bytes:
        """The whole page as PNG."""
        taken = self._call(
            "POST",
            "/goog/cdp/execute",
            {"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": True}},
        )
        return base64.b64decode(taken["data"])

    def printed(self) -> bytes:
        return base64.b64decode(
            self._call("POST", "/print", {"background": True, "orientation": "landscape"})
        )

    def complaints(self) -> list[str]:
        """What the page put on the console."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """The addresses that the page asked for."""
        told = [
            json.loads(entry["message"])["message"]
            for entry in self._call("POST", "/se/log", {"type": "performance"})
        ]
        return [m["params"]["request"]["url"] for m in told if m["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        self._call("DELETE", "")


@contextmanager
def driver() -> Iterator[int]:
    """A chromedriver of our own; its port."""
    process = subprocess.Popen(
        [program("chromedriver"), "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "started successfully on port" in line:
                yield int(line.rstrip(".\n").rpartition(" ")[2])
                break
        else:
            raise AssertionError("chromedriver did not start")
    finally:
        process.terminate()
        process.wait(10)
