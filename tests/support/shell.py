"""Child processes of the test kit: a deadline always, and the whole output on failure."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"


def _outer_environment() -> dict[str, str]:
    home = os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir
    return dict(os.environ) | {"HOME": home}


OUTER = _outer_environment()
"""The environment before the isolation of the tests; for making things that outlive a run."""


class CommandFailedError(AssertionError):
    """A command of the kit returned non-zero; the message holds all that it printed."""


def sh(
    *argv: str | Path,
    timeout: float = 60,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    ok: Sequence[int] = (0,),
) -> str:
    """Run argv and return its standard output; any code not in `ok` raises with all output."""
    done = subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env=None if env is None else dict(env),
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )
    if done.returncode not in ok:
        shown = " ".join(str(part) for part in argv)
        raise CommandFailedError(f"{shown}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout
