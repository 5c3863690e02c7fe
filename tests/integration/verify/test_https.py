"""Certificates and protocols of real TLS servers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.verify import servers
from tests.integration.verify.authority import Authority
from tests.integration.verify.http2_server import speaking
from tests.support.needs import Unavailable, skip

from safeguards.errors import RefusedError
from safeguards.health.stages.api import Means, observe
from safeguards.health.wanted import Api, Endpoint
from safeguards.system.clock import SystemClock
from safeguards.system.http import Answer, Http
from safeguards.system.search import search

OK = servers.answering("200 OK", b"hello")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def http(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Http]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    made = Http()
    yield made
    made.close()


def fetch(http: Http, place: str, path: str = "/x", *, host: str = "localhost") -> Answer:
    url = f"https://{place.replace('127.0.0.1', host)}{path}"
    return http.fetch("GET", url, headers={}, timeout=5)


def refused(http: Http, place: str, host: str = "localhost") -> str:
    with pytest.raises(RefusedError) as caught:
        fetch(http, place, host=host)
    return f"{caught.value.message} / {caught.value.hint}"


def days_left(answer: Answer) -> float:
    assert answer.certificate is not None
    return (answer.certificate.ends - time.time()) / 86400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_of_a_trusted_authority(http: Http, authority: Authority, host: str) -> None:
    with servers.serving(OK, tls=authority.server(days=60)) as place:
        answer = fetch(http, place, host=host)
    assert (answer.status, answer.body, answer.version) == (200, b"hello", "HTTP/1.1")
    assert days_left(answer) == pytest.approx(60, abs=0.1)
    assert answer.connect_seconds > 0


def test_an_authority_that_is_not_trusted(
    http: Http, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with servers.serving(OK, tls=authority.server()) as place:
        said = refused(http, place)
    assert "bad certificate: unable to get local issuer" in said
    assert "SSL_CERT_FILE" in said


def test_an_expired_certificate(http: Http, authority: Authority) -> None:
    with servers.serving(OK, tls=authority.server(since=30, days=-1)) as place:
        said = refused(http, place)
    assert "bad certificate: certificate has expired / renew it" in said


def test_a_certificate_that_is_not_good_yet(http: Http, authority: Authority) -> None:
    with servers.serving(OK, tls=authority.server(since=-1)) as place:
        assert "not yet valid" in refused(http, place)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name(http: Http, authority: Authority, host: str) -> None:
    with servers.serving(OK, tls=authority.server(names="DNS:index.example")) as place:
        said = refused(http, place, host)
    assert "bad certificate" in said
    assert "base-url has to be a name" in said


def test_the_name_is_asked_for_at_an_address(http: Http, authority: Authority) -> None:
    tls, asked = authority.server(names="DNS:api"), []

    def named(_socket: object, name: str | None, _context: object) -> None:
        asked.append(name)

    tls.sni_callback = named
    with servers.serving(OK, tls=tls) as place:
        url = f"https://api:{place.rpartition(':')[2]}/x"
        answer = http.fetch("GET", url, headers={}, timeout=5, at="127.0.0.1")
    assert (answer.status, answer.url, asked) == (200, url, ["api"])


def test_a_certificate_that_ends_soon_is_one_warning(http: Http, authority: Authority) -> None:
    with servers.serving(OK, tls=authority.server(since=80, days=9.5)) as place:
        base = f"https://{place.replace('127.0.0.1', 'localhost')}"
        api = Api(base, tuple(Endpoint(f"/{index}") for index in range(20)))
        *items, last = observe(api, Means(http.fetch, SystemClock(), search))
    assert [item.status for item in items] == ["ok"] * 20
    assert items[0].measures["certificate_days"] == pytest.approx(9.5, abs=0.1)
    assert (last.subject, last.status) == ("certificate of localhost", "warn")
    assert (last.observed, last.expected) == ("ends in 9 days", "14 days or more")


def test_http2_where_the_server_has_it(http: Http, authority: Authority) -> None:
    asked: list[str] = []
    with servers.serving(speaking(OK, asked), tls=authority.server("h2", "http/1.1")) as place:
        first, second = fetch(http, place), fetch(http, place, "/y")
    assert (first.version, first.body) == ("HTTP/2", b"over h2")
    assert days_left(first) > 50
    assert first.connect_seconds > 0
    assert second.connect_seconds == 0
    assert asked == ["/x", "/y"]


def test_an_endpoint_that_hangs_over_http2_takes_no_other_with_it(
    http: Http, authority: Authority
) -> None:
    asked: list[str] = []
    with servers.serving(speaking(OK, asked), tls=authority.server("h2")) as place:
        base = f"https://{place.replace('127.0.0.1', 'localhost')}"
        paths = ["/hang", "/reset", *(f"/{index}" for index in range(30))]
        api = Api(base, tuple(Endpoint(path) for path in paths), timeout=4)
        items = observe(api, Means(http.fetch, SystemClock(), search))
    assert [item.status for item in items] == ["fail", "fail", *["ok"] * 30]
    assert items[0].message == "no answer within 4 s"
    assert "cut off" in items[1].message
    assert "(asked 3 times)" in items[1].message


def test_without_h2_there_is_http1(authority: Authority) -> None:
    script = (
        "import sys; sys.modules['h2'] = None\n"
        "from safeguards.system.http import Http\n"
        "print(Http().fetch('GET', sys.argv[1], headers={}, timeout=5).version)\n"
    )
    asked: list[str] = []
    with servers.serving(speaking(OK, asked), tls=authority.server("h2", "http/1.1")) as place:
        url = f"https://{place.replace('127.0.0.1', 'localhost')}/x"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, url],
            env={"SSL_CERT_FILE": str(authority.certificate), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert (done.stdout, asked) == ("HTTP/1.1\n", [])


NODE = """
const http2 = require("http2"), fs = require("fs"), [, , cert, key] = process.argv
const read = (path) => fs.readFileSync(path)
const server = http2.createSecureServer({ cert: read(cert), key: read(key) })
server.on("stream", (stream) => { stream.respond({ ":status": 200 }); stream.end("from node") })
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
"""


def test_http2_of_node(http: Http, authority: Authority, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        skip(Unavailable("npm", "there is no node"))
    (tmp_path / "server.js").write_text(NODE)
    argv = [node, str(tmp_path / "server.js"), *map(str, authority.issue())]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            answer = fetch(http, f"127.0.0.1:{server.stdout.readline().strip()}")
        finally:
            server.kill()
    assert (answer.version, answer.body) == ("HTTP/2", b"from node")
