"""Takes the numbers to where Prometheus finds them: a textfile, a push gateway."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.output import emit
from safeguards.cli.redact import REDACTOR
from safeguards.config.resolve import HTTP_URL
from safeguards.config.secrets import Secret, Vault, parse_reference, sensitive_parts
from safeguards.errors import ConfigError, DeadlineError, UnreachableError, UsageError
from safeguards.health.fanout import fan_out
from safeguards.metrics.exposition import render_all, require_library
from safeguards.metrics.gateway import push
from safeguards.metrics.samples import Report, numbers
from safeguards.report import json_document
from safeguards.system import environment
from safeguards.system.clock import SystemClock
from safeguards.system.gateway import Sender
from safeguards.system.text_file import replace_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from safeguards.cli.measuring.asking import Setting

COLLECTED = ".prom"
"""How the name of a file ends that node_exporter reads."""

VERSION = 1


class Destinations(msgspec.Struct, frozen=True):
    """Where the numbers go; at least one of them is there, and has `timeout` seconds."""

    textfile: Path | None
    pushgateway: Secret | None
    timeout: float


class Written(msgspec.Struct, frozen=True):
    """The document of `metrics write --format json`."""

    version: int
    targets: Mapping[str, str]
    series: int
    textfile: str | None
    pushgateway: str | None


def destinations(
    here: Setting, textfile: Path | None, pushgateway: str | None, timeout: float
) -> Destinations:
    """What the options say, or else the configuration.

    Raises `UsageError` when nobody says anything or the URL is none, `ConfigError` for a reference
    that leads nowhere, `NotInstalledError` where metrics cannot be made at all.
    """
    require_library()
    own = here.found.config.metrics
    file = here.cwd / textfile if textfile else None
    if file is None and own.textfile is not None:
        file = Path(here.found.folder) / own.textfile
    url = _url(here, own.pushgateway, pushgateway)
    if file is None and url is None:
        raise UsageError(
            "nobody says where to write the metrics",
            hint="give --textfile or --pushgateway, or set metrics.textfile or metrics.pushgateway;"
            " to see them: safeguards verify --format prometheus",
        )
    return Destinations(file, url, timeout)


def deliver(reports: Sequence[Report], places: Destinations, output_format: str) -> None:
    """Write to every place that there is, and say so.

    Raises the first error when one of them cannot be had; the others get theirs all the same.
    """
    errors: list[UnreachableError] = []
    if places.textfile is not None:
        if places.textfile.suffix != COLLECTED:
            _warn(f"node_exporter reads only files *{COLLECTED}, not {places.textfile.name}")
        try:
            replace_text(places.textfile, render_all(*reports))
        except UnreachableError as error:
            places = msgspec.structs.replace(places, textfile=None)
            errors.append(error)
    if places.pushgateway is not None:
        try:
            for report in reports:
                _push(places.pushgateway, report, places.timeout)
        except UnreachableError as error:
            places = msgspec.structs.replace(places, pushgateway=None)
            errors.append(error)
    emit(_said(reports, places, output_format))
    for another in errors[1:]:
        _warn(another.message)
    if errors:
        raise errors[0]


def _url(here: Setting, configured: str | None, given: str | None) -> Secret | None:
    value = given or configured
    if value is None:
        return None
    key = "--pushgateway" if given else "metrics.pushgateway"
    vault = Vault(environment.variables(), environment.read_file, Path(here.found.folder))
    secret = vault.resolve(value, key)
    for part in sensitive_parts(secret, url=True):
        REDACTOR.learn(part)
    if HTTP_URL.fullmatch(secret.reveal()):
        return secret
    if given and parse_reference(given) is None:
        raise UsageError("--pushgateway: expected an http:// or https:// URL", hint="add http://")
    raise ConfigError(f"{key}: expected an http:// or https:// URL in {value}, found another thing")


def _push(url: Secret, report: Report, timeout: float) -> None:
    """Bounded as a whole, however slowly the gateway speaks."""
    jobs = [partial(push, url.reveal(), report, Sender(timeout).send)]
    (outcome,) = fan_out(jobs, width=1, seconds=timeout, clock=SystemClock())
    if isinstance(outcome.error, DeadlineError):
        raise DeadlineError(
            f"the push gateway did not answer within {timeout:g} s",
            hint="is it there? its own page is at the URL in the configuration",
        )
    if outcome.error is not None:
        raise outcome.error


def _said(reports: Sequence[Report], places: Destinations, output_format: str) -> str:
    verdicts = {each.verdict.target: each.verdict.status for each in reports}
    count = sum(len(series) for series in numbers(*reports).values())
    file = str(places.textfile) if places.textfile else None
    url = REDACTOR.clean(places.pushgateway.reveal()) if places.pushgateway else None
    if output_format == "json":
        return json_document.render(Written(VERSION, verdicts, count, file, url))
    lines = [f"{name}: {status}" for name, status in verdicts.items()]
    lines += [f"{count} series written to {file}"] if file else []
    lines += [f"{count} series pushed to {url}"] if url else []
    return "".join(f"{line}\n" for line in lines)


def _warn(text: str) -> None:
    click.echo(REDACTOR.clean(f"warning: {text}"), err=True)
