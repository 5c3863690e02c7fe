"""Which target a command means."""

from __future__ import annotations

import pytest

from safeguards.config.choose import pick_target
from safeguards.config.schema import Config
from safeguards.config.targets import Target
from safeguards.errors import ConfigError, UsageError


def config(*names: str) -> Config:
    return Config(targets={name: Target(containers=(name,)) for name in names})


@pytest.mark.parametrize(
    ("names", "asked", "picked"),
    [
        (["staging"], None, "staging"),
        (["staging", "production"], None, "production"),
        (["staging", "production"], "staging", "staging"),
    ],
)
def test_picked(names: list[str], asked: str | None, picked: str) -> None:
    name, target = pick_target(config(*names), asked)
    assert (name, target.containers) == (picked, (picked,))


def test_several_and_none_called_production() -> None:
    with pytest.raises(UsageError, match="blue, green") as refused:
        pick_target(config("blue", "green"))
    assert refused.value.exit_code == 64
    assert "--target" in refused.value.hint


def test_an_unknown_name() -> None:
    with pytest.raises(UsageError, match='no target is called "stagin"') as refused:
        pick_target(config("staging", "production"), "stagin")
    assert 'did you mean "staging"?' in refused.value.hint
    assert "staging, production" in refused.value.hint


def test_no_target_at_all() -> None:
    with pytest.raises(ConfigError, match="no target is configured") as refused:
        pick_target(Config(), "production")
    assert refused.value.exit_code == 78
    assert "[tool.safeguards.targets.production]" in refused.value.hint
