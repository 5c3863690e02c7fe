"""GitHub as far as issues and comments go, with a memory, on loopback; and the published one.

The double is held to GitHub's OpenAPI description by tests/contract/test_github.py.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.locks import alone
from tests.support.needs import Unavailable
from tests.support.postgres import free_port
from tests.support.shell import CACHE, OUTER, CommandFailedError, sh

TOKEN = "canary0123456789abcdefghijklmnopqrstu"
"""Of no known shape, so that only what is told of it can mask it."""
REPOSITORY = "owner/name"
PACKAGES = ("@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.14.2")
DESCRIPTION = "node_modules/@octokit/openapi/generated/api.github.com.json"
STARTING = 240.0

Intercept = Callable[[str, str], "tuple[int, dict[str, str], bytes] | None"]
"""Method and path → an answer instead of the usual one."""


class Double:
    """The state of one repository: issues by number with their comments, in `owner/name`."""

    def __init__(self, prefix: str, login: str, *, app: bool) -> None:
        self.prefix, self.login, self.app = prefix, login, app
        self.url = ""
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.issues: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.intercept: Intercept = lambda method, path: None
        self._lock = threading.Lock()
        self._ids = 1000

    @property
    def calls(self) -> list[str]:
        """What was asked, as `METHOD path`."""
        return [f"{method} {path}" for method, path, _, _ in self.asked]

    @property
    def writes(self) -> list[str]:
        """What was asked that changes something."""
        return [call for call in self.calls if not call.startswith("GET")]

    def bodies(self, issue: int) -> list[str]:
        """The texts of the comments of an issue."""
        return [each["body"] for each in self.comments.values() if each["issue"] == issue]

    def add_issue(self, number: int, **fields: Any) -> dict[str, Any]:
        """An issue that is there."""
        made = {
            "id": 900_000 + number,
            "number": number,
            "state": "open",
            "title": "An issue",
            "body": None,
            "html_url": f"https://index.example/{REPOSITORY}/issues/{number}",
            "user": self.user(),
            "performed_via_github_app": None,
        } | fields
        self.issues[number] = made
        return made

    def add_comment(
        self, issue: int, body: str, user: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A comment that is there, by us when nobody else is named."""
        self._ids += 1
        made = {
            "id": self._ids,
            "issue": issue,
            "body": body,
            "html_url": f"https://index.example/{REPOSITORY}/issues/{issue}#comment-{self._ids}",
            "user": user or self.user(),
            "performed_via_github_app": {"id": 1} if self.app and user is None else None,
        }
        self.comments[self._ids] = made
        return made

    def user(self, login: str = "", kind: str = "") -> dict[str, Any]:
        """Somebody as GitHub tells of them."""
        return {"login": login or self.login, "type": kind or ("Bot" if self.app else "User")}

    def answer(
        self, method: str, target: str, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request."""
        parts = urlsplit(target)
        path = parts.path.removeprefix(self.prefix)
        with self._lock:
            try:
                fields = json.loads(content) if content else None
            except ValueError:
                return _said(400, "Problems parsing JSON")
            self.asked.append((method, path, headers, fields))
            other = self.intercept(method, path)
            if other is not None:
                return other
            if not parts.path.startswith(self.prefix):
                return _said(404, "Not Found")
            if headers.get("authorization") != f"Bearer {TOKEN}":
                return _said(401, "Bad credentials")
            return self._routed(method, path, dict(parse_qsl(parts.query)), fields)

    def _routed(
        self, method: str, path: str, query: dict[str, str], fields: Any
    ) -> tuple[int, dict[str, str], bytes]:
        if (method, path) == ("GET", "/user"):
            if self.app:
                return _said(403, "Resource not accessible by integration")
            return _json(200, self.user())
        base = f"/repos/{REPOSITORY}/issues"
        if path == base:
            return self._issues(method, query, fields)
        if found := re.fullmatch(rf"{base}/comments/(\d+)", path):
            return self._comment(method, int(found[1]), fields)
        if found := re.fullmatch(rf"{base}/(\d+)(/comments)?", path):
            issue = self.issues.get(int(found[1]))
            if issue is None:
                return _said(404, "Not Found")
            if found[2]:
                return self._thread(method, issue["number"], query, fields)
            if method == "PATCH" and _texts(fields, "title", "body", "state", "state_reason"):
                issue.update(fields)
                return _json(200, issue)
            return _said(422, "Validation Failed")
        return _said(404, "Not Found")

    def _issues(
        self, method: str, query: dict[str, str], fields: Any
    ) -> tuple[int, dict[str, str], bytes]:
        if method == "GET":
            wanted = query.get("creator", "")
            found = [
                each
                for each in self.issues.values()
                if each["state"] == query.get("state", "open")
                and wanted in ("", each["user"]["login"])
            ]
            return self._page(found[::-1], query)
        if not _texts(fields, "title", "body") or not fields.get("title"):
            return _said(422, "Validation Failed")
        number = max(self.issues, default=0) + 1
        by_app = {"performed_via_github_app": {"id": 1}} if self.app else {}
        return _json(201, self.add_issue(number, **fields, **by_app))

    def _thread(
        self, method: str, issue: int, query: dict[str, str], fields: Any
    ) -> tuple[int, dict[str, str], bytes]:
        if method == "GET":
            found = [each for each in self.comments.values() if each["issue"] == issue]
            return self._page(found, query)
        if method != "POST" or not _texts(fields, "body") or "body" not in fields:
            return _said(422, "Validation Failed")
        return _json(201, self.add_comment(issue, fields["body"]))

    def _comment(self, method: str, name: int, fields: Any) -> tuple[int, dict[str, str], bytes]:
        if method == "PATCH" and (not _texts(fields, "body") or not fields):
            return _said(422, "Validation Failed")
        found = self.comments.get(name)
        if found is None:
            return _said(404, "Not Found")
        if found["user"]["login"] != self.login:
            return _said(403, "Must have admin rights to Repository.")
        if method == "DELETE":
            del self.comments[name]
            return 204, {}, b""
        found["body"] = fields["body"]
        return _json(200, found)

    def _page(
        self, found: list[dict[str, Any]], query: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        if not all(query.get(name, "1").isdigit() for name in ("per_page", "page")):
            return _said(422, "Validation Failed")
        size, page = min(int(query.get("per_page", 30)), 100), int(query.get("page", 1))
        shown = found[(page - 1) * size : page * size]
        more = len(found) > page * size
        link = {"link": f'<{self.url}/somewhere?page={page + 1}>; rel="next"'} if more else {}
        status, headers, body = _json(200, shown)
        return status, headers | link, body


@contextmanager
def double(prefix: str = "", login: str = "robot", *, app: bool = False) -> Iterator[Double]:
    """A double on loopback with issue 12; its `url` is the base of its API."""
    made = Double(prefix, login, app=app)

    class Handler(BaseHTTPRequestHandler):
        """Hands every request to the double."""

        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = {name.lower(): value for name, value in self.headers.items()}
            status, headers, body = made.answer(self.command, self.path, given, content)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815  as the server wants them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    made.add_issue(12)
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def published() -> Iterator[str]:
    """The base URL of a server that validates each request against GitHub's own description.

    Raises `Unavailable` without npm or its registry.
    """
    folder = _packages()
    port = free_port()
    log = folder / f"prism-{port}.log"
    argv = ["node", "node_modules/.bin/prism", "mock", "--errors", "-p", str(port), DESCRIPTION]
    with log.open("wb") as output:
        server = subprocess.Popen(argv, cwd=folder, env=OUTER, stdout=output, stderr=output)
    try:
        _await(server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
        log.unlink()


def described_bodies() -> Callable[[str, str, Any], bool]:
    """Whether GitHub's description allows a body for a method and a path. Raises `Unavailable`."""
    from jsonschema import Draft4Validator

    description = json.loads((_packages() / DESCRIPTION).read_text(encoding="utf-8"))
    forms = {re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)): path for path in description["paths"]}

    def allowed(method: str, path: str, body: Any) -> bool:
        (name,) = (name for form, name in forms.items() if form.fullmatch(path))
        request = description["paths"][name][method.lower()]["requestBody"]
        schema = request["content"]["application/json"]["schema"]
        whole = {**schema, "components": description["components"]}
        return bool(Draft4Validator(whole).is_valid(body))

    return allowed


