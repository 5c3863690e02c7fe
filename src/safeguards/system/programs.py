"""Programs of a database's own on this machine, of a version that suits its server."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from safeguards.errors import UnreachableError
from safeguards.system.process import run

DEBIAN = Path("/usr/lib/postgresql")


def postgres_programs(server: int) -> Path | None:
    """The folder of a pg_dump that can dump a server of this major version.

    It is no older than the server, and the nearest to it: what it writes is then read by the
    server's own pg_restore. None when there is none.
    """
    found: dict[int, Path] = {}
    for folder in [*_debian(), *_on_path("pg_dump")]:
        version = _version(folder / "pg_dump")
        if version >= server and (folder / "pg_restore").exists():
            found.setdefault(version, folder)
    return found[min(found)] if found else None


def first_program(*names: str) -> str | None:
    """The first of these programs that is on PATH."""
    return next((path for name in names if (path := shutil.which(name))), None)


def _debian() -> list[Path]:
    return sorted(each.parent for each in DEBIAN.glob("*/bin/pg_dump"))


def _on_path(program: str) -> list[Path]:
    found = shutil.which(program)
    return [Path(found).parent] if found else []


def _version(program: Path) -> int:
    """The major version that the program tells; 0 when it tells none."""
    try:
        told = run([str(program), "--version"], timeout=10).text
    except UnreachableError:
        return 0
    version = re.search(r"\s(\d+)", told)
    return int(version[1]) if version else 0
