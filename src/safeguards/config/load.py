"""TOML text to a checked `Config`; every fault is a `ConfigError` that names file and key."""

from __future__ import annotations

import sys
from typing import Any, Literal

import msgspec

from safeguards.config.schema import Config
from safeguards.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = Literal["pyproject", "safeguards"]
"""Where the keys stand: under `[tool.safeguards]`, or at the top level."""


def load(text: str, origin: str, table: Table) -> Config:
    """Decode and check the text of the file `origin`.

    A pyproject without `[tool.safeguards]` gives the defaults. Raises `ConfigError` (78) that
    names the file and every wrong key, with what was expected, what was found, the nearest key.
    """
    section = read_table(text, origin, table)
    return Config() if section is None else decode(section, origin)


def read_table(text: str, origin: str, table: Table) -> dict[str, Any] | None:
    """The keys of safeguards in the text, or None for a pyproject without them."""
    data = _parse(text, origin)
    if table == "safeguards":
        return data
    tools = data.get("tool", {})
    section = tools.get("safeguards") if isinstance(tools, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigError(f"{origin}: tool.safeguards: expected a table, found {section!r}")
    return section


def decode(section: dict[str, Any], origin: str) -> Config:
    """Turn decoded TOML into a `Config`; raises `ConfigError` as `load` does."""
    try:
        return msgspec.convert(section, Config)
    except msgspec.ValidationError as error:
        raise _explain(section, origin, error) from None


def _parse(text: str, origin: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ConfigError(f"{origin}: tables or lists are nested too deeply") from None
    except ValueError as error:
        reason = str(error)
        if "(at line" not in reason:
            lines = text.split("\n")
            end = f"(at line {len(lines)}, column {len(lines[-1]) + 1})"
            reason = f"{reason.replace(' (at end of document)', '')} {end}"
        raise ConfigError(
            f"{origin}: not valid TOML: {reason}", hint=f"correct {origin} and run this again"
        ) from None


def _explain(section: dict[str, Any], origin: str, error: msgspec.ValidationError) -> ConfigError:
    from safeguards.config.diagnose import Fault, faults

    # msgspec found at least one; its own words stand in should the walk not see it.
    first, *others = list(faults(section)) or [Fault("", str(error))]
    where = f"{origin}: {first.key}" if first.key else origin
    return ConfigError(
        f"{where}: {first.text}",
        hint=first.hint or f"correct {origin} and run this again",
        context=tuple((fault.key or origin, fault.text) for fault in others),
    )
