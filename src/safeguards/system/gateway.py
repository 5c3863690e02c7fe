"""One request that carries something to a server which keeps it, such as a push gateway."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from safeguards.errors import DeadlineError, RefusedError, UnreachableError

_LOOPBACK = ("127.", "localhost", "::1")


class Sender:
    """Sends requests; its making takes the time that loading the library takes."""

    def __init__(self, timeout: float) -> None:
        import httpx  # noqa: F401

        self._timeout = timeout

    def send(
        self, method: str, url: str, *, headers: Sequence[tuple[str, str]], body: bytes
    ) -> None:
        """Send it, and return once it was accepted (2xx). No redirect is followed.

        No step of it takes longer than the timeout. Raises `RefusedError` for any other answer,
        `DeadlineError` when none comes, `UnreachableError` when nobody answers. What the server
        says is not read: it may be anything.
        """
        import httpx

        try:
            request = httpx.Request(method, url, headers=list(headers), content=body)
            with closing(_client(request.url, self._timeout)) as client:
                response = client.send(request, stream=True, follow_redirects=False)
                response.close()
        except httpx.TimeoutException as error:
            late = f"no answer from {_place(url)} within {self._timeout:g} s"
            raise DeadlineError(late) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"{_place(url)} cannot be reached: {reason}") from error
        if not response.is_success:
            raise RefusedError(
                f"{_place(url)} answered {response.status_code}", hint=_hint(response.status_code)
            )


def _client(url: Any, timeout: float) -> Any:
    """A proxy is never asked for this machine."""
    import httpx

    local = url.host.startswith(_LOOPBACK)
    return httpx.Client(timeout=timeout, trust_env=not local)


def _place(url: str) -> str:
    """Scheme and host: nothing of what a URL may hide."""
    import httpx

    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "the URL"
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii', 'replace')}"


def _hint(status: int) -> str:
    if status in (401, 403):
        return "it wants other credentials: see the URL in the configuration"
    if 300 <= status < 400:
        return "it is somewhere else now: see the URL in the configuration"
    if status == 404:
        return "is it a push gateway, and the URL without /metrics?"
    return "see its log"
