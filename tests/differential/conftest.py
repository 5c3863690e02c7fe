"""The three oracles, started once each when first asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.support.needs import Unavailable, skip
from tests.support.oracle import Oracle


@pytest.fixture(scope="session")
def running_oracles() -> Iterator[tuple[ExitStack, dict[str, Oracle]]]:
    """The workers that run already; ends them with the session."""
    with ExitStack() as stack:
        yield stack, {}


@pytest.fixture
def oracle(
    request: pytest.FixtureRequest, running_oracles: tuple[ExitStack, dict[str, Oracle]]
) -> Oracle:
    """Real SQLAlchemy in the version that the test's parameter names."""
    stack, running = running_oracles
    try:
        if request.param not in running:
            running[request.param] = stack.enter_context(Oracle(request.param))
    except Unavailable as missing:
        skip(missing)
    return running[request.param]
