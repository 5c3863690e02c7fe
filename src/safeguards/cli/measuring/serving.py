"""`metrics serve`: makes the server, and ends with the code that fits what ended it."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.measuring.pages import Pages
from safeguards.cli.measuring.watch import Watch
from safeguards.cli.output import emit
from safeguards.config.forms import Listen
from safeguards.errors import UsageError
from safeguards.exitcodes import ExitCode
from safeguards.metrics.exposition import require_library
from safeguards.report import json_document
from safeguards.system.page_server import PageServer

if TYPE_CHECKING:
    from safeguards.cli.looking import Wish
    from safeguards.cli.measuring.asking import Setting

VERSION = 1

PORTS = 2**16


class Serving(msgspec.Struct, frozen=True):
    """The document of `metrics serve --format json`."""

    version: int
    url: str
    targets: tuple[str, ...]


def serve(
    here: Setting, wish: Wish, listen: str | None, *, max_age: float, output_format: str
) -> int:
    """Serve until a signal ends it: 0 after SIGTERM, which is how a service is told to end.

    Raises `ConfigError` and `UsageError` before it listens, `UnreachableError` where it cannot.
    """
    require_library()
    host, port = _address(listen or here.found.config.metrics.listen)
    watches = tuple(Watch(here, name, wish, max_age=max_age) for name in here.targets)
    server = PageServer(host, port, Pages(watches).show)
    if server.is_public:
        warning = f"warning: whoever reaches {server.url} sees the metrics; there is no password"
        click.echo(warning, err=True)
    ended = server.serve(lambda: _say(server.url, here.targets, output_format))
    if ended == signal.SIGINT:
        raise KeyboardInterrupt
    return ExitCode.OK


def _address(listen: str) -> tuple[str, int]:
    with suppress(msgspec.ValidationError):
        host, _, port = msgspec.convert(listen, Listen).rpartition(":")
        if int(port) < PORTS:
            return host.strip("[]"), int(port)
    raise UsageError(
        f"cannot listen at {listen!r}: expected HOST:PORT",
        hint="such as 127.0.0.1:9464 or [::1]:9464",
    )


def _say(url: str, names: tuple[str, ...], output_format: str) -> None:
    if output_format == "json":
        emit(json_document.render(Serving(VERSION, url, names)))
    else:
        emit(f"serving {url}/metrics and {url}/healthz: {', '.join(names)}\n")
