from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.verify import servers
from tests.support.postgres import free_port

from safeguards.errors import DeadlineError, RefusedError, UnreachableError, UnsentError
from safeguards.health.stages.api import Means, observe
from safeguards.health.wanted import Api, Endpoint
from safeguards.system.clock import SystemClock
from safeguards.system.http import Answer, Http
from safeguards.system.search import search


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http()
    yield made
    made.close()


def fetch(http: Http, place: str, *, timeout: float = 2, scheme: str = "http") -> Answer:
    return http.fetch("GET", f"{scheme}://{place}/x", headers={}, timeout=timeout)


def test_an_answer(http: Http) -> None:
    with servers.serving(servers.answering("200 OK", b"hello")) as place:
        answer = fetch(http, place)
    assert (answer.status, answer.body, answer.foreign) == (200, b"hello", "")


def test_nobody_listens(http: Http) -> None:
    with pytest.raises(UnreachableError, match="connection refused") as caught:
        fetch(http, f"127.0.0.1:{free_port()}")
    assert type(caught.value) is UnsentError


def test_a_server_that_never_answers(http: Http) -> None:
    started = time.monotonic()
    with (
        servers.serving(servers.silent) as place,
        pytest.raises(DeadlineError, match=r"no answer within 0\.3 s"),
    ):
        fetch(http, place, timeout=0.3)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("chunk", "pause", "error"),
    [(b"x" * 2**20, 0.0, RefusedError), (b"x", 0.05, DeadlineError)],
)
def test_an_endless_body(
    http: Http, chunk: bytes, pause: float, error: type[UnreachableError]
) -> None:
    with (
        servers.serving(servers.endless(chunk, pause)) as place,
        pytest.raises(error, match="body did not end"),
    ):
        fetch(http, place, timeout=10 if error is RefusedError else 0.5)


def test_headers_without_end_cost_their_own_endpoint_alone() -> None:
    http = Http()
    with (
        servers.serving(servers.dripping_headers) as bad,
        servers.serving(servers.answering("200 OK")) as good,
    ):
        paths = [f":1@{bad}/", f":1@{good}/"]
        api = Api("http://user", tuple(Endpoint(path) for path in paths), timeout=0.3)
        dripping, answered = observe(api, Means(http.fetch, SystemClock(), search))
    http.close()
    assert (dripping.status, answered.status) == ("fail", "ok")


def test_a_redirect_loop(http: Http) -> None:
    loop = servers.answering("302 Found", b"", "location: /again")
    with servers.serving(loop) as place, pytest.raises(RefusedError, match="more than 5 times"):
        fetch(http, place)


def test_a_redirect_within_the_host_is_followed(http: Http) -> None:
    def behave(connection, over):  # type: ignore[no-untyped-def]
        asked = connection.recv(65536)
        if asked.startswith(b"GET /there"):
            connection.sendall(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        else:
            head = b"HTTP/1.1 307 Moved\r\ncontent-length: 0\r\nconnection: close\r\n"
            connection.sendall(head + b"location: /there\r\n\r\n")

    with servers.serving(behave) as place:
        assert fetch(http, place).status == 204


def test_a_redirect_to_another_host_is_not_followed(http: Http) -> None:
    away = servers.answering("302 Found", b"", "location: https://login.index.example/secret?x")
    with servers.serving(away) as place:
        answer = fetch(http, place)
    assert (answer.status, answer.foreign) == (302, "https://login.index.example")


def test_what_is_no_http(http: Http) -> None:
    with (
        servers.serving(servers.not_http) as place,
        pytest.raises(UnreachableError, match="not HTTP"),
    ):
        fetch(http, place)


def test_a_bad_certificate(http: Http, tmp_path: Path) -> None:
    with (
        servers.serving(servers.answering("200 OK"), tls=servers.self_signed(tmp_path)) as place,
        pytest.raises(RefusedError, match="bad certificate: self-signed certificate") as caught,
    ):
        fetch(http, place.replace("127.0.0.1", "localhost"), scheme="https")
    assert "SSL_CERT_FILE" in caught.value.hint


def test_plain_http_where_tls_is_expected(http: Http) -> None:
    with (
        servers.serving(servers.not_http) as place,
        pytest.raises(UnreachableError, match="TLS failed"),
    ):
        fetch(http, place, scheme="https")


def test_no_proxy_is_asked_for_this_machine(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with servers.serving(servers.answering("200 OK")) as place:
        assert fetch(http, place).status == 200


def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(http: Http) -> None:
    seen: list[bytes] = []

    def behave(connection, over):  # type: ignore[no-untyped-def]
        seen.append(connection.recv(65536))
        head = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n"
        connection.sendall(head + b"set-cookie: session=1\r\n\r\n")

    with servers.serving(behave) as place:
        fetch(http, place)
        fetch(http, place)
    assert len(seen) == 2
    assert b"cookie" not in seen[1].lower()


def test_a_url_that_is_none(http: Http) -> None:
    with pytest.raises(UnreachableError):
        http.fetch("GET", "http://[::1/x", headers={}, timeout=1)
    with pytest.raises(UnreachableError):
        http.fetch("GET", "http://no-such-host.invalid/", headers={}, timeout=3)
