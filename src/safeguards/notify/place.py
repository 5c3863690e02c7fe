"""Which repository of GitHub a remote is, told by its URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_PUBLIC = "github.com"
_ALSO_PUBLIC = frozenset({"www.github.com", "ssh.github.com"})


def web_host(api: str) -> str:
    """The host of the repositories that an API is for: the same but for GitHub's own clouds."""
    host = (urlsplit(api).hostname or "").lower()
    if host == "api.github.com":
        return _PUBLIC
    return host.removeprefix("api.") if host.endswith(".ghe.com") else host


def repository_at(url: str, host: str) -> str | None:
    """owner/name of the repository at a remote's URL; None when it is not on this host."""
    where, path = _split(url)
    if (_PUBLIC if where in _ALSO_PUBLIC else where) != host:
        return None
    name = path.strip("/").removesuffix(".git")
    return name if _NAME.fullmatch(name) and {".", ".."}.isdisjoint(name.split("/")) else None


def _split(url: str) -> tuple[str, str]:
    """Host and path of a URL, or of git's own `user@host:path`."""
    if "://" not in url:
        head, colon, path = url.partition(":")
        return ("", "") if not colon or "/" in head else (head.rpartition("@")[2].lower(), path)
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    except ValueError:
        return "", ""
