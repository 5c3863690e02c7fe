"""The URL of a healthchecks-style ping: one for a run that passed, one for a run that failed."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def ping_url(url: str, *, passed: bool, run: str) -> str:
    """Where this run is told; `run` is its UUID. The query of the URL stays as it is."""
    parts = urlsplit(url)
    path = parts.path if passed else f"{parts.path.rstrip('/')}/fail"
    query = "&".join(part for part in (parts.query, f"rid={run}") if part)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
