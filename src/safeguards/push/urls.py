"""URLs of remotes: without credentials for people and records, and told to be the same place."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

_PORTS = {"ssh": 22, "git": 9418, "http": 80, "https": 443}


def without_credentials(url: str) -> str:
    """The URL as it may be stored and shown: no user with a password, no token, no query.

    The user of ssh stays, since it is part of the address and no secret.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if scheme.endswith("ssh") and at:
        host = f"{user.partition(':')[0]}@{host}"
    return f"{scheme}://{host}{slash}{path.partition('?')[0]}"


def place_of(url: str, base: str) -> str:
    """What two URLs of one place have in common; a relative path counts from `base`.

    Ignores user, password, a default port, the case of the host, `.git` and a slash at the end;
    `host:path` is ssh.
    """
    if "://" not in url:
        head, colon, path = url.partition(":")
        if colon and "/" not in head:
            return _place("ssh", head.rpartition("@")[2], None, path)
        return _local(url, base)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme == "file":
        return _local(unquote(parts.path), base)
    scheme = parts.scheme.removeprefix("git+").removesuffix("+git").lower()
    return _place(scheme, parts.hostname or "", port, parts.path)


def same_place(one: str, other: str, base: str) -> bool:
    """Whether two URLs lead to the same repository as far as their text tells."""
    return place_of(one, base) == place_of(other, base)


def _place(scheme: str, host: str, port: int | None, path: str) -> str:
    where = host.lower() if port in {None, _PORTS.get(scheme)} else f"{host.lower()}:{port}"
    return f"{scheme}://{where}/{_trimmed(path.lstrip('/'))}"


def _local(path: str, base: str) -> str:
    return _trimmed(posixpath.normpath(posixpath.join(base, path)))


def _trimmed(path: str) -> str:
    return path.rstrip("/").removesuffix("/.git").removesuffix(".git").rstrip("/")
