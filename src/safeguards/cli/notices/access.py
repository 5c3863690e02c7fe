"""Where GitHub is, which repository is meant, and by which token; a URL that others gave us."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from safeguards.cli.redact import REDACTOR
from safeguards.config.resolve import HTTP_URL
from safeguards.config.secrets import Vault, parse_reference
from safeguards.errors import ConfigError, RefusedError, UnreachableError
from safeguards.notify.place import repository_at, web_host
from safeguards.system import environment, process
from safeguards.system.remotes import remote_urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safeguards.config.find import Found
    from safeguards.system.git import Repository

GH = 10.0
"""Seconds that `gh auth token` may take: it may have to open a keyring."""

PUBLIC = "github.com"
OF_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
OF_ANY = ("GITHUB_TOKEN", "GH_TOKEN")
_TOKEN = re.compile(r"[!-~]{4,2000}")
_LOOPBACK = ("127.", "localhost", "::1")


def resolved_url(found: Found, value: str, key: str, *, secret: bool = True) -> str:
    """The URL that a key of `notify` stands for; a `secret` one that is looked up is never shown.

    Raises `ConfigError` when it is missing or no URL.
    """
    vault = Vault(environment.variables(), environment.read_file, Path(found.folder))
    url = vault.resolve(value, key).reveal()
    try:
        proper = HTTP_URL.fullmatch(url) and urlsplit(url).hostname and urlsplit(url).port != 0
    except ValueError:
        proper = False
    if not proper:
        raise ConfigError(f"{key}: expected an http:// or https:// URL")
    if secret and parse_reference(value) is not None:
        REDACTOR.learn(url)
        parts = urlsplit(url)
        # An error may tell the path alone; one as short as /ping is no secret.
        for part in (parts.path, parts.query):
            if len(part) >= 8:
                REDACTOR.learn(part)
    return url


def api_of(found: Found) -> str:
    """The base URL of GitHub's API. Raises `ConfigError`, also when it would carry the token in
    the clear.
    """
    value = found.config.notify.github_api
    api = resolved_url(found, value, "notify.github-api", secret=False)
    parts = urlsplit(api)
    if parts.scheme != "https" and not (parts.hostname or "").startswith(_LOOPBACK):
        raise ConfigError(
            "notify.github-api: a token is not sent over http://", hint="give its https:// URL"
        )
    return api


def repository_of(found: Found, repository: Repository | None, api: str) -> str:
    """owner/name that is configured, or that the remote production follows has on this host.

    Raises `ConfigError` when neither tells it.
    """
    if found.config.notify.github_repository:
        return found.config.notify.github_repository
    host, remote = web_host(api), found.config.push.remote
    urls = remote_urls(repository, remote) if repository is not None else ()
    for url in urls:
        if name := repository_at(url, host):
            return name
    elsewhere = "is not at" if urls else "is no remote here, so it tells no repository of"
    raise ConfigError(
        f"the remote {remote} {elsewhere} {host}",
        hint='set notify.github-repository = "owner/name", and github-api for an Enterprise server',
    )


def token_for(api: str, environ: Mapping[str, str]) -> str:
    """The token for an API: of the environment, else the one that gh has for its host.

    Raises `UnreachableError` when there is none. It is masked from now on.
    """
    host = web_host(api)
    names = OF_ANY if host == PUBLIC else (*OF_ENTERPRISE, *OF_ANY)
    token = next((environ[name].strip() for name in names if environ.get(name, "").strip()), "")
    token = token or _from_gh(host, environ)
    REDACTOR.learn(token)
    if not _TOKEN.fullmatch(token):
        raise RefusedError("the token for GitHub is no token: it holds odd characters")
    return token


def _from_gh(host: str, environ: Mapping[str, str]) -> str:
    try:
        done = process.run(
            ("gh", "auth", "token", "--hostname", host), timeout=GH, env=dict(environ)
        )
    except UnreachableError as error:
        raise RefusedError(
            f"there is no token for {host}, and {error.message}",
            hint="set GITHUB_TOKEN or GH_TOKEN, or log in: gh auth login",
        ) from error
    token = done.text.strip()
    if done.returncode != 0 or not token:
        raise RefusedError(
            f"there is no token for {host}: gh has none either",
            hint=f"set GITHUB_TOKEN or GH_TOKEN, or log in: gh auth login --hostname {host}",
        )
    return token
