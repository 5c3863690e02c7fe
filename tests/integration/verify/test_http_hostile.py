"""Servers that mean harm, or are broken: none costs time, memory, secrets or another verdict."""

from __future__ import annotations

import gzip
import socket
import threading
import traceback
from collections.abc import Iterator

import httpx
import pytest
from tests.integration.verify import servers
from tests.integration.verify.servers import Behaviour

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.health.answers import judge_answer
from safeguards.health.stages.api import Means, observe
from safeguards.health.wanted import Api, Endpoint
from safeguards.system.clock import SystemClock
from safeguards.system.http import Answer, Http, _same_origin
from safeguards.system.http_body import MAX_BODY
from safeguards.system.search import search

TOKEN = "canary-51c7"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
EVIL = "(a+)+$"


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http()
    yield made
    made.close()


def fetch(http: Http, place: str, method: str = "GET", **headers: str) -> Answer:
    return http.fetch(method, f"http://{place}/x", headers=headers, timeout=5)


def saying(*parts: bytes) -> Behaviour:
    """These bytes, then the end."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)

    return behave


def packed(body: bytes, encoding: str = "gzip") -> Behaviour:
    return servers.answering("200 OK", body, f"content-encoding: {encoding}")


def test_a_packed_body(http: Http) -> None:
    with servers.serving(packed(gzip.compress(b"hello"))) as place:
        assert fetch(http, place).body == b"hello"
    with servers.serving(packed(b"")) as place:
        assert fetch(http, place).body == b""


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(bytes(MAX_BODY + 1)), "gzip", "did not end within 8 MiB"),
        (gzip.compress(b"hello")[:-4], "gzip", "cut off"),
        (b"hello", "gzip", "cannot be unpacked"),
    ],
    ids=["bomb", "short", "none"],
)
def test_a_packed_body_that_is_bad(http: Http, body: bytes, encoding: str, said: str) -> None:
    with (
        servers.serving(packed(body, encoding)) as place,
        pytest.raises(RefusedError, match=said),
    ):
        fetch(http, place)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_a_body_that_is_packed_otherwise_stays_so(http: Http, encoding: str) -> None:
    body = gzip.compress(gzip.compress(bytes(2**26)))
    with servers.serving(packed(body, encoding)) as place:
        answer = fetch(http, place)
    assert (answer.body, answer.packed) == (body, encoding)
    assert judge_answer(Endpoint("/"), answer, search)[0] == "ok"
    for route in (Endpoint("/", json={"a": 1}), Endpoint("/", body_matches="a")):
        assert judge_answer(route, answer, search)[:2] == (
            "fail",
            f"the body is packed as {encoding}, which was not asked for",
        )


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((b"HTTP/1.1 abc\r\n\r\n",), RefusedError),
        ((b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 200_000 + b"\r\n\r\n",), RefusedError),
        ((b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",), RefusedError),
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhi",), UnreachableError),
        ((b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhi",), UnreachableError),
        ((b"HTTP/1.1 200 OK\r\n",), UnreachableError),
        ((), UnreachableError),
        ((b"HTTP/1.1 302 x\r\nlocation: http://a:b/\r\ncontent-length: 0\r\n\r\n",), RefusedError),
    ],
    ids=["status", "headers", "chunk", "short", "short chunk", "no headers", "none", "location"],
)
def test_what_is_broken(
    http: Http, parts: tuple[bytes, ...], error: type[UnreachableError]
) -> None:
    with servers.serving(saying(*parts)) as place, pytest.raises(UnreachableError) as caught:
        fetch(http, place)
    assert type(caught.value) is error


def test_escapes_in_the_status_line_and_headers_reach_nobody(http: Http) -> None:
    evil = b"HTTP/1.1 302 \x1b[31mred\r\nx-a: \x1b]0;a\x07\r\ncontent-length: 0\r\n"
    with servers.serving(saying(evil + b"location: //b\x1b[2Jd/\r\n\r\n")) as place:
        try:
            said = fetch(http, place).foreign
        except UnreachableError as error:
            said = error.message + error.hint
    assert said.isprintable()


def test_one_byte_a_second_is_too_slow(http: Http) -> None:
    with (
        servers.serving(servers.endless(b"x", 0.2)) as place,
        pytest.raises(DeadlineError, match="did not end in time"),
    ):
        http.fetch("GET", f"http://{place}/", headers={}, timeout=0.5)


class Recorder:
    """A server that redirects what asks for /x, and keeps what it was asked."""

    def __init__(self, status: str, location: str) -> None:
        self.asked: list[bytes] = []
        self._status = status
        self.location = location

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        request = connection.recv(65536)
        self.asked.append(request)
        if b" /x " in request:
            servers.answering(self._status, b"", f"location: {self.location}")
            head = f"HTTP/1.1 {self._status}\r\nlocation: {self.location}\r\n"
            connection.sendall(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        else:
            connection.sendall(ANSWER)


def test_headers_go_on_within_the_same_origin_alone(http: Http) -> None:
    other = Recorder("200 OK", "")
    with servers.serving(other) as elsewhere:
        for target in (f"http://{elsewhere}/y", f"https://{elsewhere}/y", f"//{elsewhere}/y"):
            with servers.serving(Recorder("307 Go", target)) as place:
                answer = fetch(http, place, authorization=TOKEN, **{"x-api-key": TOKEN})
            assert answer.status == 307
            assert answer.foreign == target.replace("//1", "http://1", target[:2] == "//")[:-2]
    assert other.asked == []
    same = Recorder("307 Go", "/y")
    with servers.serving(same) as place:
        assert fetch(http, place, authorization=TOKEN).body == b"ok"
    assert [TOKEN.encode() in each for each in same.asked] == [True, True]


@pytest.mark.parametrize(
    ("asked", "to", "same"),
    [
        ("http://a/", "http://a:80/", True),
        ("http://a/", "https://a/", True),
        ("http://a/", "https://a:443/", True),
        ("http://A/", "http://a/", True),
        ("http://a:8000/", "https://a:8443/", False),
        ("http://a:8000/", "https://a/", False),
        ("http://a/", "https://a:8443/", False),
        ("https://a/", "http://a/", False),
        ("https://a/", "https://a:444/", False),
        ("http://a/", "http://a.index.example/", False),
        ("http://a/", "ftp://a/", False),
    ],
)
def test_what_counts_as_the_same_origin(asked: str, to: str, same: bool) -> None:
    assert _same_origin(httpx.URL(asked), httpx.URL(to)) is same


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", "307 Go", "POST"),
        ("POST", "308 Go", "POST"),
        ("POST", "302 Go", "GET"),
        ("DELETE", "303 Go", "GET"),
        ("GET", "301 Go", "GET"),
    ],
)
def test_the_method_after_a_redirect(http: Http, method: str, status: str, then: str) -> None:
    recorder = Recorder(status, "/y")
    with servers.serving(recorder) as place:
        assert fetch(http, place, method).status == 200
    assert [each.split()[0].decode() for each in recorder.asked] == [method, then]


@pytest.mark.parametrize("value", [f"{TOKEN}\nx: y", f"{TOKEN}\x00"])
def test_a_header_that_is_not_legal_is_not_quoted(http: Http, value: str) -> None:
    with (
        servers.serving(servers.answering("200 OK")) as place,
        pytest.raises(RefusedError, match="a header is not legal") as caught,
    ):
        fetch(http, place, authorization=value)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_header_may_have_any_letter(http: Http) -> None:
    recorder = Recorder("307 Go", "/y")
    with servers.serving(recorder) as place:
        assert fetch(http, place, authorization="pässwörd").status == 200
    assert all("pässwörd".encode() in each for each in recorder.asked)


class Forgetful:
    """Keeps each connection for one answer, and ends it when it is asked once more."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        connection.settimeout(0.1)
        answered = False
        while not over.is_set():
            try:
                request = connection.recv(65536)
            except TimeoutError:
                continue
            if not request:
                return
            self.asked.append(f"{request.split()[0].decode()}{' again' if answered else ''}")
            if answered:
                return
            connection.sendall(ANSWER)
            answered = True


