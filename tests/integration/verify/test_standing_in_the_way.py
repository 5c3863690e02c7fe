"""A PostgreSQL that cannot be asked, or not as usual: what is said, and that nothing is guessed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from tests.integration.verify import servers
from tests.integration.verify.databases import Served
from tests.support.postgres import PostgresServer

from safeguards.errors import RefusedError, UnreachableError
from safeguards.health.counting import observe
from safeguards.health.wanted import Record
from safeguards.system import postgres
from safeguards.system.database import parse_url

pytestmark = pytest.mark.postgres

PLAIN = "sslmode=disable&gssencmode=disable"


@contextmanager
def line_of_access(server: PostgresServer, line: str) -> Iterator[None]:
    """The server has one more rule inside, before all others."""
    path = server.folder / "data" / "pg_hba.conf"
    before = path.read_text()
    path.write_text(f"{line}\n{before}")
    server.sql("select pg_reload_conf()")
    try:
        yield
    finally:
        path.write_text(before)
        # The owner's own login goes by another database, so that no rule here shuts it out.
        server.sql("select pg_reload_conf()", database="template1")


def test_a_host_that_the_server_does_not_let_in(
    postgres_server: PostgresServer, database: str
) -> None:
    name = database.rpartition("/")[2]
    refused = pytest.raises(RefusedError)
    with line_of_access(postgres_server, f"host {name} all all reject"), refused as caught:
        postgres.ask(parse_url(database), ["select 1"], 5)
    assert "pg_hba.conf rejects connection" in caught.value.message
    assert caught.value.hint.startswith("allow this host in the server's pg_hba.conf")


def test_a_role_without_a_session_left(postgres_server: PostgresServer, database: str) -> None:
    name = database.rpartition("/")[2]
    role = f"few{name[-8:]}"
    postgres_server.sql(f"create role {role} login password 'x' connection limit 1")
    place = f"{postgres_server.host}:{postgres_server.port}"
    url = f"postgresql://{role}:x@{place}/{name}"
    try:
        with psycopg.connect(url), pytest.raises(RefusedError) as caught:
            postgres.ask(parse_url(url), ["select 1"], 5)
    finally:
        postgres_server.sql(f"drop role {role}")
    assert caught.value.message == (
        f'the database at {place} has no session to give: too many connections for role "{role}"'
    )
    assert "max_connections" in caught.value.hint


def test_a_server_full_of_sessions(postgres_server: PostgresServer, database: str) -> None:
    name = database.rpartition("/")[2]
    role = f"all{name[-8:]}"
    postgres_server.sql(f"create role {role} login password 'x'")
    place = f"{postgres_server.host}:{postgres_server.port}"
    url = f"postgresql://{role}:x@{place}/{name}"
    try:
        with ExitStack() as sessions:
            with suppress(psycopg.OperationalError):
                for _ in range(80):
                    sessions.enter_context(psycopg.connect(url))
            with pytest.raises(RefusedError) as caught:
                postgres.ask(parse_url(url), ["select 1"], 5)
    finally:
        postgres_server.sql(f"drop role {role}")
    assert "has no session to give" in caught.value.message
    assert "max_connections" in caught.value.hint


def refusing_a_parameter(connection: socket.socket, _over: threading.Event) -> None:
    """A pooler that knows no `options`, and says so as PostgreSQL says what is fatal."""
    connection.recv(65536)
    fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
    connection.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)


def test_a_pooler_that_refuses_a_parameter() -> None:
    with servers.serving(refusing_a_parameter) as place, pytest.raises(RefusedError) as caught:
        postgres.ask(parse_url(f"postgresql://u:x@{place}/d?{PLAIN}"), ["select 1"], 5)
    assert "unsupported startup parameter" in caught.value.message
    assert "ignore_startup_parameters" in caught.value.hint


def test_nothing_is_asked_of_a_pooler_that_it_may_not_know() -> None:
    """The parameters that pgbouncer takes without being told to."""
    seen: list[bytes] = []

    def listening(connection: socket.socket, _over: threading.Event) -> None:
        seen.append(connection.recv(65536))

    with servers.serving(listening) as place, pytest.raises(UnreachableError):
        postgres.ask(parse_url(f"postgresql://u:x@{place}/d?{PLAIN}"), ["select 1"], 5)
    names = seen[0][8:].split(b"\0")[::2]
    known = {b"user", b"database", b"application_name", b"client_encoding", b""}
    assert set(names) <= known


def test_a_server_in_recovery_is_read_all_the_same(
    postgres_server: PostgresServer, database: str
) -> None:
    name = database.rpartition("/")[2]
    served = Served("postgresql", database, lambda sql: postgres_server.sql(sql, database=name))
    served.sql("create table alembic_version (version_num text); create table t (id int)")
    served.sql("insert into alembic_version values ('018'); insert into t values (1)")
    signal = Path(postgres_server.folder / "data" / "standby.signal")
    signal.touch()
    postgres_server.restart()
    try:
        assert postgres_server.sql("select pg_is_in_recovery()") == "t\n"
        assert served.applied().ids == {"018"}
        assert served.counted(Record("t", min=1), Record("q", sql="select 2"))[0].rows == 1
    finally:
        postgres_server.sql("select pg_promote()")


def withholding(port: int, until: bytes) -> servers.Behaviour:
    """Passes all on to a server, but after the first `begin` no answer until `until` was asked."""

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        asked = threading.Event()
        asked.set()
        with socket.create_connection(("127.0.0.1", port)) as upstream:

            def back() -> None:
                while data := upstream.recv(65536):
                    asked.wait(30)
                    connection.sendall(data)

            thread = threading.Thread(target=back, daemon=True)
            thread.start()
            sent = b""
            while data := connection.recv(65536):
                sent += data
                if b"begin transaction" in sent and until not in sent:
                    asked.clear()
                else:
                    asked.set()
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_RDWR)
            thread.join(5)

    return behave


def test_a_hundred_tables_are_one_round_trip(
    postgres_server: PostgresServer, database: str
) -> None:
    name = database.rpartition("/")[2]
    names = [f"table_{number:03}" for number in range(100)]
    script = "".join(f"create table {each} as select 1 as id;" for each in names)
    postgres_server.sql(script, database=name)
    with servers.serving(withholding(postgres_server.port, b"table_099")) as place:
        secret = quote(postgres_server.password, safe="")
        url = f"postgresql://{postgres_server.user}:{secret}@{place}/{name}"
        counted = observe(
            tuple(Record(each, min=1) for each in names), Served("postgresql", url, str)
        )
    assert {each.rows for each in counted} == {1}
