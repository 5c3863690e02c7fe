from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safeguards.runtimes.compose import CONFIG_FILES, NUMBER, ONE_OFF, WORKING_DIR, ComposeRuntime

Raw = Mapping[str, Any]


class Project:
    """An engine with the containers of one service, and some that are asked for by name."""

    def __init__(self, *replicas: Raw, named: Mapping[str, Raw] | None = None) -> None:
        self._replicas = {str(each["Id"]): each for each in replicas}
        self._named = named or {}

    def labelled(self, labels: Sequence[str]) -> tuple[Raw, ...]:
        return tuple(self._replicas.values())

    def named(self, pattern: str) -> tuple[Raw, ...]:
        return ()

    def inspect(self, name: str) -> Raw | None:
        return self._replicas.get(name) or self._named.get(name)


def container(name: str, state: str, number: str, **labels: str) -> Raw:
    marks = {NUMBER: number, CONFIG_FILES: "/srv/compose.yaml", WORKING_DIR: "/srv", **labels}
    return {"Id": name, "Name": f"/{name}", "State": {"Status": state}, "Config": {"Labels": marks}}


def runtime(project: Project) -> ComposeRuntime:
    return ComposeRuntime(project, ["web"], "shop", replicas={"web": 2}.get)  # type: ignore[arg-type]


def test_a_container_that_is_being_replaced_counts_once() -> None:
    old, new = container("shop-web-1", "running", "1"), container("ab_shop-web-1", "created", "1")
    dead = container("shop-web-2", "exited", "2")
    found = runtime(Project(old, new, dead)).inspect("web")
    assert [each.name for each in found] == ["shop-web-1", "shop-web-2"]


def test_the_file_says_how_many_unless_there_are_several() -> None:
    one = runtime(Project(container("shop-web-1", "running", "1")))
    assert one.expected("web") is None  # not looked at yet
    one.inspect("web")
    assert one.expected("web") == 2
    files = {CONFIG_FILES: "/srv/compose.yaml,/srv/override.yaml"}
    several = runtime(Project(container("shop-web-1", "running", "1", **files)))
    several.inspect("web")
    assert several.expected("web") is None
    assert several.advice("web").replace == (
        "docker compose -p shop --project-directory /srv -f /srv/compose.yaml"
        " -f /srv/override.yaml up -d --no-build --no-deps web"
    )


def test_a_one_off_run_of_that_name_is_not_the_service() -> None:
    by_hand = container("web", "running", "1", **{ONE_OFF: "True"})
    assert runtime(Project(named={"web": by_hand})).inspect("web") == ()
    other = container("web", "running", "1")
    assert [each.name for each in runtime(Project(named={"web": other})).inspect("web")] == ["web"]
