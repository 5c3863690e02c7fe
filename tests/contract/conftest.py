"""Which tests of the suite run on a swarm: there each replacement takes five seconds."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what replaces again and again on a swarm, unless --all-runtimes asks for it."""
    if config.getoption("--all-runtimes"):
        return
    left_out = [item for item in items if _replaces_on_a_swarm(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _replaces_on_a_swarm(item: pytest.Item) -> bool:
    made = getattr(item, "callspec", None) and item.callspec.params.get("made")  # type: ignore[attr-defined]
    return made == "swarm" and item.get_closest_marker("replaces") is not None
