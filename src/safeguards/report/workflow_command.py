"""GitHub's workflow commands, escaped as its own toolkit does (`@actions/core`, `command.ts`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safeguards.report.printable import printable


def command(name: str, properties: Mapping[str, str], lines: Iterable[str]) -> str:
    """One command on one line, with a message of these lines; no text can begin another one."""
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = "\n".join(printable(line) for line in lines if line)
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
