"""An API that publishes no port, on a real engine: near and far, with and without Python inside."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.support.awaited import await_that
from tests.support.engine import Engine, new_project_name
from tests.support.images import base_image, proxy_image
from tests.support.production import BACKEND, Production
from tests.support.shell import sh
from tests.support.swarm import SwarmProduction

from safeguards.errors import DeadlineError, UnreachableError, UnsentError
from safeguards.health.inside import InsideFetch, UnaskedError
from safeguards.runtimes.docker import DockerRuntime
from safeguards.runtimes.line import Line
from safeguards.runtimes.swarm import SwarmRuntime
from safeguards.system.clock import SystemClock
from safeguards.system.http import Answer, Http
from safeguards.system.ports import is_own
from safeguards.system.swarm import Swarm

pytestmark = pytest.mark.docker

TOKEN = "network-canary-90ab"
SERVER = """
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/hang":
            time.sleep(30)
        if self.path == "/drop":
            return
        body = ("%s %s" % (self.headers["host"], self.headers["authorization"])).encode()
        self.send_response({"/none": 404, "/away": 302, "/moved": 302}.get(self.path, 200))
        where = {"/away": "http://index.example/", "/moved": "/"}.get(self.path)
        if where:
            self.send_header("location", where)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer((sys.argv[1], 8000), Handler).serve_forever()
