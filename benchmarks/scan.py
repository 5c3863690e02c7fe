"""`safeguards scan` against what a team does without it: import everything, configure mappers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import package
from benchmarks.measure import Side, environment, in_turn
from benchmarks.project import write_project
from benchmarks.table import ratios, seconds

SCAN = (sys.executable, "-m", "safeguards", "scan")
IMPORT = (
    sys.executable,
    "-c",
    "import shop.main; from sqlalchemy.orm import configure_mappers; configure_mappers()",
)
PARSE_CODE = """\
import ast, pathlib
for path in pathlib.Path(".").rglob("*.py"):
    ast.parse(path.read_bytes())
"""
PARSE = (sys.executable, "-W", "ignore", "-c", PARSE_CODE)
COLD, WARM, EDITED = "scan, cold", "scan, warm", "scan, one file edited"
STAGED = "scan --staged, facts kept"
MOST_IMPORTED = 2000
"""Files; importing more takes minutes in every round."""
FIRST, AGAIN = "import + configure, no bytecode", "import + configure"
PARSED = "ast.parse of every file"


def generated(files: int, rounds: int) -> str:
    """Measure the generated application of about this many files."""
    with tempfile.TemporaryDirectory(prefix="safeguards-benchmark-") as parent:
        folder = Path(parent)
        size = write_project(folder, files)
        _commit(folder)
        model = min(folder.glob("shop/*/models/model_*.py"))
        sides = [*_scans(folder, model), Side(PARSED, PARSE, folder, environment())]
        if files <= MOST_IMPORTED:
            forget = partial(_forget_bytecode, folder)
            sides.append(Side(FIRST, IMPORT, folder, environment(), forget))
            sides.append(Side(AGAIN, IMPORT, folder, environment()))
        samples = in_turn(sides, rounds)
        count = len(list(folder.glob("shop/**/*.py")))
    pairs = [(COLD, PARSED), (EDITED, PARSED), (WARM, PARSED), (STAGED, PARSED)]
    if files <= MOST_IMPORTED:
        pairs += [(COLD, FIRST), (COLD, AGAIN), (EDITED, AGAIN), (WARM, AGAIN)]
    title = f"## scan: generated application, {count} files, {size / 1e6:.1f} MB, {rounds} rounds"
    return f"{title}\n\n{seconds(samples)}\n\n{ratios(samples, pairs)}\n"


def real(name: str, rounds: int) -> str:
    """Measure the Python files of a package from PyPI; its own libraries are not installed."""
    with tempfile.TemporaryDirectory(prefix="safeguards-benchmark-") as parent:
        folder = Path(parent)
        version = package.unpack(name, folder)
        _commit(folder)
        paths = sorted(folder.rglob("*.py"))
        size = sum(path.stat().st_size for path in paths)
        model = max(paths, key=lambda path: (path.read_bytes().count(b"relationship("), str(path)))
        sides = [*_scans(folder, model), Side(PARSED, PARSE, folder, environment())]
        samples = in_turn(sides, rounds)
    pairs = [(COLD, PARSED), (EDITED, PARSED), (WARM, PARSED), (STAGED, PARSED)]
    title = f"## scan: {name} {version}, {len(paths)} files, {size / 1e6:.1f} MB, {rounds} rounds"
    return f"{title}\n\n{seconds(samples)}\n\n{ratios(samples, pairs)}\n"


def _scans(folder: Path, model: Path) -> list[Side]:
    return [
        Side(COLD, SCAN, folder, environment(), partial(_forget_facts, folder)),
        Side(EDITED, SCAN, folder, environment(), partial(_edit, model)),
        Side(WARM, SCAN, folder, environment()),
        Side(STAGED, (*SCAN, "--staged"), folder, environment()),
    ]


def _commit(folder: Path) -> None:
    """Make it a repository, as a project is; bytecode is ignored as everywhere."""
    (folder / ".gitignore").write_text("__pycache__/\n")
    for argv in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *argv), cwd=folder, env=environment(), check=True)


def _forget_facts(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "safeguards", ignore_errors=True)


def _forget_bytecode(folder: Path) -> None:
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)


def _edit(path: Path) -> None:
    with path.open("a") as file:
        file.write("# edited\n")
