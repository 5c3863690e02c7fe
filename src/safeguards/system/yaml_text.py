"""What a YAML text means, asked of the library that pre-commit reads it with."""

from __future__ import annotations

from typing import Any

from safeguards.errors import ConfigError


def load(text: bytes) -> Any:
    """The value of a text. Raises `ConfigError` when it is no YAML."""
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(
            f"this is no YAML: {' '.join(str(error).split())}", hint="correct it first"
        ) from error