def _await(server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        if b"Prism is listening" in log.read_bytes():
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise Unavailable("npm", f"prism does not serve: {log.read_text(errors='replace')[-300:]}")


def _packages() -> Path:
    """The folder with the description and its server, made once and kept."""
    folder = CACHE / "npm-github"
    if shutil.which("npm") is None:
        raise Unavailable("npm", "npm is not on the PATH")
    with alone("npm-github"):
        if not (folder / "complete").exists():
            folder.mkdir(parents=True, exist_ok=True)
            options = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
            try:
                sh("npm", "install", *options, "--prefix", folder, *PACKAGES,
                   cwd=folder, env=OUTER, timeout=240)  # fmt: skip
            except CommandFailedError as error:
                last = str(error).splitlines()[-1]
                raise Unavailable("npm", f"npm install failed: {last}") from None
            # The other descriptions are ten times as large as the one that is used.
            for path in (folder / DESCRIPTION).parent.glob("*.json"):
                if path.name != Path(DESCRIPTION).name:
                    path.unlink()
            (folder / "complete").touch()
    return folder


def _texts(fields: Any, *names: str) -> bool:
    """Whether these are fields of an object, each a text that GitHub takes."""
    return isinstance(fields, dict) and all(
        name in names and isinstance(value, str) and len(value) <= 65536
        for name, value in fields.items()
    )


def _json(status: int, document: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/json"}, json.dumps(document).encode()


def _said(status: int, message: str) -> tuple[int, dict[str, str], bytes]:
    return _json(status, {"message": message, "documentation_url": "https://docs.index.example"})
