"""`safeguards sync` on the example as it really runs: Compose, its PostgreSQL, its API."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.integration.gate.kit import SAFEGUARDS, Ended, call, revision
from tests.integration.git.kit import GitRepo
from tests.support.engine import Engine
from tests.support.production import (
    BACKEND,
    DATABASE_PASSWORD,
    DB,
    TOKEN,
    Production,
    brought_up,
)
from tests.support.shell import sh

from safeguards.runtimes.change import COMMIT

pytestmark = pytest.mark.docker

MAIN = "backend/app/main.py"
CONTACT = "backend/app/models/contact.py"
VERSIONS = "backend/migrations/versions"


class Shop(msgspec.Struct, frozen=True):
    """The production, and a clone whose commits go to a remote and from there to production."""

    production: Production
    repo: GitRepo

    def run(self, *words: str, **env: str) -> Ended:
        """Run safeguards in the clone; no secret may be in what it prints."""
        ended = call((*SAFEGUARDS, *words), self.repo.top, env={**self.production.env, **env})
        for secret in (DATABASE_PASSWORD, TOKEN):
            assert secret not in ended.out + ended.err
        return ended

    def push(self) -> str:
        """Commit what was added and push it; the commit."""
        commit = self.repo.commit("Change")
        self.repo.git("push", "-q", "origin", "HEAD:refs/heads/main")
        return commit

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace what must be there once."""
        text = (self.repo.top / path).read_text()
        assert text.count(old) == 1, f"{path} says {old!r} {text.count(old)} times"
        self.repo.add(path, text.replace(old, new))

    def add_revision(self) -> str:
        """One more revision that makes a table, on top of the newest."""
        newest = max(path.name[:3] for path in (self.repo.top / VERSIONS).glob("*.py"))
        name = f"{int(newest) + 1:03}"
        self.repo.add(f"{VERSIONS}/{name}_more.py", revision(name, newest))
        return name

    def applied(self) -> str:
        return self.production.sql("SELECT version_num FROM alembic_version").strip()

    def inspected(self, service: str) -> dict[str, Any]:
        container = self.production.container(service)
        (found,) = json.loads(self.production.engine.docker("inspect", container))
        return dict(found)

    def commit_label(self) -> str:
        """The commit that the running backend's image was built from."""
        image = self.inspected(BACKEND)["Image"]
        form = f'{{{{index .Config.Labels "{COMMIT}"}}}}'
        return self.production.engine.docker("image", "inspect", "--format", form, image).strip()


@pytest.fixture(scope="module")
def made(docker_engine: Engine) -> Iterator[tuple[Shop, Ended, Ended]]:
    """A production that was brought up by hand and then synced once; the plans before and after."""
    with brought_up(docker_engine) as production:
        repo = GitRepo.init(production.folder)
        repo.git("add", "--all", "--force", "--", ":!.env")
        remote = production.folder.parent / "origin.git"
        sh("git", "init", "-q", "--bare", remote)
        repo.git("remote", "add", "origin", str(remote))
        shop = Shop(production, repo)
        shop.push()
        planned = shop.run("sync", "--plan", "--format", "json")
        ended = shop.run("sync")
        assert ended.code == 0, ended.out + ended.err
        yield shop, planned, shop.run("sync", "--plan", "--format", "json")


@pytest.fixture
def shop(made: tuple[Shop, Ended, Ended]) -> Shop:
    """Production at the tip of its branch, whatever another test has left."""
    shop = made[0]
    ended = shop.run("sync")
    assert ended.code == 0, ended.out + ended.err
    return shop


def test_containers_made_by_hand_are_built_and_replaced_once(
    made: tuple[Shop, Ended, Ended],
) -> None:
    _, first, second = made
    plan = first.document
    assert plan["deployed"] is None
    actions = {each["name"]: each["action"] for each in plan["services"]}
    assert actions == {BACKEND: "build+replace", DB: "keep"}
    assert plan["services"][0]["why"]
    assert second.document["noop"]


def test_code_and_a_revision_reach_production_and_nothing_else_changes(shop: Shop) -> None:
    database, before = shop.inspected(DB), shop.inspected(BACKEND)
    name = shop.add_revision()
    shop.edit(MAIN, '@app.get("/health")', f'@app.get("/of-{name}")\n@app.get("/health")')
    commit = shop.push()
    ended = shop.run("sync", "--format", "markdown")
    assert ended.code == 0, ended.out + ended.err
    assert f"- Migrations applied: `{name}`" in ended.out
    assert f"- Containers rebuilt: `{BACKEND}`" in ended.out
    assert (shop.applied(), shop.commit_label()) == (name, commit)
    assert shop.production.status(f"/of-{name}") == 200
    assert settings(shop.inspected(BACKEND)) == settings(before)
    assert shop.inspected(DB)["Id"] == database["Id"]
    assert shop.inspected(DB)["State"]["StartedAt"] == database["State"]["StartedAt"]


def test_models_that_cannot_be_configured_end_before_anything_changes(shop: Shop) -> None:
    before, applied = shop.inspected(BACKEND)["Id"], shop.applied()
    named = 'back_populates="contacts", foreign_keys=[organization_id]'
    shop.edit(CONTACT, named, 'back_populates="contacts"')
    shop.add_revision()
    shop.push()
    ended = shop.run("sync")
    assert ended.code == 14, ended.out + ended.err
    assert "organization" in ended.err
    assert (shop.inspected(BACKEND)["Id"], shop.applied()) == (before, applied)
    assert shop.production.status("/api/v1/contacts") == 200
    shop.edit(CONTACT, 'back_populates="contacts"', named)
    shop.push()


def test_a_rollback_on_demand_and_forward_again(shop: Shop) -> None:
    old = shop.commit_label()
    name = shop.add_revision()
    shop.edit(MAIN, '@app.get("/health")', f'@app.get("/of-{name}")\n@app.get("/health")')
    commit = shop.push()
    assert shop.run("sync").code == 0
    ended = shop.run("rollback")
    assert ended.code == 0, ended.out + ended.err
    assert (shop.commit_label(), shop.applied()) == (old, name)
    assert shop.inspected(BACKEND)["Image"] == tagged(shop)
    assert shop.run("sync").code == 0
    assert (shop.commit_label(), shop.inspected(BACKEND)["Image"]) == (commit, tagged(shop))


def settings(raw: dict[str, Any]) -> tuple[object, ...]:
    """What the container was started with, in no order."""
    config = raw["Config"]
    return sorted(config["Env"]), config["ExposedPorts"], config["Cmd"], raw["HostConfig"]["Binds"]


def tagged(shop: Shop) -> str:
    """The id of the image that Compose would start."""
    name = f"{shop.production.project}-{BACKEND}"
    return shop.production.engine.docker("image", "inspect", "--format", "{{.Id}}", name).strip()


def test_production_behind_ssh(shop: Shop, far: str) -> None:
    name = shop.add_revision()
    config = "safeguards.toml"
    shop.edit(config, 'runtime = "compose"\n', f'runtime = "compose"\ndocker-host = "{far}"\n')
    commit = shop.push()
    ended = shop.run("sync", PATH=os.environ["PATH"])
    assert ended.code == 0, ended.out + ended.err
    assert (shop.applied(), shop.commit_label()) == (name, commit)
    shop.edit(config, f'docker-host = "{far}"\n', "")
    shop.push()
