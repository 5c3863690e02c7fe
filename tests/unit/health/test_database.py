from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

import pytest

from safeguards.health import psql
from safeguards.health.by_hand import client, one_line
from safeguards.health.database import ContainerDatabase, Login
from safeguards.runtimes.observe import Advice, Instance
from safeguards.system.database import Address
from safeguards.system.process import Completed


class OneContainer:
    """A runtime with one container of PostgreSQL, whose psql counts 2 of everything."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def list(self) -> tuple[str, ...]:
        return ("db",)

    def inspect(self, name: str) -> tuple[Instance, ...]:
        return (Instance(name, "1", "running", env=self._env),)

    def expected(self, name: str) -> int | None:
        return None

    def tagged(self, image: str) -> str:
        return ""

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        return {}

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        return Completed(tuple(argv), 0, f"{psql.MARK}\n2\n".encode(), f"{psql.MARK}\n".encode(), 1)

    def advice(self, name: str, workdir: str = "") -> Advice:
        return Advice("", "", "docker ps --all", f"docker exec {name}")


@pytest.mark.parametrize(
    ("login", "env", "who"),
    [
        (Login("db", "me", "mine"), {"POSTGRES_USER": "npd"}, "-U me -d mine"),
        (Login("db"), {"POSTGRES_USER": "npd"}, "-U npd -d npd"),
        (Login("db"), {"POSTGRES_USER": "npd", "POSTGRES_DB": "shop"}, "-U npd -d shop"),
        (Login("db"), {}, "-U postgres -d postgres"),
    ],
)
def test_by_hand_a_person_logs_in_as_we_did(login: Login, env: Mapping[str, str], who: str) -> None:
    database = ContainerDatabase(OneContainer(env), login, timeout=1, learn=lambda _: None)
    assert database.ask(lambda _: ("select 2",)) == ((("2",),),)
    assert database.by_hand(lambda _: "select 2") == f"docker exec db psql {who} -c 'select 2'"


def test_before_anybody_asked_the_container_itself_says_who() -> None:
    database = ContainerDatabase(OneContainer({}), Login("db"), timeout=1, learn=lambda _: None)
    outside = shlex.split(database.by_hand(lambda _: 'select count(*) from "a b"'))
    assert outside[:5] == ["docker", "exec", "db", "sh", "-c"]
    assert shlex.split(outside[5]) == [
        *("psql", "-U", "${POSTGRES_USER:-postgres}"),
        *("-d", "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}"),
        *("-c", 'select count(*) from "a b"'),
    ]


@pytest.mark.parametrize(
    ("address", "command"),
    [
        (Address("sqlite", database="my shop.db"), "sqlite3 'my shop.db' 'select 1'"),
        (
            Address("postgresql", "db.example", 5433, "me", "hunter2", "shop"),
            "psql -h db.example -p 5433 -U me -d shop -c 'select 1'",
        ),
        (Address("postgresql", database="shop"), "psql -d shop -c 'select 1'"),
        (
            Address("mysql", "db.example", None, "me", "hunter2", "shop"),
            "mysql -h db.example -u me -D shop -p -e 'select 1'",
        ),
    ],
)
def test_the_client_of_a_url_is_asked_without_the_password(address: Address, command: str) -> None:
    assert client(address, "select 1") == command


def test_a_query_of_several_lines_is_advised_on_one() -> None:
    assert one_line("select * from (\nselect 1\n  from t\n) as answer") == (
        "select * from ( select 1 from t ) as answer"
    )
    commented = "select 1 -- of t\n+ 1"
    assert one_line(commented) == commented
