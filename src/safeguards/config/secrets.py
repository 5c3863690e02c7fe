"""`env:NAME` and `file:PATH`: read only by the verb that needs the target, never shown."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal
from urllib.parse import unquote

import msgspec

from safeguards.config.find import Read
from safeguards.errors import ConfigError

HIDDEN = "***"
USER_IN_URL = re.compile(r"://([^/?#\s]*?:[^/?#\s]*)@")
PASSWORD_IN_URL = re.compile(r"://[^/?#\s]*?:([^/?#\s]+)@|[?&]password=([^&#\s]+)")


class Secret:
    """A value that no repr, str, format or JSON shows; `reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


class Reference(msgspec.Struct, frozen=True):
    """Where a value stands: a variable of the environment, or a file."""

    kind: Literal["env", "file"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


class MissingValueError(ConfigError):
    """A reference that leads nowhere: the variable is not set, the file is not there."""


class Vault(msgspec.Struct, frozen=True):
    """Where references lead: the environment, and files relative to the configuration's folder."""

    environ: Mapping[str, str]
    read: Read
    folder: PurePath

    def resolve(self, value: str, key: str) -> Secret:
        """The value of `key`, looked up when it is a reference.

        Raises `ConfigError` (78) naming key and variable or file; `MissingValueError` if absent.
        """
        reference = parse_reference(value)
        if reference is None:
            return Secret(value)
        text = self._look_up(reference, key)
        if "\n" in text or "\r" in text or "\0" in text:
            raise ConfigError(f"{key}: {reference} holds more than one line")
        return Secret(text)

    def _look_up(self, reference: Reference, key: str) -> str:
        if reference.kind == "env":
            value = self.environ.get(reference.name, "").strip()
            if not value:
                state = "empty" if reference.name in self.environ else "not set"
                raise MissingValueError(
                    f"{key}: the environment variable {reference.name} is {state}",
                    hint=f"set {reference.name}, or change {key} in the configuration",
                )
            return value
        return self._read_file(reference, key)

    def _read_file(self, reference: Reference, key: str) -> str:
        path = self.folder / reference.name
        try:
            content = self.read(path)
            value = None if content is None else content.decode().strip()
        except OSError as error:
            raise ConfigError(f"{key}: cannot read {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"{key}: {path} is not UTF-8 text") from None
        if not value:
            state = "no such file" if value is None else "the file is empty"
            raise MissingValueError(
                f"{key}: {path}: {state}",
                hint=f"write the value to {path}, or change {key} in the configuration",
            )
        return value


def parse_reference(value: str) -> Reference | None:
    """The reference that a value is, or None for a value that stands for itself."""
    kind, colon, name = value.partition(":")
    if not colon or not name:
        return None
    if kind == "env":
        return Reference("env", name)
    return Reference("file", name) if kind == "file" else None


def sensitive_parts(secret: Secret, *, url: bool = False) -> tuple[str, ...]:
    """The strings that no output may hold: the whole value, or of a URL its passwords.

    Of a value of several words, such as `Bearer TOKEN`, the last word counts too; passwords are
    given as written, percent-decoded, and as HTTP sends them, in base64 behind the user.
    """
    value = secret.reveal()
    if not url:
        return tuple(dict.fromkeys((value, value.split()[-1]))) if value.strip() else ()
    written = [part for match in PASSWORD_IN_URL.findall(value) for part in match if part]
    forms = [form for part in written for form in (part, unquote(part))]
    forms += [b64encode(unquote(user).encode()).decode() for user in USER_IN_URL.findall(value)]
    return tuple(dict.fromkeys(forms))
