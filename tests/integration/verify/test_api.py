"""`safeguards verify` as a program, on APIs that misbehave."""

from __future__ import annotations

import itertools
import socket
import threading

from tests.integration.verify import servers
from tests.integration.verify.conftest import CANARY, Small
from tests.integration.verify.servers import Behaviour
from tests.support.postgres import free_port

SECRET = 'headers = { Authorization = "env:APP_TOKEN" }'


def at(small: Small, place: str) -> None:
    """The configuration asks there."""
    path = small.folder / "safeguards.toml"
    text = path.read_text()
    path.write_text(text.replace(text.split('base-url = "http://')[1].split('"')[0], place))


def busy_once() -> Behaviour:
    """503 to whoever comes first, 200 to all others."""
    numbers = itertools.count()

    def behave(connection: socket.socket, over: threading.Event) -> None:
        status = "200 OK" if next(numbers) else "503 Busy"
        servers.answering(status)(connection, over)

    return behave


def test_what_answers_only_when_asked_again_is_told(small: Small) -> None:
    small.configure("timeout = 2", "timeout = 20")
    with servers.serving(busy_once()) as place:
        at(small, place)
        ended = small.verify()
    assert ended.code == 0
    told = "warning: 200, answered only at the second try; before: 503\n"
    assert ended.out.count(told) == 1
    assert "Check 3: API endpoints [OK]\n" in ended.out


def test_retries_can_be_turned_off(small: Small) -> None:
    small.configure("timeout = 2", "timeout = 2\nretries = 0")
    with servers.serving(busy_once()) as place:
        at(small, place)
        ended = small.verify()
    assert ended.code == 3
    assert ": 503, the server failed\n" in ended.out


def test_nobody_listens(small: Small) -> None:
    small.configure("timeout = 2", "timeout = 20")
    at(small, f"127.0.0.1:{free_port()}")
    ended = small.verify()
    assert ended.code == 3
    assert ended.out.count("no answer, connection refused: nobody listens there") == 2
    assert "asked 3 times" in ended.out


EVIL = (
    f"HTTP/1.1 302 \x1b[31m\r\nlocation: http://{CANARY}\x1b[2J.example/\r\n",
    f"HTTP/1.1 302 Found\r\nlocation: http://b/{CANARY}\r\n",
    f"HTTP/1.1 500 {CANARY}\x1b[31m\r\n",
    f"\x1b]0;{CANARY}\x07 no http\r\n",
    f"HTTP/1.1 200 OK\r\ncontent-encoding: \x1b[2J{CANARY}\r\n",
)


def test_nothing_of_an_answer_steers_the_terminal(small: Small) -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        answer = EVIL[int(connection.recv(65536).split()[1][1:])]
        connection.sendall(answer.encode() + b"content-length: 2\r\nconnection: close\r\n\r\nhi")

    routes = (f'{{ path = "/{index}", body-matches = "x" }}' for index in range(len(EVIL)))
    paths = ", ".join(routes)
    small.configure('"/health", ', "")
    small.configure("endpoints = [", f"endpoints = [{paths}, ")
    small.configure('path = "/secret"', 'path = "/0"')
    with servers.serving(behave) as place:
        at(small, place)
        ended = small.verify("-v")
    assert ended.code == 3
    assert ended.out.count("      next: curl ") == len(EVIL) + 1
    assert "\x1b" not in ended.out + ended.err
    assert "\x07" not in ended.out + ended.err
    assert CANARY not in ended.out + ended.err
    assert "Traceback" not in ended.err


def test_the_numbers_are_there_for_programs(small: Small) -> None:
    ended = small.verify("--format", "json")
    for item in ended.document["checks"][2]["items"]:
        measures = item["measures"]
        assert measures["status_code"] == 200
        assert 0 <= measures["duration_seconds"] < 10
        assert "certificate_days" not in measures


def test_the_advised_command_works_and_shows_no_secret(small: Small) -> None:
    with servers.serving(servers.answering("500 Oops")) as place:
        at(small, place)
        ended = small.verify()
    assert f"next: curl -sS -i -m 2 http://{place}/secret\n" in ended.out
    assert CANARY not in ended.out
