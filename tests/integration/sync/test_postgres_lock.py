from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.support.keepers import held_by_another, holder, keeper, polled, turns
from tests.support.postgres import PostgresServer, running

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.keeping import Holder

pytestmark = pytest.mark.postgres


def test_one_has_it_and_the_other_sees_who(database: str) -> None:
    first, second = (
        keeper(database).lock(holder("Ada Lovelace")),
        keeper(database).lock(holder("é")),
    )
    assert first.take() is None
    assert first.held()
    assert first.take() is None
    assert second.take() == holder("Ada Lovelace")
    assert not second.held()
    first.release()
    first.release()
    assert not first.held()
    assert second.take() is None
    assert first.take() == holder("é")
    second.release()
    first.release()


def test_another_database_has_another_lock(database: str, postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    first = keeper(database).lock(holder("ada"))
    second = keeper(postgres_server.url(name)).lock(holder("bob"))
    assert (first.take(), second.take()) == (None, None)
    first.release()
    second.release()
    postgres_server.drop_database(name)


def test_it_ends_with_a_killed_holder(database: str) -> None:
    lock = keeper(database).lock(holder("bob"))
    with held_by_another(database) as process:
        assert lock.take() == holder("ada")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert polled(lock) is None
    lock.release()


def test_processes_take_it_in_turns(database: str, tmp_path: Path) -> None:
    lines = turns(database, tmp_path / "log", 8, 5)
    assert lines[::2] == lines[1::2]
    assert len(lines) == 80


def test_a_terminated_session_is_noticed(database: str, postgres_server: PostgresServer) -> None:
    lock = keeper(database).lock(holder("ada"))
    assert lock.take() is None
    postgres_server.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name like 'safeguards: ada%'"
    )
    assert not lock.held()
    assert lock.take() is None
    lock.release()


def test_a_holder_that_is_not_ours_is_shown(database: str, postgres_server: PostgresServer) -> None:
    import psycopg

    from safeguards.sync.databases.names import lock_key

    key = lock_key(database.rpartition("/")[2], "alembic_version")
    with psycopg.connect(database, autocommit=True, application_name="by hand") as other:
        other.execute(f"select pg_advisory_lock({key})".encode())
        lock = keeper(database).lock(holder("ada"))
        found = lock.take()
        lock.release()
    assert found is not None
    assert found.who == "npd (by hand)"
    assert found.host == "127.0.0.1"
    assert found.since[:2] == "20"


def test_the_session_outlives_limits_of_the_server(
    database: str, postgres_server: PostgresServer
) -> None:
    name = database.rpartition("/")[2]
    postgres_server.sql(f"alter database {name} set idle_session_timeout = '300ms'")
    lock = keeper(database).lock(holder("ada"))
    assert lock.take() is None
    postgres_server.sql("select pg_sleep(1)")
    assert lock.held()
    lock.release()


def test_a_restart_of_the_server_is_noticed() -> None:
    with running() as server:
        lock = keeper(server.url("postgres")).lock(holder("ada"))
        assert lock.take() is None
        server.restart()
        assert not lock.held()
        assert lock.take() is None
        assert lock.held()
        lock.release()


def test_a_wrong_password_is_told(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("postgres", password="wrong-canary")
    with pytest.raises(RefusedError) as caught:
        keeper(url).lock(holder("ada")).take()
    assert "canary" not in caught.value.message + caught.value.hint


def test_nobody_there() -> None:
    lock = keeper("postgresql://npd@127.0.0.1:1/npd").lock(Holder("ada"))
    with pytest.raises(UnreachableError):
        lock.take()
    assert not lock.held()
    lock.release()
