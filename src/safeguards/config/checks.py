"""The tables of what a healthy production answers and holds."""

import datetime
from typing import Annotated, Any

from msgspec import Meta, field

from safeguards.config.forms import (
    Count,
    Duration,
    HeaderName,
    HeaderValue,
    HttpUrl,
    Method,
    Milliseconds,
    Percentage,
    Query,
    Retries,
    Seconds,
    Section,
    Status,
    Text,
    UrlPath,
    about,
    check_regex,
    fraction_of,
    seconds_of,
)

CREDENTIAL_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


class Endpoint(Section, frozen=True):
    """One route and what it has to answer."""

    path: Annotated[UrlPath, about("Path below base-url.")]
    method: Annotated[Method, about("HTTP method.")] = "GET"
    headers: Annotated[
        dict[HeaderName, HeaderValue],
        about("Headers to send; credentials as env:NAME or file:PATH."),
    ] = field(default_factory=dict)
    expect: Annotated[
        Status | Annotated[tuple[Status, ...], Meta(min_length=1)] | None,
        about(
            "The status or statuses that are right. Default: any 2xx; 401 and 403 count as "
            "answering, 404 warns."
        ),
    ] = None
    max_ms: Annotated[
        Milliseconds | None,
        about("Milliseconds that the answer may take, once there is a connection."),
    ] = None
    json: Annotated[
        dict[str, Any] | None,
        about("Values that the JSON body has to contain. Of lists, every element in its place."),
    ] = None
    body_matches: Annotated[
        Text | None, about("Regular expression that has to be found in the body.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse credentials in plain text, what JSON cannot say, and a broken expression."""
        for name, value in self.headers.items():
            if name.lower() in CREDENTIAL_HEADERS and not value.startswith(("env:", "file:")):
                raise ValueError(
                    f"headers.{name}: expected env:NAME or file:PATH, "
                    "found a credential in plain text"
                )
        if _holds_date(self.json):
            raise ValueError("json: expected JSON values, found a date; write it as a string")
        if self.body_matches is not None:
            check_regex("body-matches", self.body_matches)

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses of `expect`; empty when the default applies."""
        if self.expect is None:
            return ()
        return (self.expect,) if isinstance(self.expect, int) else self.expect


class Api(Section, frozen=True):
    """The API of a target and the routes that have to answer."""

    base_url: Annotated[
        HttpUrl,
        about(
            "URL that the paths are appended to. Its host may be the name of a container or "
            "service of this target that publishes no port."
        ),
    ]
    timeout: Annotated[
        Seconds, about("Seconds that one answer may take in all, with every retry.")
    ] = 5.0
    retries: Annotated[
        Retries,
        about(
            "How often an endpoint is asked again that refuses or drops the connection or answers "
            "502, 503 or 504. What answers only then is a warning."
        ),
    ] = 2
    endpoints: Annotated[
        tuple[UrlPath | Endpoint, ...],
        Meta(min_length=1, description="Routes: a path, or a table of conditions."),
    ] = ("/health",)

    @property
    def routes(self) -> tuple[Endpoint, ...]:
        """Every endpoint in its long form, in the order of the file."""
        return tuple(
            Endpoint(path=entry) if isinstance(entry, str) else entry for entry in self.endpoints
        )


class Newest(Section, frozen=True):
    """How fresh the newest row has to be."""

    column: Annotated[Text, about("Column with the time of a row.")]
    within: Annotated[Duration, about("How old the newest row may be.")]

    @property
    def within_seconds(self) -> int:
        """`within` in seconds."""
        return seconds_of(self.within)


class Record(Section, frozen=True):
    """What one table, or one query, has to count."""

    min: Annotated[Count | None, about("Fewest rows.")] = None
    max: Annotated[Count | None, about("Most rows.")] = None
    max_drop: Annotated[
        Percentage | None, about("How far the count may fall below the last verified one.")
    ] = None
    estimate: Annotated[bool, about("Take the planner's estimate; for large tables.")] = False
    newest: Annotated[Newest | None, about("How fresh the newest row has to be.")] = None
    sql: Annotated[
        Query | None,
        about("Read-only query that answers one number, instead of counting a table."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a table without a condition, and conditions that contradict each other."""
        conditions = (self.min, self.max, self.max_drop, self.newest)
        if all(condition is None for condition in conditions):
            raise ValueError("expected at least one of min, max, max-drop, newest, found none")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"max: expected at least min ({self.min}), found {self.max}")
        if self.sql is not None and (self.estimate or self.newest is not None):
            other = "estimate" if self.estimate else "newest"
            raise ValueError(f"{other}: cannot be used together with sql")

    @property
    def max_drop_fraction(self) -> float | None:
        """`max-drop` as a fraction of 0 to 1."""
        return None if self.max_drop is None else fraction_of(self.max_drop)


def _holds_date(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_date(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_date(item) for item in value)
    return isinstance(value, datetime.date | datetime.time)
