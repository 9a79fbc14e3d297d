"""A terminal of POSIX for tests: the program runs on it, and what it shows is read as it comes."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time

#: Seconds after which a test gives up.
PATIENCE = 30


def _as_on_a_terminal(device):
    """Make the terminal that of the process, and Ctrl-C what it is there: whoever runs tests in the background ignores it."""
    fcntl.ioctl(device, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """The program on a terminal of so many lines, with its environment."""

    def __init__(self, words, environ, lines=24, columns=100):
        self.screen, device = pty.openpty()
        termios.tcsetwinsize(device, (lines, columns))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "LESS")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qplan", *words], stdin=device, stdout=device, stderr=device,
            start_new_session=True, preexec_fn=lambda: _as_on_a_terminal(device), env={**kept, "TERM": "xterm", "LANG": "C.UTF-8", **environ},
        )  # fmt: skip
        os.close(device)
        self.shown = ""

    def until(self, text):
        """Read until a text is shown; return what was shown since the last one."""
        ended = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < ended and self._read(), self.shown
        shown, _text, self.shown = self.shown.partition(text)
        return shown

    def type(self, keys):
        """Press keys."""
        os.write(self.screen, keys.encode())

    def end(self):
        """Read until the program ends; return its exit number and what was shown since the last text."""
        while self._read():
            pass
        os.close(self.screen)
        return self.process.wait(PATIENCE), self.shown

    def _read(self):
        assert select.select([self.screen], [], [], PATIENCE)[0], self.shown
        try:
            read = os.read(self.screen, 65536)
        except OSError:  # how a terminal ends when nobody writes on it any more
            return False
        self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", read.decode(errors="replace"))
        return bool(read)
