"""An engine that is reached by ssh."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import needs
from tests.support.needs import Unavailable
from tests.support.served import ssh_server


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of this machine's engine by ssh, with an ssh on the PATH that may log in."""
    with contextlib.ExitStack() as stack:
        try:
            url, command = stack.enter_context(ssh_server(tmp_path / "sshd"))
        except Unavailable as missing:
            needs.skip(missing)
        program = tmp_path / "bin" / "ssh"
        program.parent.mkdir()
        command[0] = str(shutil.which("ssh"))
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        yield url
