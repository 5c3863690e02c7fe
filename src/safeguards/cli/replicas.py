"""How many instances of a service its Compose file wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safeguards.cli.standings.contexts import NAMES
from safeguards.errors import ConfigError
from safeguards.system.yaml_text import load

if TYPE_CHECKING:
    from safeguards.system.files import Files

_SAID_BY = (b"replicas", b"scale")


def replicas_of(files: Files, compose_file: str | None, service: str) -> int | None:
    """What the Compose file of the checkout says, None where it says nothing or a variable does."""
    for name in (compose_file,) if compose_file else NAMES:
        content = files.read(name)
        if content is not None:
            # Most files say nothing: then none is parsed.
            return _said(content, service) if any(map(content.__contains__, _SAID_BY)) else None
    return None


def _said(content: bytes, service: str) -> int | None:
    try:
        document = load(content)
    except ConfigError:
        return None
    entry = _table(_table(document).get("services")).get(service)
    said = _table(entry).get("scale")
    said = _table(_table(entry).get("deploy")).get("replicas", said)
    if isinstance(said, bool) or not str(said).isdecimal():
        return None
    return int(str(said)) or None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