"""
NGINX = """
cd /etc/nginx/sites-enabled
sed -i 's/listen 80 default_server/listen %s:80 default_server/; /::/d' default
exec nginx -g 'daemon off;'
"""


@contextmanager
def container(engine: Engine, *argv: str) -> Iterator[str]:
    """A container that publishes nothing, on a network of its own."""
    name = f"{new_project_name()}-api"
    engine.docker("network", "create", name)
    try:
        engine.docker("run", "-d", "--init", "--name", name, "--network", name, *argv)
        yield name
    finally:
        engine.docker("rm", "-fv", name)
        engine.docker("network", "rm", name)


@contextmanager
def asking(name: str, host: str = "", stack: str = "") -> Iterator[InsideFetch]:
    """As `verify` asks; `host` is the address of the engine, `stack` that of a swarm."""
    http, engine = Http(), Swarm(host)
    client = f"docker -H {host}" if host else "docker"
    runtime = DockerRuntime(engine, [name], client=client)
    if stack:
        runtime = SwarmRuntime(engine, [name], stack)
    line = Line(http.fetch, engine, is_own, SystemClock())
    yield InsideFetch(line, runtime, {name: name, f"{stack}_{name}": name})
    engine.close()
    http.close()


def get(fetch: InsideFetch, url: str, *, timeout: float = 5) -> Answer:
    return fetch("GET", url, headers={"authorization": TOKEN}, timeout=timeout)


def await_up(fetch: InsideFetch, url: str) -> None:
    """Until something answers there."""

    def answers() -> bool:
        with contextlib.suppress(UnreachableError):
            return get(fetch, url).status < 500
        return False

    await_that(answers, f"something answers at {url}")


def typed(engine: Engine, command: str) -> str:
    """What a person sees who types it."""
    assert TOKEN not in command
    return sh("sh", "-c", f"{command} 2>&1", env=engine.env)


@pytest.mark.parametrize(
    ("listening", "way"), [("", "curl "), ("127.0.0.1", "docker exec ")], ids=["all", "loopback"]
)
def test_an_application_without_a_published_port(
    docker_engine: Engine, listening: str, way: str
) -> None:
    argv = (base_image(docker_engine), "python3", "-c", SERVER, listening)
    with container(docker_engine, *argv) as name, asking(name) as fetch:
        url = f"http://{name}:8000"
        await_up(fetch, f"{url}/")
        answer = get(fetch, f"{url}/")
        assert answer.body.decode() == f"{name}:8000 {TOKEN}"
        assert answer.connect_seconds > 0
        assert get(fetch, f"{url}/none").status == 404
        away = get(fetch, f"{url}/away")
        assert (away.status, away.foreign) == (302, "http://index.example")
        assert get(fetch, f"{url}/moved").url == f"{url}/"
        with pytest.raises(DeadlineError, match=r"no answer within 0\.5 s"):
            get(fetch, f"{url}/hang", timeout=0.5)
        with pytest.raises(UnreachableError, match="cut off"):
            get(fetch, f"{url}/drop")
        with pytest.raises(UnsentError, match="refused"):
            get(fetch, f"http://{name}:8001/")
        get(fetch, f"{url}/")
        command = fetch.by_hand("GET", f"{url}/", 5)
        assert command.startswith(way)
        assert "200" in typed(docker_engine, command)
        # Nothing that was asked goes on inside, and no secret was in its arguments.
        shown = docker_engine.docker("top", name, "-eo", "pid,args")
        assert "SAFEGUARDS" not in shown
        docker_engine.docker("stop", "-t", "0", name)
        await_that(lambda: _stopped(fetch, url), "nobody answers")
        assert fetch.by_hand("GET", url, 5) == f"docker logs --tail 50 {name}"


def _stopped(fetch: InsideFetch, url: str) -> bool:
    try:
        get(fetch, url)
    except UnsentError as error:
        return "is exited: nobody answers" in error.message
    except UnreachableError:
        return False
    return False


def test_an_image_without_python(docker_engine: Engine) -> None:
    image = proxy_image(docker_engine)
    everywhere = ("sh", "-c", NGINX % "0.0.0.0")
    with container(docker_engine, image, *everywhere) as name, asking(name) as fetch:
        await_up(fetch, f"http://{name}/")
        assert b"nginx" in get(fetch, f"http://{name}/").body
    with container(docker_engine, image, "sh", "-c", NGINX % "127.0.0.1") as name:
        with asking(name) as fetch, pytest.raises(UnaskedError) as caught:
            get(fetch, f"http://{name}/")
        assert "has no python3 inside" in caught.value.message
        assert "publish its port" in caught.value.hint
        assert name in typed(docker_engine, fetch.by_hand("GET", f"http://{name}/", 5))


def test_an_engine_elsewhere(docker_engine: Engine, far: str) -> None:
    argv = (base_image(docker_engine), "python3", "-c", SERVER, "")
    with container(docker_engine, *argv) as name, asking(name, far) as fetch:
        url = f"http://{name}:8000/"
        await_up(fetch, url)
        assert get(fetch, url).body.decode() == f"{name}:8000 {TOKEN}"
        assert fetch.by_hand("GET", url, 5).startswith(f"docker -H {far} exec {name} python3 -c ")


def test_a_stack(stack: SwarmProduction) -> None:
    with asking(BACKEND, stack=stack.stack) as fetch:
        for host in (BACKEND, stack.name):
            assert get(fetch, f"http://{host}:8000/health").status == 200
            command = fetch.by_hand("GET", f"http://{host}:8000/health", 5)
            assert typed(stack.engine, command) == "200\n"


def test_what_is_in_the_way_inside(docker_engine: Engine) -> None:
    shadowed = "mkdir -p /w && cd /w && echo 'raise SystemExit(3)' | tee json.py ssl.py > base64.py"
    command = f"{shadowed} && exec sleep 60"
    argv = ("--workdir", "/w", base_image(docker_engine), "sh", "-c", command)
    with (
        container(docker_engine, *argv) as name,
        asking(name) as fetch,
        pytest.raises(UnsentError, match="refused"),
    ):
        get(fetch, f"http://{name}:8000/")


def verify(production: Production, *argv: str) -> tuple[int, str]:
    text = (production.folder / "safeguards.toml").read_text()
    config = production.folder / "network.toml"
    config.write_text(text.replace(production.base_url, f"http://{BACKEND}:8000"))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "safeguards", "verify", "--config", config.name, *argv],
            cwd=production.folder,
            env=production.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        config.unlink()
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_verify_of_a_production_that_publishes_nothing(production: Production) -> None:
    code, out = verify(production, "--format", "json", "--no-journal")
    items = json.loads(out)["checks"][2]["items"]
    assert code == 0
    assert [item["observed"] for item in items] == ["200", "401", "200"]
    assert items[0]["measures"].keys() >= {"status_code", "duration_seconds"}
    with production.answering_500() as route:
        code, out = verify(production, "--no-journal")
    assert code == 3
    assert f"  - {route}: 500, the server failed\n" in out
    command = re.findall(r"^      next: (.+)$", out, re.MULTILINE)[-1]
    assert "200" in sh("sh", "-c", command, cwd=production.folder, env=production.env)
    with production.paused(BACKEND):
        code, out = verify(production, "--no-journal")
    assert code == 99
    assert "is paused: nobody answers" in out
