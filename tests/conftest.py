"""Isolation for all tests, the options of the suite, and the fixtures of the kit."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support import isolation, needs
from tests.support.fixtures import (
    database,
    docker_engine,
    healthy_production,
    mariadb_server,
    mysql_database,
    postgres_server,
    production,
    stack,
    swarm_engine,
)
from tests.support.golden import Golden
from tests.support.shell import OUTER

__all__ = ["database", "docker_engine", "healthy_production", "mariadb_server", "mysql_database"]
__all__ += ["postgres_server", "production", "stack", "swarm_engine"]

SERVED = {
    "docker_engine": "docker",
    "postgres_server": "postgres",
    "mariadb_server": "mariadb",
}
"""The fixture of a server → the mark of the tests that ask for it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files")
    parser.addoption("--all-remotes", action="store_true", help="every push on every remote")
    parser.addoption("--all-runtimes", action="store_true", help="on a swarm also what takes long")


def pytest_configure(config: pytest.Config) -> None:
    needs.required()
    isolation.close_the_network()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a server: of engines there is one, so that its tests take turns."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        for fixture, mark in SERVED.items():
            if fixture in asked:
                item.add_marker(mark)


@pytest.fixture(scope="session", autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The HOME that belongs to nobody; see `tests/support/isolation.py`."""
    folder = tmp_path_factory.mktemp("isolation")
    values = isolation.environment(OUTER, folder)
    with isolation.replaced_environment(values):
        yield Path(values["HOME"])


@pytest.fixture(autouse=True)
def untouched_home(isolated_environment: Path) -> Iterator[None]:
    """Fails a test that wrote below HOME without `home`."""
    yield
    isolation.check_home_untouched(isolated_environment)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME of this test's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Golden:
    """`golden.check("scan/one_fault.1.text", text)` against tests/golden."""
    return Golden(Path(__file__).parent / "golden", update=pytestconfig.getoption("--update"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    needs.refuse_skip(report, {mark.name for mark in item.iter_markers()})
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = needs.summary(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("not run here")
        for line in lines:
            terminalreporter.line(line)
