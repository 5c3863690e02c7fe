"""Which target a command means."""

from __future__ import annotations

from safeguards.config.schema import Config
from safeguards.config.targets import Target
from safeguards.errors import ConfigError, UsageError

DEFAULT = "production"


def pick_target(config: Config, name: str | None = None) -> tuple[str, Target]:
    """The target called `name`, or without a name the only one or the one called production.

    Raises `ConfigError` (78) when there is none at all, and `UsageError` (64), with the names to
    choose from, when `name` is unknown or needed.
    """
    targets = config.targets
    if not targets:
        raise ConfigError(
            "no target is configured",
            hint="add a [tool.safeguards.targets.production] table to pyproject.toml",
        )
    if name is None:
        name = next(iter(targets)) if len(targets) == 1 else DEFAULT
        if name not in targets:
            raise UsageError(f"which target? there are {_names(targets)}", hint="say --target NAME")
    elif name not in targets:
        raise UsageError(f'no target is called "{name}"', hint=_hint(name, targets))
    return name, targets[name]


def _hint(name: str, targets: dict[str, Target]) -> str:
    from safeguards.config.diagnose import nearest

    close = nearest(name, targets)
    known = f"the targets are {_names(targets)}"
    return f'did you mean "{close}"? {known}' if close else known


def _names(targets: dict[str, Target]) -> str:
    return ", ".join(targets)
