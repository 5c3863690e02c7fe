"""This process's surroundings: variables, secret files, and where our own state belongs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath


def variables() -> Mapping[str, str]:
    """The environment variables, as they are now."""
    return dict(os.environ)


def read_file(path: PurePath) -> bytes | None:
    """The content of a file, None when there is none. Raises `OSError` for any other reason."""
    try:
        return Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def stderr_is_terminal() -> bool:
    """Whether a person may be watching the progress."""
    return sys.stderr is not None and sys.stderr.isatty()


def with_program(environ: Mapping[str, str], name: str) -> Mapping[str, str]:
    """The environment in which a program is found: where PATH does not lead to it, the programs
    beside the Python that runs us come first.
    """
    path = environ.get("PATH", os.defpath)
    if shutil.which(name, path=path) is not None:
        return environ
    return {**environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{path}"}


def user() -> str:
    """Who runs this process, by name where there is one."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def host() -> str:
    """The name of this machine."""
    return os.uname().nodename


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where our state belongs when there is no repository: XDG_STATE_HOME/safeguards."""
    configured = environ.get("XDG_STATE_HOME", "")
    if configured.startswith("/"):
        return Path(configured) / "safeguards"
    home = environ.get("HOME", "")
    base = Path(home if home.startswith("/") else _temporary_folder())
    return base / ".local" / "state" / "safeguards"


def write_log(folder: Path, name: str, text: str) -> Path:
    """Write a log that only its owner can read, in `folder` or else in the temporary folder.

    Raises `OSError` when neither can be written.
    """
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=folder)
    except OSError:
        handle, path = tempfile.mkstemp(prefix=f"safeguards-{name}-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    return Path(path)


def _temporary_folder() -> str:
    import tempfile  # slow to load, and the commit hook has no use for it

    return tempfile.gettempdir()


def standard_input() -> bytes:
    """All of standard input; nothing where it is closed."""
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, OSError, ValueError):
        return b""
