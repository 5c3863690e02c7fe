"""The small production of `verify`, and a browser to look at its report with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.verify.conftest import Small, small
from tests.support import chromium, needs
from tests.support.chromium import Browser, Tab

__all__ = ["Small", "small"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; skips where there is none."""
    try:
        with chromium.running(tmp_path_factory.mktemp("chromium")) as started:
            yield started
    except needs.Unavailable as missing:
        needs.skip(missing)


@pytest.fixture
def tab(browser: Browser) -> Tab:
    return Tab(browser)
