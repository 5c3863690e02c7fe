"""One HTTP request from inside a container, by the Python that is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import msgspec

from safeguards.errors import (
    DeadlineError,
    NotInstalledError,
    RefusedError,
    UnreachableError,
    UnsentError,
)
from safeguards.system.http import Answer
from safeguards.system.http_body import MAX_BODY
from safeguards.system.http_faults import Certificate
from safeguards.system.process import Completed

ASKED = "SAFEGUARDS_ASKED"
"""The variable with the request: headers may be secret, and arguments can be seen."""

PROGRAMS = ("python3", "python")
REFUSAL = "the Docker engine refused"
_ABSENT = ("executable file not found", "no such file or directory", "permission denied")

SCRIPT = """
import base64, http.client, json, os, signal, socket, ssl, time
from urllib.parse import urljoin, urlsplit
asked = json.loads(os.environ["SAFEGUARDS_ASKED"])
end, spent, kept = time.monotonic() + asked["timeout"], {"connect": 0.0, "busy": 0.0}, {}
def late(*_):
    raise TimeoutError("late")
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, asked["timeout"])
class Unsent(Exception):
    pass
def connected(parts):
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for host in ("127.0.0.1", "::1", parts.hostname):
        try:
            return socket.create_connection((host, port), max(end - time.monotonic(), 0.001))
        except TimeoutError:
            raise
        except OSError as error:
            reason = error
    raise Unsent(str(reason))
def opened(parts):
    began = time.monotonic()
    connection = http.client.HTTPConnection(parts.hostname)
    connection.sock = connected(parts)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=parts.hostname)
        found = connection.sock.getpeercert()
        ends = [ssl.cert_time_to_seconds(found[name]) for name in ("notBefore", "notAfter")]
        kept["certificate"] = ends
    spent["connect"] += time.monotonic() - began
    return connection
def send(method, url):
    parts = urlsplit(url)
    connection = opened(parts)
    began = time.monotonic()
    given = {name.lower() for name in asked["headers"]}
    connection.putrequest(method, (parts.path or "/") + ("?" + parts.query if parts.query else ""),
                          skip_host=True, skip_accept_encoding=True)
    usual = {"host": parts.netloc.rpartition("@")[2], "user-agent": "safeguards",
             "accept-encoding": "identity", "connection": "close"}
    for name, value in usual.items():
        if name not in given:
            connection.putheader(name, value)
    for name, value in asked["headers"].items():
        connection.putheader(name, value.encode("utf-8", "replace"))
    connection.endheaders()
    response = connection.getresponse()
    body = response.read(asked["most"] + 1)
    spent["busy"] += time.monotonic() - began
    return response, body
def origin(url):
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
def ask(method, url):
    for _ in range(6):
        response, body = send(method, url)
        if len(body) > asked["most"]:
            return {"refused": "the body did not end within %d MiB" % (asked["most"] >> 20)}
        to = response.headers.get("location")
        to = urljoin(url, to) if to and response.status in (301, 302, 303, 307, 308) else ""
        if not to or origin(to) != origin(url):
            packed = response.headers.get("content-encoding", "")
            foreign = "://".join(urlsplit(to)[:2]) if to else ""
            return {"status": response.status, "body": base64.b64encode(body).decode(),
                    "url": url, "foreign": foreign, "seconds": spent["busy"],
                    "connect": spent["connect"], "certificate": kept.get("certificate"),
                    "packed": packed if packed != "identity" else "",
                    "charset": response.headers.get_content_charset("")}
        if response.status in (301, 302, 303) and method != "HEAD":
            method = "GET"
        url = to
    return {"refused": "redirected more than 5 times"}
def outcome():
    try:
        return ask(asked["method"], asked["url"])
    except (socket.timeout, TimeoutError):
        return {"late": True}
    except Unsent as error:
        return {"unsent": str(error)}
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "")
        return {"refused": "bad certificate: " + reason if reason else
                "TLS failed: " + str(error.reason or error)}
    except (http.client.RemoteDisconnected, http.client.IncompleteRead):
        return {"failed": "the answer was cut off"}
    except http.client.HTTPException as error:
        return {"refused": "the answer is not HTTP: " + type(error).__name__}
    except ValueError:
        return {"refused": "the request cannot be sent: a header is not legal in HTTP"}
    except Exception as error:
        return {"failed": "the connection failed: " + str(error)}
try:
    answer = outcome()
    signal.setitimer(signal.ITIMER_REAL, 0)
except TimeoutError:
    answer = {"late": True}
print(json.dumps(answer))
"""


def asked(method: str, url: str, headers: Mapping[str, str], timeout: float) -> Mapping[str, str]:
    """The environment in which `SCRIPT` sends this request."""
    wanted = {"method": method, "url": url, "headers": dict(headers), "timeout": timeout}
    return {ASKED: json.dumps(wanted | {"most": MAX_BODY})}


def first_answer(ask: Callable[[str], Completed], timeout: float) -> Answer:
    """The answer by the first Python that is there, as `Http.fetch` would return or raise it.

    Raises `NotInstalledError` when none of `PROGRAMS` is, or is no Python 3.
    """
    printed = ""
    for program in PROGRAMS:
        try:
            done = ask(program)
        except UnreachableError as error:
            refused = error.message.startswith(REFUSAL)
            if not refused or not any(word in error.message for word in _ABSENT):
                raise
            printed = error.message
            continue
        try:
            said = msgspec.json.decode(done.stdout.strip().rpartition(b"\n")[2], type=_Said)
            return _to_answer(said, timeout)
        except msgspec.DecodeError:
            printed = done.error_text.strip()[-500:] or done.text.strip()[-500:]
    raise NotInstalledError(
        "nothing can be asked inside the container: it has no python3",
        context=(("it printed", printed),),
    )


class _Said(msgspec.Struct, frozen=True):
    """What `SCRIPT` prints: an answer, or one word of why there is none."""

    status: int = 0
    body: bytes = b""
    url: str = ""
    foreign: str = ""
    seconds: float = 0.0
    connect: float = 0.0
    charset: str = ""
    packed: str = ""
    certificate: tuple[float, float] | None = None
    late: bool = False
    refused: str = ""
    unsent: str = ""
    failed: str = ""


def _to_answer(said: _Said, timeout: float) -> Answer:
    if said.late:
        raise DeadlineError(f"no answer within {timeout:g} s")
    if said.refused:
        raise RefusedError(said.refused)
    if said.unsent:
        raise UnsentError(f"cannot connect: {said.unsent}")
    if said.failed:
        raise UnreachableError(said.failed)
    return Answer(
        status=said.status,
        body=said.body,
        url=said.url,
        duration_ms=round(said.seconds * 1000),
        foreign=said.foreign,
        charset=said.charset,
        packed=said.packed,
        version="HTTP/1.1",
        connect_seconds=said.connect,
        certificate=Certificate(*said.certificate) if said.certificate else None,
    )
