"""`safeguards metrics serve` over real sockets."""

from __future__ import annotations

import signal
import socket
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from tests.integration.metrics.conftest import Served, metrics, read, serving
from tests.integration.verify.conftest import CANARY, Small
from tests.support.monitoring import SECONDS, await_that

from safeguards.cli.main import main
from safeguards.errors import UnreachableError
from safeguards.system.page_server import CONNECTIONS, Page, PageServer


def asked(folder: Path) -> int:
    """How often production was asked, by its own count."""
    path = folder / "asked"
    return len(path.read_text()) if path.exists() else 0


def count_asking(small: Small, then: str = "true") -> None:
    small.configure(
        'status = ["test", "-e", "running"]',
        f'status = ["sh", "-c", "echo $$ > pid; printf x >> asked; {then}"]',
    )


def dial(served: Served) -> socket.socket:
    place = urllib.parse.urlsplit(served.url)
    return socket.create_connection((place.hostname, place.port), timeout=SECONDS)


def raw(served: Served, request: bytes) -> bytes:
    """What is answered to these bytes; a server may hang up on more than it wants to read."""
    answer = b""
    with dial(served) as connection:
        with suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while part := connection.recv(65536):
                answer += part
    return answer


def test_metrics_are_200_and_health_follows_production(small: Small) -> None:
    with serving(small, "--max-age", "0") as served:
        status, text, headers = served.get("/metrics")
        assert status == 200
        assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert read(text)["safeguards_verify_success"] == 1
        assert served.get("/healthz")[:2] == (200, "production: pass\n")

        small.sql("delete from projects")
        assert served.get("/healthz")[:2] == (503, "production: fail\n")
        status, text, _ = served.get("/metrics")
        assert status == 200
        found = read(text)
        assert found["safeguards_verify_exit_code"] == 4
        assert (
            found["safeguards_verify_last_success_timestamp_seconds"]
            < found["safeguards_verify_last_run_timestamp_seconds"]
        )

        small.sql("insert into projects values (1)")
        assert served.get("/healthz")[0] == 200
        # Of six verdicts the journal has those that were new.
        assert [run["exit_code"] for run in small.journal()] == [0, 4, 0]
        code, err = served.end()
        assert (code, err) == (0, "")
        assert CANARY not in text


def test_other_paths_and_methods_say_nothing_of_the_request(small: Small) -> None:
    with serving(small) as served:
        assert served.get("/")[0] == 404
        assert served.get(f"/{CANARY}?{CANARY}")[0] == 404
        head = raw(served, b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert head.startswith(b"HTTP/1.0 200 OK\r\n")
        assert head.endswith(b"\r\n\r\n")
        assert b"\r\nContent-Length: 0\r\n" not in head
        for request, status in (
            (f"POST /metrics HTTP/1.1\r\nX: {CANARY}\r\n\r\n", b" 405 "),
            (f"{CANARY} /metrics HTTP/1.1\r\n\r\n", b" 405 "),
            (f"GET /metrics HTTP/9.9{CANARY}\r\n\r\n", b"Bad Request"),
            (f"{CANARY}\r\n\r\n", b"Bad Request"),
            (f"GET /metrics HTTP/1.1\r\n{CANARY * 20000}\r\n\r\n", b""),
            (f"GET /{CANARY * 20000} HTTP/1.1\r\n\r\n", b""),
        ):
            answer = raw(served, request.encode())
            assert status in answer
            assert CANARY.encode() not in answer
        assert served.get("/metrics")[0] == 200
        assert served.end() == (0, "")


def test_who_asks_at_once_shares_one_verify(small: Small) -> None:
    count_asking(small)
    with serving(small, "--max-age", "3600") as served:
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(served.get, ["/metrics"] * 20 + ["/healthz"] * 4))
        assert [status for status, _, _ in answers] == [200] * 24
        assert len({text for _, text, _ in answers}) == 2
        assert asked(small.folder) == 1


def test_a_hanging_production_holds_up_neither_answers_nor_the_end(small: Small) -> None:
    count_asking(small, "while test -e hangs; do sleep 0.05; done")
    with serving(small, "--max-age", "0") as served:
        before = served.numbers()
        assert before["safeguards_verify_success"] == 1
        (small.folder / "hangs").touch()
        scrape = {"X-Prometheus-Scrape-Timeout-Seconds": "0.1"}
        status, text, _ = served.get("/metrics", **scrape)
        assert status == 200
        name = "safeguards_verify_last_run_timestamp_seconds"
        assert read(text)[name] == before[name]
        assert served.get("/nowhere")[0] == 404
        await_that(lambda: asked(small.folder) == 2, lambda: "it was never asked again")
        assert served.get("/metrics", **scrape)[0] == 200
        assert asked(small.folder) == 2
        (small.folder / "hangs").unlink()
        await_that(lambda: served.numbers()[name] > before[name], lambda: "no new numbers")
        (small.folder / "hangs").touch()
        before_the_end = asked(small.folder)
        served.get("/metrics", **scrape)
        await_that(lambda: asked(small.folder) > before_the_end, lambda: "it was never asked again")
        code, err = served.end()
        assert (code, err) == (0, "")
        # Nor does it leave behind what hangs.
        pid = int((small.folder / "pid").read_text())
        await_that(lambda: not Path(f"/proc/{pid}").exists(), lambda: f"{pid} goes on")


