"""The fixtures of the kit: a real engine, a real production, a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import pytest

from tests.support import engine, mariadb, needs, postgres, swarm
from tests.support.mariadb import MariadbServer
from tests.support.needs import Unavailable
from tests.support.postgres import PostgresServer
from tests.support.production import Production, brought_up
from tests.support.swarm import SwarmProduction

T = TypeVar("T")


@contextmanager
def _or_skip(resource: AbstractContextManager[T]) -> Iterator[T]:
    """Enter `resource`; skip, or fail where it is required, when it is not to be had."""
    with ExitStack() as stack:
        try:
            entered = stack.enter_context(resource)
        except Unavailable as missing:
            needs.skip(missing)
        yield entered


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[engine.Engine]:
    """A Docker engine with Compose; skips where there is none to be had."""
    with _or_skip(engine.running()) as answering:
        yield answering


@pytest.fixture(scope="session")
def healthy_production(docker_engine: engine.Engine) -> Iterator[Production]:
    """The example, brought up once per run; tests ask for `production`."""
    with _or_skip(brought_up(docker_engine)) as production:
        yield production


@pytest.fixture
def production(healthy_production: Production) -> Production:
    """The example as a real production on this engine, seen healthy before the test.

    Break it with its context managers (`stopped`, `paused`, `stamped`, `answering_500`,
    `emptied`), which repair it again.
    """
    healthy_production.check_healthy()
    return healthy_production


@pytest.fixture(scope="session")
def swarm_engine(docker_engine: engine.Engine) -> Iterator[engine.Engine]:
    """The engine as the manager of a swarm, until the end of the run.

    Not less: an engine that leaves a swarm forgets the names of all containers on its networks, so
    that a production which runs on it no longer finds its database.
    """
    with swarm.swarm(docker_engine):
        yield docker_engine


@pytest.fixture(scope="session")
def stack(swarm_engine: engine.Engine) -> Iterator[SwarmProduction]:
    """The example as a Swarm stack of two instances behind a proxy, once per run."""
    with _or_skip(swarm.deployed(swarm_engine)) as production:
        yield production


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this machine, fresh for this run."""
    with _or_skip(postgres.running()) as server:
        yield server


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[str]:
    """The `postgresql://` URL of a fresh, empty database."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """A MariaDB server of this machine, fresh for this run."""
    with _or_skip(mariadb.running()) as server:
        yield server


@pytest.fixture
def mysql_database(mariadb_server: MariadbServer) -> Iterator[str]:
    """The `mysql+pymysql://` URL of a fresh, empty database."""
    name = mariadb_server.create_database()
    yield mariadb_server.url(name)
    mariadb_server.sql(f"drop database {name}")
