"""What a production has to be, as plain values; `cli` fills them from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from safeguards.migrations.version_table import VersionTable


class Endpoint(msgspec.Struct, frozen=True):
    """One route. Without `expect` any 2xx is right, 401 and 403 count as answering."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    expect: tuple[int, ...] = ()
    max_ms: int | None = None
    json: Mapping[str, Any] | None = None
    body_matches: str | None = None


class Api(msgspec.Struct, frozen=True):
    """The routes below `base_url`; each has `timeout` seconds for its whole answer.

    What gets none for a reason that may pass is asked up to `retries` times more in that time.
    """

    base_url: str
    endpoints: tuple[Endpoint, ...]
    timeout: float = 5.0
    retries: int = 2
    inside: bool = False
    """Whether asking may need a program to be started inside a container."""


class Newest(msgspec.Struct, frozen=True):
    """The newest value of a time column may be `seconds` old."""

    column: str
    seconds: int


class Record(msgspec.Struct, frozen=True):
    """What a table (`name`, or `schema.name`) or the query `sql` has to count."""

    name: str
    min: int | None = None
    max: int | None = None
    max_drop: float | None = None
    """Fraction by which the count may fall below the last verified one."""
    estimate: bool = False
    newest: Newest | None = None
    sql: str | None = None


class Alembic(msgspec.Struct, frozen=True):
    """Where the heads are read: inside `container` first, then in the checkout.

    `workdir` is the folder of the settings inside; `ini` is their path in the checkout, empty
    for one that is found by looking. Without a `table` it is the one that the database and env.py
    tell; `leftovers` is whether what half-done migrations left is told.
    """

    container: str | None = None
    workdir: str | None = None
    ini: str = ""
    table: VersionTable | None = None
    leftovers: bool = True