@pytest.mark.parametrize(
    ("method", "asked"),
    [("GET", ["GET", "GET again", "GET"]), ("POST", ["GET", "POST"])],
)
def test_a_kept_connection_that_is_just_ended(http: Http, method: str, asked: list[str]) -> None:
    server = Forgetful()
    with servers.serving(server) as place:
        api = Api(f"http://{place}", (Endpoint("/"),))
        means = Means(http.fetch, SystemClock(), search)
        (first,) = observe(api, means)
        (second,) = observe(Api(api.base_url, (Endpoint("/", method=method),)), means)
    assert (first.status, second.status, second.message) == ("ok", "ok", "")
    assert server.asked == asked


class Flapping:
    """Drops the first connections, then answers."""

    def __init__(self, drops: int, with_: bytes = b"") -> None:
        self.connections = 0
        self._drops = drops
        self._with = with_

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connections += 1
        dropped = self.connections <= self._drops
        connection.recv(65536)
        connection.sendall(self._with if dropped else ANSWER)


@pytest.mark.parametrize(
    ("sent", "before"),
    [
        (b"", "cut off"),
        (b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "503"),
    ],
)
def test_what_answers_late_is_a_warning(http: Http, sent: bytes, before: str) -> None:
    means = Means(http.fetch, SystemClock(), search)
    with servers.serving(Flapping(2, sent)) as place:
        (item,) = observe(Api(f"http://{place}", (Endpoint("/"),)), means)
    assert (item.status, item.observed, item.next) == ("warn", "200", None)
    assert item.message.startswith("answered only at the third try; before: ")
    assert before in item.message
    flapping = Flapping(2, sent)
    with servers.serving(flapping) as place:
        (item,) = observe(Api(f"http://{place}", (Endpoint("/"),), retries=1), means)
    assert item.status == "fail"
    assert item.message.endswith("(asked 2 times)")
    flapping = Flapping(2, sent)
    with servers.serving(flapping) as place:
        (item,) = observe(Api(f"http://{place}", (Endpoint("/", method="POST"),)), means)
    assert (item.status, flapping.connections) == ("fail", 1)


