"""A target with its references looked up."""

from __future__ import annotations

import base64
from pathlib import PurePath

import pytest

from safeguards.config.load import load
from safeguards.config.resolve import Resolved, resolve_target
from safeguards.config.secrets import Vault
from safeguards.errors import ConfigError

TARGET = """
[targets.p]
containers = ["backend"]
docker-host = "env:ENGINE"
[targets.p.database]
url = "env:DB"
CONTAINER
[targets.p.api]
base-url = "env:BASE"
endpoints = ["/a", { path = "/b", headers = { Authorization = "env:TOKEN", Accept = "text" } }]
"""
ENVIRON = {
    "ENGINE": "ssh://deploy@host",
    "DB": "postgresql+asyncpg://u:canary-1@db/x",
    "BASE": "http://127.0.0.1:8000",
    "TOKEN": "Bearer canary-2",
}


def resolve(environ: dict[str, str], container: str = "") -> Resolved:
    text = TARGET.replace("CONTAINER", container)
    target = load(text, "safeguards.toml", "safeguards").targets["p"]
    return resolve_target("p", target, Vault(environ, lambda path: None, PurePath("/conf")))


def test_everything_is_looked_up() -> None:
    resolved = resolve(ENVIRON)
    assert resolved.docker_host is not None
    assert resolved.docker_host.reveal() == "ssh://deploy@host"
    assert resolved.database_url is not None
    assert resolved.database_url.reveal() == ENVIRON["DB"]
    assert resolved.base_url is not None
    assert resolved.base_url.reveal() == "http://127.0.0.1:8000"
    assert [route.endpoint.path for route in resolved.routes] == ["/a", "/b"]
    headers = {name: value.reveal() for name, value in resolved.routes[1].headers.items()}
    assert headers == {"Authorization": "Bearer canary-2", "Accept": "text"}
    assert resolved.notes == ()


def test_only_secrets_are_sensitive_and_none_is_shown() -> None:
    resolved = resolve(ENVIRON)
    sent = base64.b64encode(b"u:canary-1").decode()
    assert resolved.sensitive == ("canary-1", sent, "Bearer canary-2", "canary-2")
    hidden = resolved.docker_host, resolved.database_url, resolved.base_url, resolved.routes
    assert "canary" not in repr(hidden)


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("ENGINE", "targets.p.docker-host"),
        ("DB", "targets.p.database.url"),
        ("BASE", "targets.p.api.base-url"),
        ("TOKEN", "targets.p.api.endpoints[1].headers.Authorization"),
    ],
)
def test_a_missing_variable_is_a_wrong_configuration(variable: str, key: str) -> None:
    environ = {name: value for name, value in ENVIRON.items() if name != variable}
    with pytest.raises(ConfigError) as refused:
        resolve(environ)
    assert refused.value.exit_code == 78
    assert refused.value.message == f"{key}: the environment variable {variable} is not set"


def test_a_missing_database_url_falls_back_to_the_container() -> None:
    environ = {name: value for name, value in ENVIRON.items() if name != "DB"}
    resolved = resolve(environ, 'container = "db"')
    assert resolved.database_url is None
    (note,) = resolved.notes
    assert "DB is not set" in note
    assert "inside the container db" in note


@pytest.mark.parametrize("variable", ["ENGINE", "DB", "BASE"])
def test_a_value_that_is_no_url_is_refused_and_not_repeated(variable: str) -> None:
    with pytest.raises(ConfigError, match=f"in env:{variable}") as refused:
        resolve({**ENVIRON, variable: "canary"}, 'container = "db"')
    assert "canary" not in f"{refused.value.message}{refused.value.hint}"
