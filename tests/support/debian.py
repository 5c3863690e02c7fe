"""Debian packages of this machine, and its package mirror."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tests.support.locks import alone
from tests.support.needs import Unavailable
from tests.support.shell import OUTER, CommandFailedError, sh

APT_SOURCES = Path("/etc/apt")


def install(kind: str, packages: dict[str, str]) -> None:
    """Install the packages (program → package) whose program is missing.

    Raises `Unavailable` where that takes another system or user.
    """
    with alone("apt"):
        missing = sorted({packages[name] for name in packages if not _is_installed(name)})
        if not missing:
            return
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise Unavailable(kind, f"{', '.join(missing)} not installed, and not root on Debian")
        # RUNLEVEL=1: packages must not start services of their own here.
        env = OUTER | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        try:
            sh("apt-get", "update", "-q", timeout=300, env=env)
            sh(
                "apt-get",
                "install",
                "-qy",
                "--no-install-recommends",
                *missing,
                timeout=900,
                env=env,
            )
        except CommandFailedError as error:
            raise Unavailable(
                kind, f"apt-get cannot install {', '.join(missing)}: {error}"
            ) from error


def mirror() -> str | None:
    """The Debian mirror that apt uses here; None to let debootstrap choose."""
    files = [
        APT_SOURCES / "sources.list",
        *sorted((APT_SOURCES / "sources.list.d").glob("debian*")),
    ]
    for path in files:
        text = path.read_text() if path.exists() else ""
        found = re.search(r"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+)", text, re.MULTILINE)
        if found:
            return found[1]
    return None


def _is_installed(program: str) -> bool:
    return shutil.which(program, path=f"{OUTER.get('PATH', '')}:/usr/sbin:/sbin") is not None