def test_an_expression_that_never_ends_is_given_up() -> None:
    with pytest.raises(DeadlineError):
        search(EVIL, "a" * 64 + "!", 0.5)
    with pytest.raises(DeadlineError):
        search(r"\d+x", "1" * 2**20, 0.5)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"version: \d+", "version: 12", True),
        (r"^b+$", "a\nbb", False),
        (r"(?m)^b+$", "a\nbb\n", True),
        ("é+\n", "éé\n", True),
        ("a.c", "abc", True),
        ("x+", "", False),
        ("a+", "\ud800a", True),
    ],
)
def test_a_search(pattern: str, text: str, found: bool) -> None:
    assert search(pattern, text, 10) is found


def test_an_expression_that_never_ends_costs_its_own_endpoint_alone(http: Http) -> None:
    body = b"a" * 64 + b"!"
    with servers.serving(servers.answering("200 OK", body)) as place:
        routes = (Endpoint("/a", body_matches=EVIL), Endpoint("/b", body_matches="a+!"))
        api = Api(f"http://{place}", routes, timeout=10)
        evil, good = observe(api, Means(http.fetch, SystemClock(), _hasty))
    assert (evil.status, good.status) == ("unknown", "ok")
    assert evil.next is not None


def _hasty(pattern: str, text: str, timeout: float) -> bool:
    """The real search, given up sooner where it never ends."""
    return search(pattern, text, 0.5 if pattern == EVIL else timeout)
