"""A real browser, headless, told what to do over a pipe in the DevTools protocol."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.needs import Unavailable

PATIENCE = 60.0
"""Seconds for one answer; the machine may have much else to do."""
FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"),
    *("--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--mute-audio", "--hide-scrollbars"),
)


class BrowserGoneError(AssertionError):
    """The browser ended, or gave no answer in time."""


class Browser:
    """A running browser; `tab` opens pages in it."""

    def __init__(self, process: subprocess.Popen[bytes], writes: int, reads: int) -> None:
        self._process, self._writes, self._reads = process, writes, reads
        self._buffer = b""
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, /, **params: Any) -> dict[str, Any]:
        """The answer to a command; what happens meanwhile is added to `events`."""
        number = self._say(method, session, params)
        answer = self._until(lambda told: told.get("id") == number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    def wait(self, method: str, session: str) -> None:
        """Return once this event has been told."""

        def is_it(told: dict[str, Any]) -> bool:
            return told.get("method") == method and told.get("sessionId") == session

        if not any(map(is_it, self.events)):
            self._until(is_it)

    def _say(self, method: str, session: str | None, params: dict[str, Any]) -> int:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        content = json.dumps(message).encode() + b"\0"
        while content:
            content = content[os.write(self._writes, content) :]
        return self._last

    def _until(self, wanted: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            whole, found, rest = self._buffer.partition(b"\0")
            if not found:
                self._read(deadline)
                continue
            self._buffer = rest
            told = json.loads(whole)
            assert isinstance(told, dict)
            if "method" in told:
                self.events.append(told)
            if told.get("method") == "Page.javascriptDialogOpening":  # it would stop the page
                dismiss = "Page.handleJavaScriptDialog"
                self._say(dismiss, told["sessionId"], {"accept": False})
            if wanted(told):
                return told

    def _read(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        ready = select.select([self._reads], [], [], max(left, 0))[0]
        chunk = os.read(self._reads, 1 << 20) if ready else b""
        if not chunk:
            raise BrowserGoneError(f"no answer; its exit code is {self._process.poll()}")
        self._buffer += chunk


class Tab:
    """One page in a window of its own; what it loaded and what went wrong is remembered."""

    def __init__(self, browser: Browser) -> None:
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._browser, self._session = browser, attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, /, **params: Any) -> dict[str, Any]:
        """A command for this page."""
        return self._browser.ask(method, self._session, **params)

    def show(self, path: Path, *, width: int, height: int = 900, dark: bool = False) -> None:
        """Load a file in a window of this size, and wait until all of it is there."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self._browser.events.clear()
        failed = self.ask("Page.navigate", url=path.as_uri()).get("errorText")
        assert failed is None, failed
        self._browser.wait("Page.loadEventFired", self._session)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression; the page's own policy does not concern it."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """A key, down and up."""
        codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39}
        common = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        more = {"text": text} if text else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **more)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def picture(self, *, full: bool = True) -> bytes:
        """What is seen, as PNG; with `full` all of the page."""
        told = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        return base64.b64decode(told["data"])

    def paper(self) -> bytes:
        """The page as it is printed, as PDF."""
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=True)["data"])

    def requested(self) -> list[str]:
        """The address of everything that the page asked for, beginning with itself."""
        return [
            event["params"]["request"]["url"]
            for event in self._browser.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def troubles(self) -> list[str]:
        """Dialogs, errors, what its policy refused, and everything that it wrote to the console."""
        found = []
        for event in self._browser.events:
            if event["method"] == "Log.entryAdded":
                found.append(str(event["params"]["entry"]["text"]))
            elif event["method"] in {
                "Page.javascriptDialogOpening",
                "Runtime.consoleAPICalled",
                "Runtime.exceptionThrown",
            }:
                found.append(f"{event['method']}: {event['params']}")
        return found


@contextmanager
def running(folder: Path) -> Iterator[Browser]:
    """A browser that keeps all that it writes below `folder`.

    Raises `Unavailable` where there is none.
    """
    program = shutil.which("chromium")
    if program is None:
        raise Unavailable("chromium", "no program chromium")
    to_browser, from_browser = [tuple(map(_high, os.pipe())) for _ in range(2)]
    # It reads from its descriptor 3 and writes to 4.
    redirect = f'exec "$@" 3<&{to_browser[0]} 4>&{from_browser[1]}'
    profile = f"--user-data-dir={folder / 'profile'}"
    process = subprocess.Popen(
        ["bash", "-c", redirect, "bash", program, *FLAGS, profile, "about:blank"],
        pass_fds=(to_browser[0], from_browser[1]),
        env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(to_browser[0])
    os.close(from_browser[1])
    try:
        yield Browser(process, to_browser[1], from_browser[0])
    finally:
        os.close(to_browser[1])  # it ends with its pipe
        os.close(from_browser[0])
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _high(descriptor: int) -> int:
    """The same file under a number that is not 3 or 4."""
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return copy
