"""A target with its references looked up: what a verb that talks to production needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from safeguards.config.checks import Api, Endpoint
from safeguards.config.secrets import (
    MissingValueError,
    Secret,
    Vault,
    parse_reference,
    sensitive_parts,
)
from safeguards.config.targets import Database, Target
from safeguards.errors import ConfigError

ANY_URL = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]*://\S*")
HTTP_URL = re.compile(r"https?://[^\s/?#]\S*")


class Route(msgspec.Struct, frozen=True):
    """An endpoint with the headers to send."""

    endpoint: Endpoint
    headers: Mapping[str, Secret]


class Resolved(msgspec.Struct, frozen=True):
    """A target with every `env:` and `file:` looked up.

    `sensitive` are the strings that no output may hold; `notes` say what is done another way
    because a variable is missing.
    """

    name: str
    target: Target
    docker_host: Secret | None
    database_url: Secret | None
    base_url: Secret | None
    routes: tuple[Route, ...]
    sensitive: tuple[str, ...]
    notes: tuple[str, ...]


def resolve_target(name: str, target: Target, vault: Vault) -> Resolved:
    """Look up all that the target `name` refers to.

    Raises `ConfigError` (78), naming key and variable, for the first that is missing or is no
    URL; a missing database.url only becomes a note when database.container is given.
    """
    key = f"targets.{name}"
    docker_host = _url(vault, target.docker_host, f"{key}.docker-host", ANY_URL)
    database_url, notes = _database_url(vault, target.database, f"{key}.database")
    base_url = (
        _url(vault, target.api.base_url, f"{key}.api.base-url", HTTP_URL) if target.api else None
    )
    routes = tuple(_routes(vault, target.api, f"{key}.api")) if target.api else ()
    return Resolved(
        name=name,
        target=target,
        docker_host=docker_host,
        database_url=database_url,
        base_url=base_url,
        routes=routes,
        sensitive=tuple(dict.fromkeys(_sensitive((docker_host, database_url, base_url), routes))),
        notes=notes,
    )


def _url(vault: Vault, value: str | None, key: str, shape: re.Pattern[str]) -> Secret | None:
    if value is None:
        return None
    secret = vault.resolve(value, key)
    if not shape.fullmatch(secret.reveal()):
        wanted = "an http:// or https:// URL" if shape is HTTP_URL else "a URL (scheme://…)"
        raise ConfigError(
            f"{key}: expected {wanted} in {value}, found something else",
            hint=f"correct the value that {value} stands for",
        )
    return secret


def _database_url(
    vault: Vault, database: Database | None, key: str
) -> tuple[Secret | None, tuple[str, ...]]:
    if database is None:
        return None, ()
    try:
        return _url(vault, database.url, f"{key}.url", ANY_URL), ()
    except MissingValueError as error:
        if database.container is None:
            raise
        return None, (f"{error.message}; asking inside the container {database.container}",)


def _routes(vault: Vault, api: Api, key: str) -> Iterator[Route]:
    for index, endpoint in enumerate(api.routes):
        headers = {
            header: vault.resolve(value, f"{key}.endpoints[{index}].headers.{header}")
            for header, value in endpoint.headers.items()
        }
        yield Route(endpoint, headers)


def _sensitive(urls: tuple[Secret | None, ...], routes: tuple[Route, ...]) -> Iterator[str]:
    for url in urls:
        if url is not None:
            yield from sensitive_parts(url, url=True)
    for route in routes:
        for header, secret in route.headers.items():
            if parse_reference(route.endpoint.headers[header]) is not None:
                yield from sensitive_parts(secret)
