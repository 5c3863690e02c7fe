"""Runs of `safeguards demo` in surroundings of their own, and what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

DEADLINE = 240.0

HOSTILE_CONFIG = """\
[core]
	hooksPath = /nonexistent/hooks
[commit]
	gpgSign = true
[user]
	useConfigOnly = true
[init]
	defaultBranch = trunk
"""


FOREGROUND = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from safeguards.cli.main import run
run()
"""
"""The command line with the signals of a terminal's job, which a job in the background lacks."""


class Place:
    """An empty HOME, an empty temporary folder, and settings that ought not to matter."""

    def __init__(self, top: Path) -> None:
        self.home, self.temporary = top / "home", top / "tmp"
        for folder in (self.home, self.temporary):
            folder.mkdir(parents=True)
        template = top / "template" / "hooks"
        template.mkdir(parents=True)
        (template / "pre-commit").write_text("#!/bin/sh\nexit 9\n")
        (template / "pre-commit").chmod(0o755)
        config = top / "gitconfig"
        config.write_text(HOSTILE_CONFIG)
        self.environ = dict(os.environ) | {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "GIT_CONFIG_GLOBAL": str(config),
            "GIT_TEMPLATE_DIR": str(template.parent),
            "GIT_DIR": str(top / "another-repository"),
            "SKIP": "sqlalchemy-relationships",
            "UVICORN_PORT": "1",
            "WEB_CONCURRENCY": "3",
            "SHOP_CURRENCY": "XXX",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
        }

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """The demo, running."""
        return subprocess.Popen(
            [sys.executable, "-c", FOREGROUND, "demo", *arguments],
            cwd=self.home.parent,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def play(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The demo to its end."""
        process = self.start(*arguments, **environ)
        try:
            out, err = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def left(self) -> Mapping[str, list[str]]:
        """What is still there: files below HOME and the temporary folder, processes in them.

        A process that was killed may take a moment to be gone.
        """
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        return {
            "home": sorted(path.name for path in self.home.iterdir()),
            "temporary": sorted(path.name for path in self.temporary.iterdir()),
            "processes": self.processes(),
        }

    def processes(self) -> list[str]:
        """Processes whose environment names our temporary folder."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environ = (folder / "environ").read_bytes()
                argv = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(self.temporary) in environ and argv:
                found.append(argv.replace(b"\0", b" ").decode(errors="replace"))
        return found


NOTHING: Mapping[str, list[str]] = {"home": [], "temporary": [], "processes": []}
