from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from safeguards.errors import DeadlineError, NotInstalledError, UnreachableError, UnsentError
from safeguards.health.inside import REMEMBERED, InsideFetch, UnaskedError
from safeguards.runtimes.line import Line
from safeguards.runtimes.observe import Address, Advice, Instance, Runtime
from safeguards.system.clock import FakeClock
from safeguards.system.docker import Engine
from safeguards.system.http import Answer

OWN = "172.20.0.1"
RUNNING = Instance("npd-api-1", "1", "running", addresses=(Address("172.20.0.7", OWN),))
FAR = Instance("npd-api-1", "1", "running", addresses=(Address("172.20.0.7", "172.99.0.1"),))
STOPPED = Instance("npd-api-1", "1", "exited")


class Kept:
    """A runtime, an engine and a network that do as they are told, and keep what was asked."""

    def __init__(self, *found: Instance | UnreachableError, near: bool = True) -> None:
        self.found = found
        self.near = near
        self.clock = FakeClock()
        self.asked: list[str] = []
        self.address: Answer | UnreachableError = said(200)
        self.inside: Answer | UnreachableError = said(201)

    def inspect(self, name: str) -> tuple[Instance, ...]:
        self.asked.append(f"inspect {name}")
        for each in self.found:
            if isinstance(each, UnreachableError):
                raise each
        return cast("tuple[Instance, ...]", self.found)

    def advice(self, name: str, workdir: str = "") -> Advice:
        return Advice(f"log {name}", f"start {name}", "look", f"exec {name}")

    def reach(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float, at: str = ""
    ) -> Answer:
        self.asked.append(f"{url} at {at or 'its host'} for {timeout:g} s")
        self.clock.sleep(0.5)
        return answered(self.address)

    def enter(self, container: str, method: str, url: str, **given: Any) -> Answer:
        self.asked.append(f"{url} in {container} for {given['timeout']:g} s")
        return answered(self.inside)

    @property
    def fetch(self) -> InsideFetch:
        engine = cast("Engine", SimpleNamespace(near=self.near, fetch=self.enter))
        line = Line(self.reach, engine, lambda address: address == OWN, self.clock)
        return InsideFetch(line, cast("Runtime", self), {"npd-api": "npd-Api"})


def said(status: int) -> Answer:
    return Answer(status, b"", "", 1)


def answered(what: Answer | UnreachableError) -> Answer:
    if isinstance(what, UnreachableError):
        raise what
    return what


URL = "http://NPD-api:8000/x"


def ask(fetch: InsideFetch, url: str = URL) -> int:
    return fetch("GET", url, headers={}, timeout=5).status


def test_other_hosts_are_asked_as_ever() -> None:
    kept = Kept(RUNNING)
    for url in ("http://npd-api.index.example/", "http://[::1]/", "http://[bad/"):
        assert ask(kept.fetch, url) == 200
    assert not any(each.startswith("inspect") for each in kept.asked)


def test_the_address_that_leads_there() -> None:
    kept = Kept(STOPPED, RUNNING)
    fetch = kept.fetch
    assert ask(fetch) == 200
    assert kept.asked == ["inspect npd-Api", f"{URL} at 172.20.0.7 for 5 s"]
    command = "curl -sS -i -m 5 --connect-to ::172.20.0.7: http://NPD-api:8000/x"
    assert fetch.by_hand("GET", URL, 5) == command


def test_from_inside_where_the_address_refuses() -> None:
    kept = Kept(RUNNING)
    kept.address = UnsentError("refused")
    fetch = kept.fetch
    assert ask(fetch) == 201
    assert kept.asked[1:] == [f"{URL} at 172.20.0.7 for 5 s", f"{URL} in 1 for 4.5 s"]
    asked = 'u.Request("http://127.0.0.1:8000/x", method="GET"), timeout=5).status)'
    assert fetch.by_hand("GET", URL, 5) == (
        f"exec npd-Api python3 -c 'import urllib.request as u; print(u.urlopen({asked}'"
    )


def test_what_answered_at_its_address_is_believed_when_it_refuses() -> None:
    kept = Kept(RUNNING)
    fetch = kept.fetch
    assert ask(fetch) == 200
    kept.address = UnsentError("refused")
    with pytest.raises(UnsentError):
        ask(fetch)
    assert not any(" in 1 " in each for each in kept.asked)


@pytest.mark.parametrize("trouble", [DeadlineError("late"), UnreachableError("cut off")])
def test_what_took_the_connection_is_not_asked_a_second_way(trouble: UnreachableError) -> None:
    kept = Kept(RUNNING)
    kept.address = trouble
    with pytest.raises(type(trouble)):
        ask(kept.fetch)
    assert len(kept.asked) == 2


@pytest.mark.parametrize(
    ("instance", "near"), [(RUNNING, False), (FAR, True)], ids=["engine", "network"]
)
def test_an_address_that_leads_elsewhere_is_not_asked(instance: Instance, near: bool) -> None:
    kept = Kept(instance, near=near)
    assert ask(kept.fetch) == 201
    assert kept.asked[1:] == [f"{URL} in 1 for 5 s"]


def test_nothing_inside_can_ask() -> None:
    kept = Kept(FAR)
    kept.inside = NotInstalledError("no python3", context=(("it printed", "sh: 1"),))
    fetch = kept.fetch
    with pytest.raises(UnaskedError, match="has no python3 inside") as caught:
        ask(fetch)
    assert caught.value.context == (("it printed", "sh: 1"),)
    assert fetch.by_hand("GET", URL, 5) == "look"


@pytest.mark.parametrize(
    ("found", "said", "command"),
    [
        ((STOPPED,), "the container npd-Api is exited: nobody answers", "log npd-Api"),
        ((), "there is no npd-Api: nobody answers", "look"),
    ],
)
def test_what_does_not_run(found: tuple[Instance, ...], said: str, command: str) -> None:
    fetch = Kept(*found).fetch
    with pytest.raises(UnsentError) as caught:
        ask(fetch)
    assert (caught.value.message, fetch.by_hand("GET", URL, 5)) == (said, command)


def test_an_engine_that_cannot_be_asked() -> None:
    fetch = Kept(DeadlineError("the engine hangs", hint="look at it")).fetch
    with pytest.raises(UnaskedError, match="the engine hangs") as caught:
        ask(fetch)
    assert (caught.value.hint, fetch.by_hand("GET", URL, 5)) == ("look at it", "look")


def test_a_container_is_looked_up_once_for_many_endpoints_until_it_does_not_answer() -> None:
    kept = Kept(FAR)
    fetch = kept.fetch
    for _ in range(3):
        ask(fetch)
    assert kept.asked.count("inspect npd-Api") == 1
    kept.clock.sleep(REMEMBERED)
    ask(fetch)
    assert kept.asked.count("inspect npd-Api") == 2
    kept.inside = UnsentError("refused")
    for _ in range(2):
        with pytest.raises(UnsentError):
            ask(fetch)
    assert kept.asked.count("inspect npd-Api") == 3
