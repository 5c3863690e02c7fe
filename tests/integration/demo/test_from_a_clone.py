"""What README tells a newcomer to type, from a fresh clone and with an empty HOME."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.needs import Unavailable, skip
from tests.support.shell import ROOT, CommandFailedError, sh
from tests.support.told import shown_in_readme, told

pytestmark = pytest.mark.slow

MINUTES = 10 * 60


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last commit of this repository; skips where no package index answers."""
    folder = tmp_path_factory.mktemp("newcomer")
    try:
        probe = ("-m", "pip", "download", "-q", "--no-deps", "-d", folder / "probe", "click")
        sh(sys.executable, *probe, timeout=120, env=os.environ | {"HOME": str(folder)})
    except CommandFailedError:
        skip(Unavailable("precommit", "no package index to install from"))
    sh("git", "clone", "-q", ROOT, folder / "safeguards")
    return folder / "safeguards"


@pytest.fixture
def readme(clone: Path) -> str:
    """The set-up in five minutes, as the clone tells it."""
    text = (clone / "README.md").read_text(encoding="utf-8")
    return text.partition("## Set it up")[2].partition("\n## ")[0]


def test_the_one_command_runs_the_demo(clone: Path, home: Path) -> None:
    printed = sh(clone / "scripts" / "demo", timeout=MINUTES)
    assert told(printed) == told(shown_in_readme())
    assert sh("git", "status", "--short", cwd=clone) == ""


def test_the_set_up_guards_a_project(
    clone: Path, readme: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = sh("git", "rev-parse", "HEAD", cwd=clone).strip()
    readme = readme.replace("/path/to/safeguards", str(clone))
    readme = re.sub(r"rev: .*", f"rev: {revision}", readme)
    project = tmp_path / "npd"
    shutil.copytree(ROOT / "examples" / "npd" / "backend", project)
    sh("git", "init", "-q", project)
    sh(sys.executable, "-m", "venv", project / ".venv")
    (project / ".gitignore").write_text(".venv/\n")
    monkeypatch.setenv("PATH", f"{project}/.venv/bin:{os.environ['PATH']}")
    shown = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    install, scan, guard, arm, verify, issue = shown

    assert _typed(install, project).returncode == 0
    looked = _typed(scan, project)
    assert (looked.returncode, looked.stdout) == (0, ""), looked
    assert _typed(guard, project).returncode == 0
    (hook,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (project / ".pre-commit-config.yaml").write_text(hook)
    assert _typed(arm, project).returncode == 0
    sh("git", "add", "--all", cwd=project)
    first = _typed("git commit -q -m 'Set it up'", project)
    assert first.returncode == 0, first

    contact = project / "app" / "models" / "contact.py"
    contact.write_text(contact.read_text().replace(", foreign_keys=[organization_id]", ""))
    refused = _typed("git commit -q -a -m 'Forget which'", project)
    assert refused.returncode == 1, refused
    assert "app/models/contact.py" in refused.stderr
    assert "SG101 error: Contact.organization is ambiguous" in refused.stderr

    (described,) = re.findall(r"^```toml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (project / "pyproject.toml").write_text(described)
    asked = _typed(verify, project)
    assert asked.returncode in {1, 2, 3, 4, 99}, asked
    assert asked.stdout.splitlines()[-1] == "PRODUCTION HEALTH CHECK FAILED"
    sh("git", "remote", "add", "origin", "https://github.com/owner/name.git", cwd=project)
    posted = _typed(f"{issue.strip()} --issue-dry-run", project)
    assert posted.returncode == asked.returncode, posted
    assert "issue: owner/name, issue 12: this would be posted\n" in posted.stderr


def _typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=MINUTES,
        check=False,
    )
