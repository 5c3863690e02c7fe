"""The words of the configuration: strings and numbers that have to have a form.

A form is a type with `msgspec.Meta`: the pattern is checked at load and lands in the JSON Schema,
`expected` is what an error message and the manual say. Patterns are valid in ECMA 262 too.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

ENV = r"env:[A-Za-z_][A-Za-z0-9_]*"
FILE = r"file:[^\r\n\x00]+"
REFERENCE = f"{ENV}|{FILE}"
SECONDS_PER_UNIT: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Section(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A table of the configuration: frozen, kebab-case keys, unknown keys refused."""


def about(meaning: str) -> Meta:
    """Say what a key means, with its unit and its default when that is not a plain value."""
    return Meta(description=meaning)


def form(expected: str, pattern: str, *, secret: bool = False) -> Meta:
    """A string that matches `pattern` as a whole; a `secret` one is never shown in messages."""
    whole = f"^(?:{pattern})$(?!\\n)"  # in Python, but not in ECMA, `$` allows a newline after it
    return Meta(pattern=whole, extra={"expected": expected, "secret": secret})


def number(expected: str, **bounds: float) -> Meta:
    """A number within `bounds`, which are those of `msgspec.Meta`."""
    constraints: dict[str, Any] = dict(bounds)
    return Meta(**constraints, extra={"expected": expected})


def seconds_of(duration: str) -> int:
    """Seconds in a duration that has the form of `Duration`."""
    return int(duration[:-1]) * SECONDS_PER_UNIT[duration[-1]]


def fraction_of(percentage: str) -> float:
    """The fraction (0 to 1) that a `Percentage` stands for."""
    return float(percentage[:-1]) / 100


def check_regex(key: str, pattern: str) -> None:
    """Raise ValueError, naming the key, when `pattern` does not compile."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{key}: expected a regular expression, but {error}") from None


Text = Annotated[str, Meta(min_length=1, extra={"expected": "a string that is not empty"})]
FilePath = Annotated[str, form("a path", r"[^\r\n\x00]+")]
Glob = Annotated[
    str,
    form(
        'a glob relative to this file\'s folder, with forward slashes, such as "app/**/*.py"',
        r"(?!/)(?!.*\*\*\*)[^\\\r\n\x00]+",
    ),
]
RuleCode = Annotated[str, form('a rule code such as "SG101"', r"SG[1-9][0-9]{2}")]
Branch = Annotated[
    str,
    form(
        'a branch name without refs/heads/, such as "main"',
        r"(?!refs/)(?![-/.])(?!.*(?:\.\.|@\{|//))(?!.*(?:[/.]|\.lock)$)[^\s~^:?*\[\\\x00]+",
    ),
]
RemoteName = Annotated[str, form('a remote\'s name such as "origin"', r"(?!-)[^\s~^:?*\[\\\x00]+")]
TargetName = Annotated[
    str,
    form(
        'a name of letters, digits, dots, dashes other than "all", which means every target',
        r"(?!all$)[A-Za-z0-9][A-Za-z0-9._-]*",
    ),
]
ContainerName = Annotated[
    str, form("the name of a container or service", r"[A-Za-z0-9][A-Za-z0-9_.-]*")
]
Duration = Annotated[
    str, form('a duration such as "30s", "15m", "1h" or "7d"', r"[1-9][0-9]{0,8}[smhd]")
]
Percentage = Annotated[
    str, form('a percentage such as "20%"', r"(?:100|[0-9]{1,2}(?:\.[0-9]{1,3})?)%")
]
HeaderName = Annotated[str, form("the name of an HTTP header", r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")]
HeaderValue = Annotated[
    str,
    form(
        "a header's value on one line, env:NAME or file:PATH",
        rf"{REFERENCE}|(?!env:|file:)[^\r\n\x00]*",
        secret=True,
    ),
]
UrlPath = Annotated[str, form('a path that starts with "/"', r"/[^\s#]*")]
HttpUrl = Annotated[
    str,
    form(
        "an http:// or https:// URL without a password, env:NAME or file:PATH",
        rf"{REFERENCE}|https?://[^\s/?#@]+(?:[/?#]\S*)?",
        secret=True,
    ),
]
DatabaseUrl = Annotated[
    str,
    form(
        "env:NAME, file:PATH, or a SQLAlchemy URL without a password",
        rf"{REFERENCE}|(?!\S*[?&]password=)[A-Za-z][A-Za-z0-9+_.-]*://(?:[^\s/?#:@]+@)?[^\s@]*",
        secret=True,
    ),
]
DockerHost = Annotated[
    str,
    form(
        "env:NAME, file:PATH, or a unix://, ssh://, tcp:// or npipe:// address without a password",
        rf"{REFERENCE}|(?:unix|npipe|tcp|ssh|http|https)://(?:[^\s/:@]+@)?[^\s@]+",
        secret=True,
    ),
]
Listen = Annotated[
    str,
    form('HOST:PORT such as "127.0.0.1:9464"', r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}"),
]
GithubRepository = Annotated[str, form("owner/name", r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")]
Query = Annotated[
    str,
    form(
        "one query that starts with select or with",
        r"\s*(?:[Ss][Ee][Ll][Ee][Cc][Tt]|[Ww][Ii][Tt][Hh])\b[^\x00]*",
    ),
]
Seconds = Annotated[float, number("a number of seconds greater than 0", gt=0, le=86400)]
Wait = Annotated[float, number("a number of seconds, 0 or more", ge=0, le=86400)]
Milliseconds = Annotated[int, number("a number of milliseconds greater than 0", gt=0)]
Count = Annotated[int, number("a number of rows, 0 or more", ge=0)]
Retries = Annotated[int, number("a number of retries, 0 to 10", ge=0, le=10)]
Status = Annotated[int, number("an HTTP status, 100 to 599", ge=100, le=599)]
Argv = Annotated[
    tuple[Text, ...],
    Meta(
        min_length=1,
        extra={"expected": 'a list of a program and its arguments, such as ["make", "release"]'},
    ),
]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
