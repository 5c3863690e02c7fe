"""`install --script`: the name that people's instructions have, and the same verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import PROGRAM, install, tries, uninstall

NAME = "scripts/verify-production-health.sh"
SETTINGS = """\
[targets.production]
runtime = "command"

[targets.production.command]
status = ["sh", "-c", "exit {code}"]
"""


@pytest.mark.parametrize(("code", "exits"), [(0, 0), (3, 1)])
def test_same_flags_and_same_exit_code(repo: GitRepo, code: int, exits: int) -> None:
    repo.write("safeguards.toml", SETTINGS.format(code=code))
    install(repo.top, "--script")
    by_script = tries(repo.top / NAME, "--format", "json", "--no-journal", cwd=repo.top)
    by_verb = tries(PROGRAM, "verify", "--format", "json", "--no-journal", cwd=repo.top)
    assert by_script.returncode == by_verb.returncode == exits
    assert by_script.stdout[:60] == by_verb.stdout[:60]
    assert tries(repo.top / NAME, "--no-such-flag", cwd=repo.top).returncode == 64


def test_without_the_program_it_is_no_pass(repo: GitRepo, program: Path) -> None:
    install(repo.top, "--script", program=program)
    program.unlink()
    assert tries(repo.top / NAME, cwd=repo.top).returncode not in {0, 1, 2, 3, 4, 99}


def test_a_changed_script_stays(repo: GitRepo) -> None:
    install(repo.top, "--script")
    at = repo.top / NAME
    at.write_text(at.read_text() + "# mine\n")
    assert f"{NAME}: refused; another file has that name" in install(repo.top, "--script", ok=(1,))
    assert f"{NAME}: kept" in uninstall(repo.top)
    assert at.read_text().endswith("# mine\n")


def test_no_path_of_this_machine_is_in_it(repo: GitRepo) -> None:
    install(repo.top, "--script")
    text = (repo.top / NAME).read_text()
    assert str(PROGRAM.parent) not in text
    assert (repo.top / NAME).stat().st_mode & 0o777 == 0o755
