"""A real application as input: the Python files of a wheel from PyPI, without what it needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "benchmarks"


def unpack(name: str, folder: Path) -> str:
    """Put the Python files of the newest wheel below `folder`; returns its version."""
    archive = _kept(name)
    with zipfile.ZipFile(archive) as source:
        source.extractall(folder)
    return archive.stem.split("-")[1]


def _kept(name: str) -> Path:
    """An archive of the wheel's Python files alone, downloaded once."""
    kept = CACHE / name
    found = sorted(kept.glob("*.zip"))
    if found:
        return found[-1]
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as downloads:
        pip = (sys.executable, "-m", "pip", "download", "-qq", "--no-deps")
        argv = (*pip, "--only-binary=:all:", "--dest", downloads, name)
        subprocess.run(argv, check=True)
        wheel = next(Path(downloads).glob("*.whl"))
        target = kept / f"{wheel.stem}.zip"
        with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as chosen:
            for entry in source.namelist():
                if entry.endswith(".py"):
                    chosen.writestr(entry, source.read(entry))
    return target
