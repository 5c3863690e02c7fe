"""The kit's production is what it says: healthy, breakable, and whole again afterwards."""

from __future__ import annotations

import pytest
from tests.support.production import BACKEND, DB, Production

pytestmark = pytest.mark.docker


def test_api_answers_as_the_example_documents(production: Production) -> None:
    paths = ("/health", "/api/v1/projects", "/api/v1/contacts", "/nowhere")
    assert [production.status(path) for path in paths] == [200, 401, 200, 404]


def test_database_is_not_published(production: Production) -> None:
    ports = production.engine.docker("port", production.container(DB))
    assert ports == ""


def test_breakages_break_one_thing_and_repair_it(production: Production) -> None:
    with production.stopped():
        assert production.states()[BACKEND] == "exited"
        assert production.sql("SELECT count(*) FROM projects") == "2\n"
    with production.paused():
        assert production.status("/health", timeout=0.5) is None
    with production.stamped():
        assert production.sql("SELECT version_num FROM alembic_version") == "017\n"
    with production.answering_500() as route:
        assert production.status(route) == 500
        assert production.status("/health") == 200
    with production.emptied():
        assert production.sql("SELECT count(*) FROM projects") == "0\n"
        assert production.status("/api/v1/contacts") == 200
    production.check_healthy()


def test_two_breakages_at_once(production: Production) -> None:
    with production.stopped(), production.emptied():
        assert production.status("/health") is None
    production.check_healthy()
