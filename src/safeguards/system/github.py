"""GitHub's REST API, as far as issues and their comments go; every call is bounded in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.system.github_faults import refused

if TYPE_CHECKING:
    from safeguards.system.clock import Clock
    from safeguards.system.sending import Sender, Sent

VERSION = "2022-11-28"
PATIENCE = 8.0
"""Seconds that one call may take."""

BUDGET = 25.0
"""Seconds that all calls together may take."""

PAGE = 100
MAX_PAGES = 30
MAX_MOVES = 3
PAUSE = 1.0

T = TypeVar("T")


class _User(msgspec.Struct):
    login: str
    type: str = "User"


class _Thing(msgspec.Struct):
    """A comment, or an issue, of which GitHub says the same and more."""

    id: int
    body: str | None = None
    user: _User | None = None
    number: int = 0
    html_url: str = ""
    performed_via_github_app: dict[str, Any] | None = None
    pull_request: dict[str, Any] | None = None


class Remark(msgspec.Struct, frozen=True):
    """A comment with its id, or an issue with its number: what it says, who wrote it, where."""

    id: int
    body: str
    login: str
    url: str
    by_bot: bool = False
    by_app: bool = False
    is_pull: bool = False


class Github:
    """Issues of one repository. Every call raises `UnreachableError` or a kind of it, whose
    message says what is wrong and whose hint what to do; it holds neither token nor URL.

    Reads, edits and removals are tried twice when GitHub has an outage; nothing is posted twice.
    The token goes to the API's own origin alone.
    """

    def __init__(
        self, api: str, repository: str, token: str, *, sender: Sender, clock: Clock
    ) -> None:
        self._api = api.rstrip("/")
        self._repository = repository
        self._sender = sender
        self._clock = clock
        self._until = clock.monotonic() + BUDGET
        self._headers = {
            "accept": "application/vnd.github+json, application/json;q=0.9",
            "authorization": f"Bearer {token}",
            "x-github-api-version": VERSION,
        }

    def viewer(self) -> str | None:
        """The login that the token stands for; None for the token of an app, which may not ask."""
        answer = self._send("GET", "/user")
        if answer.status == 403 and b"by integration" in answer.body:
            return None
        return _decoded(self._checked(answer, "/user"), _User).login

    def comments(self, issue: int) -> tuple[Remark, ...]:
        """Every comment of an issue, oldest first."""
        return self._listed(f"{self._issues}/{issue}/comments", {})

    def post_comment(self, issue: int, body: str) -> Remark:
        """Add a comment."""
        return self._changed("POST", f"{self._issues}/{issue}/comments", {"body": body})

    def edit_comment(self, comment: int, body: str) -> Remark:
        """Put another text into a comment."""
        return self._changed("PATCH", f"{self._issues}/comments/{comment}", {"body": body})

    def remove_comment(self, comment: int) -> None:
        """Remove a comment; one that is gone is fine."""
        path = f"{self._issues}/comments/{comment}"
        answer = self._send("DELETE", path)
        if answer.status not in {204, 404}:
            self._checked(answer, path)

    def open_issues(self, creator: str | None) -> tuple[Remark, ...]:
        """The open issues, without pull requests; of one creator, or of everybody."""
        query = {"state": "open", "sort": "created", "direction": "desc"}
        return self._listed(self._issues, query | ({"creator": creator} if creator else {}))

    def open_issue(self, title: str, body: str) -> Remark:
        """Open an issue."""
        return self._changed("POST", self._issues, {"title": title, "body": body})

    def edit_issue(self, issue: int, changes: Mapping[str, str]) -> Remark:
        """Change title, body, state or state_reason of an issue."""
        return self._changed("PATCH", f"{self._issues}/{issue}", changes)

    @property
    def _issues(self) -> str:
        return f"/repos/{self._repository}/issues"

    def _listed(self, path: str, query: Mapping[str, str]) -> tuple[Remark, ...]:
        found: dict[int, Remark] = {}
        for page in range(1, MAX_PAGES + 1):
            asked = urlencode({**query, "per_page": PAGE, "page": page})
            answer = self._checked(self._send("GET", f"{path}?{asked}"), path)
            things = _decoded(answer, list[_Thing])
            new = {each.id: _remark(each) for each in things if each.id not in found}
            found |= new
            # Pages may be short in the middle: GitHub leaves out what was hidden as spam. What
            # brings nothing new is no page: something on the way answers all of them alike.
            if not new or 'rel="next"' not in answer.headers.get("link", ""):
                return tuple(each for each in found.values() if not each.is_pull)
        raise RefusedError(
            f"{self._repository} has more than {MAX_PAGES * PAGE} of them to look through",
            hint="tell another issue its number: --issue N",
        )

    def _changed(self, method: str, path: str, fields: Mapping[str, str]) -> Remark:
        answer = self._checked(self._send(method, path, msgspec.json.encode(fields)), path)
        return _remark(_decoded(answer, _Thing))

    def _checked(self, answer: Sent, path: str) -> Sent:
        if 200 <= answer.status < 300:
            return answer
        raise refused(answer, self._repository, path, self._clock.now())

    def _send(self, method: str, path: str, content: bytes = b"") -> Sent:
        url = f"{self._api}{path}"
        for _ in range(MAX_MOVES + 1):
            answer = self._twice(method, url, content)
            location = answer.headers.get("location", "")
            if answer.status not in {301, 302, 307, 308} or not location:
                return answer
            target = urljoin(url, location)
            if _origin(target) != _origin(self._api) or (method != "GET" and answer.status < 307):
                raise RefusedError(
                    f"GitHub sends on to {_origin(target)}, which was not asked",
                    hint="has the repository moved? set notify.github-repository or github-api",
                )
            url = target
        raise RefusedError("GitHub sends on again and again")

    def _twice(self, method: str, url: str, content: bytes) -> Sent:
        try:
            answer = self._once(method, url, content)
            if answer.status < 500 or method == "POST":
                return answer
        except RefusedError:
            raise
        except UnreachableError:
            if method == "POST":
                raise
        self._clock.sleep(PAUSE)
        return self._once(method, url, content)

    def _once(self, method: str, url: str, content: bytes) -> Sent:
        left = min(PATIENCE, self._until - self._clock.monotonic())
        if left <= 0:
            raise DeadlineError(f"GitHub took more than {BUDGET:g} s")
        headers = self._headers | ({"content-type": "application/json"} if content else {})
        return self._sender.send(method, url, headers=headers, content=content, timeout=left)


def _remark(thing: _Thing) -> Remark:
    user = thing.user or _User("")
    return Remark(
        thing.number or thing.id,
        thing.body or "",
        user.login,
        thing.html_url,
        by_bot=user.type == "Bot",
        by_app=thing.performed_via_github_app is not None,
        is_pull=thing.pull_request is not None,
    )


def _decoded(answer: Sent, form: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=form)
    except msgspec.MsgspecError:
        raise RefusedError(
            "GitHub's answer is not what its API promises",
            hint="is notify.github-api the base URL of an API? see docs/notify.md",
        ) from None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