def test_what_was_never_seen_is_no_health(small: Small) -> None:
    count_asking(small, "while test -e hangs; do sleep 0.05; done")
    (small.folder / "hangs").touch()
    with serving(small) as served:
        scrape = {"X-Prometheus-Scrape-Timeout-Seconds": "0.1"}
        assert served.get("/metrics", **scrape)[:2] == (200, "")
        status, text, _ = served.get("/healthz", **scrape)
        assert (status, text) == (503, "production: unknown, it was never seen\n")
        (small.folder / "hangs").unlink()


def test_what_cannot_be_asked_any_more_is_told_once(small: Small) -> None:
    with serving(small, "--max-age", "0") as served:
        assert served.get("/healthz")[0] == 200
        small.configure('url = "env:APP_DATABASE_URL"', 'url = "file:database-url"')
        # The configuration is that of the start.
        assert served.get("/healthz")[0] == 200
    (small.folder / "database-url").write_text(small.env["APP_DATABASE_URL"])
    with serving(small, "--max-age", "0") as served:
        before = served.numbers()
        (small.folder / "database-url").unlink()
        assert served.get("/healthz")[:2] == (503, "production: unknown, it cannot be asked\n")
        assert served.numbers() == before
        code, err = served.end()
        assert code == 0
        assert err.count("database-url: no such file") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_it(small: Small, number: signal.Signals) -> None:
    with serving(small) as served:
        code, err = served.end(number)
        assert (code, err.strip()) == ((130, "interrupted") if number == signal.SIGINT else (0, ""))


def test_too_many_clients_are_told_and_slow_ones_cut_off(small: Small) -> None:
    with serving(small, "--max-age", "3600") as served:
        assert served.get("/metrics")[0] == 200

        def crowded() -> bool:
            with ExitStack() as stack:
                waiting = [stack.enter_context(dial(served)) for _ in range(2 * CONNECTIONS)]
                for each in waiting:
                    with suppress(ConnectionError):
                        each.sendall(b"GET /met")
                answers = [rest(each) for each in waiting]
            assert set(answers) <= {b"", b"HTTP/1.0 503 Service Unavailable"}
            return len(set(answers)) == 2

        await_that(crowded, lambda: "connections without end")
        with dial(served) as drip, suppress(OSError):
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                drip.sendall(b"r")
                time.sleep(0.02)
            pytest.fail("a request that never ends is read for ever")
        assert served.get("/metrics")[0] == 200
        assert served.end() == (0, "")


def rest(connection: socket.socket) -> bytes:
    """The first line of what else comes until the other side hangs up."""
    answer = b""
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            answer += part
    return answer.partition(b"\r\n")[0]


def test_where_it_cannot_listen(
    small: Small, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = metrics(small, "serve", "--listen", f"127.0.0.1:{port}")
    assert (ended.code, ended.out) == (69, "")
    assert ended.err.startswith(f"error: cannot listen at 127.0.0.1:{port}: somebody else does\n")
    assert f"sport = :{port}" in ended.err
    for listen in ("a..b:9464", "192.0.2.1:9464"):
        with pytest.raises(UnreachableError, match=f"cannot listen at {listen}") as refused:
            PageServer(listen.partition(":")[0], 9464, lambda _path, _waits: Page(200, b""))
        assert "--listen" in refused.value.hint
    monkeypatch.chdir(small.folder)
    for argv, code, message in (
        (("--listen", "127.0.0.1:70000"), 64, "expected HOST:PORT"),
        (("--listen", "9464"), 64, "expected HOST:PORT"),
        (("--listen", "127.0.0.1:http"), 64, "expected HOST:PORT"),
        (("--target", "nope"), 64, 'no target is called "nope"'),
        (("--listen", "127.0.0.1:0"), 78, "APP_DATABASE_URL is not set"),
    ):
        assert main(["metrics", "serve", *argv]) == code
        err = capsys.readouterr().err
        assert message in err
        assert "\nhint: " in err


def test_ipv6_and_beyond_this_machine(small: Small) -> None:
    if socket.has_ipv6 and Path("/proc/net/if_inet6").exists():
        with serving(small, listen="[::1]:0") as served:
            assert served.url.startswith("http://[::1]:")
            assert served.get("/healthz")[0] == 200
            assert served.end() == (0, "")
    with serving(small, listen="0.0.0.0:0") as served:
        _, err = served.end()
        assert "whoever reaches" in err


def test_several_targets(small: Small) -> None:
    with (small.folder / "safeguards.toml").open("a") as file:
        file.write(
            '\n[targets.staging]\nruntime = "command"\n[targets.staging.command]\n'
            'status = ["test", "-e", "staged"]\nstart = ["true"]\n'
        )
    with serving(small, "--max-age", "0", "--target", "all") as served:
        assert served.get("/healthz")[:2] == (503, "production: pass\nstaging: fail\n")
        (small.folder / "staged").touch()
        assert served.get("/healthz")[:2] == (200, "production: pass\nstaging: pass\n")
        text = served.get("/metrics")[1]
        assert text.count("safeguards_verify_success{") == 2


def test_a_journal_that_cannot_be_used_is_no_reason_to_be_silent(small: Small) -> None:
    folder = small.folder / ".git" / "safeguards"
    folder.mkdir()
    (folder / "journal.db").write_bytes(b"no database" * 1000)
    with serving(small, "--max-age", "0") as served:
        assert served.numbers()["safeguards_verify_success"] == 1
        assert served.get("/healthz")[0] == 200
