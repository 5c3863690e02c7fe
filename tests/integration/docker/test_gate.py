"""`safeguards gate` before the real production: its image, its PostgreSQL, its API."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.gate.kit import revision
from tests.integration.git.kit import GitRepo
from tests.support.production import BACKEND, DATABASE_PASSWORD, DB, TOKEN, Production

pytestmark = pytest.mark.docker

VERSIONS = "backend/migrations/versions"


@pytest.fixture
def checkout(production: Production) -> Iterator[GitRepo]:
    """The checkout of the production as a repository, committed; without one afterwards."""
    repo = GitRepo.init(production.folder)
    repo.git("add", "--all", "--force", "--", ":!.env")
    deployed = repo.commit("Deploy")
    yield repo
    repo.git("reset", "-q", "--hard", deployed)
    shutil.rmtree(repo.top / ".git")


def gate(production: Production, **env: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the check of production."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "gate", "--commit", "HEAD", "--format", "json"],
        cwd=production.folder,
        env={**production.env, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    for secret in (DATABASE_PASSWORD, TOKEN):
        assert secret not in done.stdout + done.stderr
    checks = json.loads(done.stdout)["checks"]
    (found,) = [check for check in checks if check["name"] == "production"]
    return done.returncode, found


def test_a_well_production_takes_a_push(production: Production, checkout: GitRepo) -> None:
    code, check = gate(production)
    assert (code, check["status"]) == (0, "pass"), check


def test_a_new_revision_is_ahead_of_the_image(production: Production, checkout: GitRepo) -> None:
    checkout.add(f"{VERSIONS}/019_more.py", revision("019", "018"))
    checkout.commit("Add more")
    code, check = gate(production)
    assert (code, check["status"]) == (0, "pass"), check
    assert check["items"][0]["message"] == "1 revision to apply"


def test_an_applied_revision_differs_from_the_image(
    production: Production, checkout: GitRepo
) -> None:
    name = f"{VERSIONS}/017_archived_projects.py"
    text = (checkout.top / name).read_text()
    checkout.add(name, text + "\n# only a comment\n")
    checkout.commit("Comment")
    assert gate(production)[0] == 0
    checkout.add(name, text + "\nEDITED = True\n")
    checkout.commit("Edit")
    code, check = gate(production)
    assert code == 1
    assert [(f["rule"], f["path"]) for f in check["findings"]] == [("SG207", name)]


def test_a_database_at_a_foreign_revision_refuses(
    production: Production, checkout: GitRepo
) -> None:
    with production.stamped("900"):
        code, check = gate(production, SAFEGUARDS_REPAIR="no excuse")
    assert (code, check["items"][0]["status"]) == (1, "fail")


def test_a_stopped_backend_is_ill_until_the_push_repairs_it(
    production: Production, checkout: GitRepo
) -> None:
    with production.stopped(BACKEND):
        code, check = gate(production)
        assert (code, check["status"]) == (1, "fail")
        code, check = gate(production, SAFEGUARDS_REPAIR="it died")
        assert (code, check["status"]) == (0, "warn"), check


def test_a_stopped_database_cannot_be_asked(production: Production, checkout: GitRepo) -> None:
    with production.stopped(DB):
        code, check = gate(production, SAFEGUARDS_REPAIR="it died")
    assert (code, check["status"]) == (1, "fail")
    assert "unknown" in {item["status"] for item in check["items"]}
