"""The kit's PostgreSQL: fresh databases, a password that is asked for."""

from __future__ import annotations

import psycopg
import pytest
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def test_database_is_fresh_and_utf8(database: str) -> None:
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchone() == (0,)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_a_wrong_password_is_refused(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("postgres", password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)
