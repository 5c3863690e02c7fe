"""One suite for `Runtime`: commands on this machine, and containers of a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.production import BACKEND, Production

from safeguards.errors import UnreachableError
from safeguards.runtimes.command import CommandRuntime, Commands
from safeguards.runtimes.compose import ComposeRuntime
from safeguards.runtimes.docker import DockerRuntime
from safeguards.runtimes.observe import Runtime
from safeguards.system.docker import Engine
from safeguards.system.files import LocalFiles
from safeguards.system.process import run


class Case(msgspec.Struct):
    """A runtime, a name in it that runs, and its folder with alembic.ini and revision files."""

    runtime: Runtime
    name: str
    folder: str


@pytest.fixture
def command_case(tmp_path: Path) -> Case:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (versions / "018_x.py").write_text("revision = '018'\n")
    commands = Commands("production", ("true",), ("true",), tmp_path)
    return Case(CommandRuntime(run, LocalFiles(tmp_path), commands), "production", "")


@pytest.fixture
def docker_case(production: Production) -> Iterator[Case]:
    engine = Engine()
    yield Case(DockerRuntime(engine, [production.container(BACKEND)]), "", "/srv/")
    engine.close()


@pytest.fixture
def compose_case(production: Production) -> Iterator[Case]:
    engine = Engine()
    yield Case(ComposeRuntime(engine, [BACKEND], production.project), BACKEND, "/srv/")
    engine.close()


@pytest.fixture(
    params=[
        "command",
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("compose", marks=pytest.mark.docker),
    ]
)
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = request.getfixturevalue(f"{request.param}_case")
    made.name = made.runtime.list()[0]
    return made


def test_what_is_listed_can_be_inspected_and_runs(case: Case) -> None:
    assert case.runtime.list() == (case.name,)
    (instance,) = case.runtime.inspect(case.name)
    assert instance.running


def test_what_runs_has_been_up_and_is_what_its_name_stands_for(case: Case) -> None:
    (instance,) = case.runtime.inspect(case.name)
    assert case.runtime.expected(case.name) in {None, 1}
    assert case.runtime.tagged(instance.image) == instance.image_id
    assert case.runtime.tagged("no-such-image:nowhere") == ""
    assert (instance.uptime is None) == (instance.age is None) == (instance.started_at == "")
    assert (instance.uptime or 0) <= (instance.age or 0)
    assert (instance.restarts, instance.node) == (0, "")


def test_an_unknown_name_has_no_instance_and_cannot_be_asked(case: Case) -> None:
    assert case.runtime.inspect("no-such-name") == ()
    with pytest.raises(UnreachableError, match="no-such-name"):
        case.runtime.read("no-such-name", "alembic.ini")
    with pytest.raises(UnreachableError, match="no-such-name"):
        case.runtime.exec("no-such-name", ["true"], timeout=5)


def test_a_file_and_a_folder_are_read_by_path(case: Case) -> None:
    ini, versions = f"{case.folder}alembic.ini", f"{case.folder}migrations/versions"
    assert b"script_location" in case.runtime.read(case.name, ini)[ini]
    found = case.runtime.read(case.name, versions)
    assert any(path.startswith(f"{versions}/018") and path.endswith(".py") for path in found)
    assert case.runtime.read(case.name, f"{case.folder}none") == {}


def test_a_command_says_what_it_printed_and_how_it_ended(case: Case) -> None:
    script = "printf out; printf err >&2; exit 3"
    done = case.runtime.exec(case.name, ["sh", "-c", script], timeout=10)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"out", b"err")


def test_much_output_arrives_whole(case: Case) -> None:
    done = case.runtime.exec(case.name, ["head", "-c", "300000", "/dev/zero"], timeout=20)
    assert len(done.stdout) == 300_000


def test_a_command_gets_its_environment_and_no_shell(case: Case) -> None:
    argv = ["/bin/sh", "-c", 'printf %s "$1$GIVEN"', "sh", "$HOME;"]
    done = case.runtime.exec(case.name, argv, timeout=10, env={"GIVEN": "a b", "PATH": "/bin"})
    assert done.stdout == b"$HOME;a b"


def test_a_command_that_never_ends_is_given_up(case: Case) -> None:
    with pytest.raises(UnreachableError):
        case.runtime.exec(case.name, ["sleep", "6"], timeout=0.5)


def test_advice_names_commands(case: Case) -> None:
    advice = case.runtime.advice(case.name)
    assert advice.log
    assert advice.start
