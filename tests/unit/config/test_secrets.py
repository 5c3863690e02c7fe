"""References are looked up late, and what they stand for is never shown."""

from __future__ import annotations

import base64
import copy
import pickle
from pathlib import PurePath, PurePosixPath

import msgspec
import pytest

from safeguards.config.secrets import (
    MissingValueError,
    Reference,
    Secret,
    Vault,
    parse_reference,
    sensitive_parts,
)
from safeguards.errors import ConfigError

FILES = {"/conf/token": b" canary\n", "/etc/empty": b"\n", "/conf/two": b"a\nb", "/conf/x": b"\xff"}


def read(path: PurePath) -> bytes | None:
    if path.name == "locked":
        raise PermissionError(13, "Permission denied")
    return FILES.get(str(path))


VAULT = Vault({"TOKEN": "canary", "EMPTY": " ", "LINES": "a\r\nb"}, read, PurePosixPath("/conf"))


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("env:TOKEN", Reference("env", "TOKEN")),
        ("file:a:b", Reference("file", "a:b")),
        ("http://x", None),
        ("env:", None),
        ("plain", None),
    ],
)
def test_parse_reference(value: str, reference: Reference | None) -> None:
    assert parse_reference(value) == reference


@pytest.mark.parametrize("value", ["env:TOKEN", "file:token", "file:/conf/token", "canary"])
def test_resolve(value: str) -> None:
    assert VAULT.resolve(value, "key").reveal() == "canary"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("env:GONE", "targets.p.x: the environment variable GONE is not set"),
        ("env:EMPTY", "targets.p.x: the environment variable EMPTY is empty"),
        ("file:gone", "targets.p.x: /conf/gone: no such file"),
        ("file:/etc/empty", "targets.p.x: /etc/empty: the file is empty"),
    ],
)
def test_a_missing_value_names_key_and_variable(value: str, message: str) -> None:
    with pytest.raises(MissingValueError) as refused:
        VAULT.resolve(value, "targets.p.x")
    assert refused.value.message == message
    assert refused.value.exit_code == 78
    assert "targets.p.x" in refused.value.hint


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("file:locked", "cannot read /conf/locked: Permission denied"),
        ("file:two", "holds more than one line"),
        ("env:LINES", "holds more than one line"),
        ("file:x", "is not UTF-8"),
    ],
)
def test_an_unusable_value_is_not_a_missing_one(value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        VAULT.resolve(value, "key")
    assert not isinstance(refused.value, MissingValueError)


def test_a_secret_is_never_shown() -> None:
    secret = Secret("canary")
    shown = " ".join([str(secret), repr(secret), f"a {secret}", repr([secret])])
    assert "canary" not in shown
    assert secret == Secret("canary") != Secret("other")
    for leak in (copy.copy, pickle.dumps, msgspec.json.encode, msgspec.to_builtins):
        with pytest.raises(TypeError):
            leak(secret)


def b64(text: str) -> str:
    """As HTTP sends a user and a password."""
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("value", "url", "parts"),
    [
        ("canary", False, ("canary",)),
        ("Bearer canary", False, ("Bearer canary", "canary")),
        ("postgresql://u:p%40ss@db:5432/x", True, ("p%40ss", "p@ss", b64("u:p@ss"))),
        ("postgresql://u:p:w@db/x", True, ("p:w", b64("u:p:w"))),
        ("https://token:@api.example/", True, (b64("token:"),)),
        ("postgresql://db/x?user=u&password=canary&x=1", True, ("canary",)),
        ("postgresql://u@db/x", True, ()),
        ("http://127.0.0.1:8000/a@b", True, ()),
    ],
)
def test_sensitive_parts(value: str, url: bool, parts: tuple[str, ...]) -> None:
    assert sensitive_parts(Secret(value), url=url) == parts
