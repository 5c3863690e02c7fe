"""What a target's configuration wants, in the terms of the health checks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from safeguards.health.build import Wanted
from safeguards.health.wanted import Alembic, Api, Endpoint, Newest, Record
from safeguards.migrations.version_table import DEFAULT, VersionTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safeguards.config import checks, targets
    from safeguards.config.resolve import Resolved, Route
    from safeguards.config.schema import Config
    from safeguards.config.targets import Target


def wanted_of(config: Config, resolved: Resolved) -> Wanted:
    """The stages' wishes of a resolved target."""
    own = resolved.target.alembic
    api = resolved.target.api
    return Wanted(
        Alembic(
            own.container,
            own.workdir,
            config.migrations.config or "",
            table=_version_table(own),
            leftovers=own.leftovers,
        ),
        Api(
            resolved.base_url.reveal(),
            tuple(_endpoint(route) for route in resolved.routes),
            api.timeout,
            api.retries,
            inside=_host(resolved.base_url.reveal()) in hosts_of(resolved.target),
        )
        if api and resolved.base_url
        else None,
        tuple(_record(name, rule) for name, rule in resolved.target.thresholds.items()),
    )


def _version_table(own: targets.Alembic) -> VersionTable | None:
    """The table that the configuration names; None where it leaves that to be found."""
    if own.version_table is None and own.version_table_schema is None:
        return None
    return VersionTable(own.version_table or DEFAULT, own.version_table_schema)


def hosts_of(target: Target) -> Mapping[str, str]:
    """The hosts, in small letters, that are containers of a target, and what these are called."""
    database = target.database.container if target.database else None
    named = (*target.containers, target.alembic.container, database)
    hosts = {name.lower(): name for name in named if name}
    if target.runtime == "swarm" and target.project:
        hosts |= {f"{target.project}_{name}".lower(): name for name in hosts.values()}
    return hosts


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _endpoint(route: Route) -> Endpoint:
    own = route.endpoint
    return Endpoint(
        path=own.path,
        method=own.method,
        headers={name: secret.reveal() for name, secret in route.headers.items()},
        expect=own.statuses,
        max_ms=own.max_ms,
        json=own.json,
        body_matches=own.body_matches,
    )


def _record(name: str, rule: checks.Record) -> Record:
    newest = rule.newest
    return Record(
        name=name,
        min=rule.min,
        max=rule.max,
        max_drop=rule.max_drop_fraction,
        estimate=rule.estimate,
        newest=Newest(newest.column, newest.within_seconds) if newest else None,
        sql=rule.sql,
    )
