"""Generated files are what `scripts/gen` would write now, and it notices when they are not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def generate(top: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(top / "scripts/gen"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_repository_is_up_to_date() -> None:
    checked = generate(REPOSITORY, "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_stale_file_is_shown_and_repaired(tmp_path: Path) -> None:
    for folder in ("src", "docs"):
        shutil.copytree(
            REPOSITORY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "scripts").mkdir()
    shutil.copy(REPOSITORY / "scripts/gen", tmp_path / "scripts/gen")
    page = tmp_path / "docs/configuration.md"
    wanted = page.read_text()
    page.write_text(wanted.replace("# Configuration", "# Old"))

    stale = generate(tmp_path, "--check")
    assert stale.returncode == 1
    assert "+# Configuration" in stale.stdout
    assert "out of date: run scripts/gen" in stale.stderr

    assert generate(tmp_path).returncode == 0
    assert page.read_text() == wanted
    assert generate(tmp_path, "--check").returncode == 0


def test_wrong_usage() -> None:
    assert generate(REPOSITORY, "--chekc").returncode == 64
