"""Faults of the API: what a server, a proxy before it or a certificate can do to an answer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import front
from benchmarks.faults.certificates import Authority
from benchmarks.faults.front import Behave, answer, says
from benchmarks.faults.kit import fault, seen
from benchmarks.faults.world import World

ROOM = "api"
FAIL = {"api": "fail"}
HEALTH, CONTACTS = "/health", "/api/v1/contacts"
WELL = b'{"status": "ok"}'


def _raw(world: World, path: str, seconds: float = 0.5) -> bytes | None:
    """The first bytes of an answer, b"" for none; None when the connection is refused or reset."""
    try:
        with socket.create_connection(("127.0.0.1", world.front.port), timeout=5) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.settimeout(seconds)
            try:
                return connection.recv(65536)
            except TimeoutError:
                return b""
    except OSError:
        return None


def _misbehaves(
    name: str, path: str, behave: Behave, begins: bytes | None, *, code: int = 1, warns: int = 0
) -> None:
    """A route of the front; an answer that is seen there begins with `begins`, b"" for none."""

    @fault(name, ROOM, "front", expects=FAIL if code else {}, warns=(ROOM,) if warns else ())
    def misbehaves(world: World) -> Iterator[None]:
        def visible() -> bool:
            found = _raw(world, path)
            if not begins or found is None:
                return found == begins
            return found.startswith(begins)

        world.front.modes[path] = behave
        try:
            seen(visible, name)
            yield
        finally:
            del world.front.modes[path]


def _json(body: bytes) -> bytes:
    return answer(200, body, "Content-Type: application/json")


for _status in (500, 502, 503):
    _misbehaves(f"answers-{_status}", CONTACTS, says(answer(_status, b"no")),
                f"HTTP/1.1 {_status}".encode())  # fmt: skip

for _name, _path, _behave, _begins in (
    ("hangs", CONTACTS, front.hangs, b""),
    ("slower-than-allowed", HEALTH, says(_json(WELL), front.SLOW), b""),
    ("redirects-elsewhere", CONTACTS,
     says(answer(302, b"", "Location: http://elsewhere.example/")), b"HTTP/1.1 302"),
    ("redirects-for-ever", CONTACTS, says(answer(302, b"", f"Location: {CONTACTS}")),
     b"HTTP/1.1 302"),
    ("other-json", HEALTH, says(_json(b'{"status": "no", "is": "ok"}')), b"HTTP/1.1 200"),
    ("missing-json", HEALTH, says(_json(b'{"state": "ok"}')), b"HTTP/1.1 200"),
    ("no-json", HEALTH, says(_json(b"<html>ok</html>")), b"HTTP/1.1 200"),
    ("empty-body", HEALTH, says(_json(b"")), b"HTTP/1.1 200"),
    ("resets", CONTACTS, front.resets, None),
    ("hangs-up", CONTACTS, says(b""), b""),
    ("truncated", CONTACTS, says(answer(200, b"[", length=100)), b"HTTP/1.1 200"),
    ("drips", CONTACTS, front.drips, b"HTTP/1.1 200"),
    ("pours", CONTACTS, front.pours, b"HTTP/1.1 200"),
    ("drips-headers", CONTACTS, front.drips_headers, b"HTTP/1.1 200"),
    ("speaks-another-language", CONTACTS, says(b"220 mail ESMTP\r\n"), b"220 mail"),
    ("broken-compression", CONTACTS, says(answer(200, b"no gzip", "Content-Encoding: gzip")),
     b"HTTP/1.1 200"),
):  # fmt: skip
    _misbehaves(_name, _path, _behave, _begins)

_misbehaves("not-found", CONTACTS, says(answer(404, b"")), b"HTTP/1.1 404", code=0, warns=1)
_misbehaves("not-let-in", CONTACTS, says(answer(403, b"")), b"HTTP/1.1 403", code=0)
_misbehaves("no-content", CONTACTS, says(b"HTTP/1.1 204 No Content\r\n\r\n"), b"HTTP/1.1 204",
            code=0)  # fmt: skip
_misbehaves("redirects-within", CONTACTS, says(answer(307, b"", f"Location: {HEALTH}")),
            b"HTTP/1.1 307", code=0)  # fmt: skip
_misbehaves("slower-than-usual", HEALTH, says(_json(WELL), 1.0), b"", code=0)


@fault("refused", ROOM, "front", expects=FAIL)
def _refused(world: World) -> Iterator[None]:
    world.front.close()
    try:
        seen(lambda: _raw(world, HEALTH) is None, "connection refused")
        yield
    finally:
        world.front.open()


@fault("column-renamed-by-hand", ROOM, "contacts", "front", expects=FAIL)
def _fails_itself(world: World) -> Iterator[None]:
    """The application answers 500, not something before it."""
    world.sql("ALTER TABLE contacts RENAME COLUMN name TO full_name")
    try:
        seen(lambda: world.status(CONTACTS) == 500, "500")
        yield
    finally:
        world.sql("ALTER TABLE contacts RENAME COLUMN full_name TO name")


def _over_tls(name: str, kind: str, *, code: int, warns: int = 0) -> None:
    expects = FAIL if code else {}

    @fault(name, ROOM, "front", "settings", expects=expects, warns=(ROOM,) if warns else ())
    def over_tls(world: World) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-tls-")))
            authority = Authority(folder)
            port = stack.enter_context(world.front.tls(authority.server(kind)))
            stack.callback(world.configure, f"http://127.0.0.1:{world.front.port}")
            stack.callback(world.settings.pop, "SSL_CERT_FILE")
            world.configure(f"https://localhost:{port}")
            world.settings["SSL_CERT_FILE"] = str(authority.certificate)
            seen(lambda: _accepts(port, authority.certificate) == (not code), name)
            yield


def _accepts(port: int, issuer: Path) -> bool:
    """Whether another client that trusts this issuer gets an answer."""
    context = ssl.create_default_context(cafile=str(issuer))
    try:
        with urllib.request.urlopen(
            f"https://localhost:{port}{HEALTH}", timeout=5, context=context
        ) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


_over_tls("certificate-expired", "expired", code=1)
_over_tls("certificate-of-another-host", "other", code=1)
_over_tls("certificate-of-nobody", "foreign", code=1)
_over_tls("certificate-well", "well", code=0)
_over_tls("certificate-soon-over", "soon", code=0, warns=1)
