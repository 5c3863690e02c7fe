"""No verb tells a secret: not on its outputs, in no file, on no command line."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import click
import pytest
from tests.integration.security.canaries import Canaries
from tests.integration.security.planted import Planted, planted
from tests.support import needs
from tests.support.needs import Unavailable
from tests.support.postgres import PostgresServer
from tests.support.served import served

from safeguards.cli.main import INTERNAL, VERBS, cli
from safeguards.exitcodes import ExitCode

FAR = ("--target", "far")
LOCKED = ("--target", "locked")
TYPO = ("--target", "typo")

CASES: dict[str, list[tuple[str, ...]]] = {
    "scan": [()],
    "migrations": [("check",)],
    "explain": [("SG101",)],
    "gate": [()],
    "push": [("origin", "HEAD:main"), ("gone", "HEAD:main")],
    "sync": [("--plan",), ()],
    "rollback": [()],
    "verify": [("--issue", "5"), ("--issue", "new", "--issue-dry-run", *FAR), LOCKED, TYPO],
    "status": [(), FAR, ("--offline",)],
    "history": [()],
    "metrics": [("write", "--textfile", "../tmp/well.prom", "--pushgateway", "env:GATEWAY_URL")],
    "report": [("--html", "../tmp/report.html"), ("--html", "-", "--last")],
    "install": [()],
    "uninstall": [()],
    "demo": [()],
    "hook": [("pre-commit",), ("pre-push", "gone", "http://x")],
}
"""What each verb is run with, well and ill; the first also in each format that the verb has."""

WITHOUT_PROGRAMS = frozenset({"demo"})
"""Makes a production of its own, which takes long: run where it finds none of what it needs."""


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("planted")
    (folder / "served").mkdir()
    try:
        with (
            served("http", folder / "served", {}) as remote,
            planted(folder, postgres_server, remote) as made,
        ):
            yield made
    except Unavailable as missing:
        needs.skip(missing)


def test_every_verb_has_a_case() -> None:
    assert set(CASES) == set(VERBS) | INTERNAL


@pytest.mark.parametrize("verb", [verb for verb in CASES if verb != "hook"])
def test_no_secret_is_told(place: Planted, verb: str) -> None:
    with place.overseer.watching():
        said = list(_well_and_ill(place, verb))
    assert said
    told = {name: place.canaries.found(text) for name, text in said}
    told |= {name: place.canaries.found(content) for name, content in place.everything()}
    for line in place.overseer.command_lines():
        told[f"command line {line!r}"] = place.canaries.found(line)
    leaks = [f"{', '.join(found)} in {name}" for name, found in told.items() if found]
    assert not leaks, "\n".join(leaks)


def test_the_secrets_were_used(place: Planted) -> None:
    """What nobody asked for could not have been told."""
    code, said = place.run("verify", *LOCKED)
    assert code == 99
    assert b"password authentication failed" in said
    with place.ill():
        code, said = place.run("verify", "--issue", "5")
    assert code == 99
    assert b"500, the server failed" in said
    assert b"redirects to another host, http://elsewhere.example" in said
    assert b"redirected more than" in said
    place.run("metrics", "write", "--pushgateway", "env:GATEWAY_URL", "--last")
    heard = place.canaries.found("\n".join(place.heard).encode())
    assert {
        *("bearer token", "key in a file", "password of the API", "token of GitHub"),
        *("path of a hook", "token of a hook", "path of a ping", "password of a push gateway"),
    } <= set(heard)
    assert place.overseer.started()


def test_what_is_hidden_is_found() -> None:
    canaries = Canaries()
    secret = canaries.odd("one")
    canaries.plain("other")
    assert canaries.found(b"nothing") == []
    for form in (
        secret.encode(),
        quote(secret, safe="").encode(),
        base64.b64encode(secret.encode()),
        base64.b64encode(f"user:{secret}".encode()),
        base64.b64encode(f"a:{secret}".encode()),
        repr(secret).encode(),
        secret[:12].encode(),
    ):
        assert canaries.found(b"x " + form + b" y") == ["one"], form


def _well_and_ill(place: Planted, verb: str) -> Iterator[tuple[str, bytes]]:
    yield from _said(place, verb, "well")
    with place.ill():
        yield from _said(place, verb, "ill")


def _said(place: Planted, verb: str, state: str) -> Iterator[tuple[str, bytes]]:
    """What each run of a verb printed, under a name for it."""
    env = {"PATH": str(place.folder / "nothing")} if verb in WITHOUT_PROGRAMS else {}
    for case in CASES[verb]:
        every = state == "ill" and case == CASES[verb][0]
        for more in list(_variants(verb, case))[: None if every else 1]:
            code, text = place.run(verb, *case, *more, env=env)
            assert b"Traceback" not in text, text
            assert code not in {ExitCode.USAGE, ExitCode.BUG}, text
            yield f"{verb} {' '.join((*case, *more))} ({state}): {code}", text


def _variants(verb: str, case: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Verbosely, and in each other format that the verb has."""
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    if isinstance(command, click.Group):
        command = command.get_command(click.Context(command), case[0])
    assert command is not None
    options = {option.name: option.type for option in command.params}
    yield ("-v",) if "verbose" in options else ()
    kind = options.get("output_format")
    if isinstance(kind, click.Choice):
        for name in list(kind.choices)[1:]:
            yield ("--format", str(name))


def test_a_folder_of_secrets_is_not_what_the_tests_read(place: Planted) -> None:
    """The files that hold the secrets are none of those that are searched."""
    planted_in: set[Path] = {place.repo.top / "secrets" / "key"}
    assert not planted_in & set(place.written)
