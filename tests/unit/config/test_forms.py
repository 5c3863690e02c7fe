"""Durations and percentages as numbers."""

from __future__ import annotations

import pytest

from safeguards.config.forms import fraction_of, seconds_of


@pytest.mark.parametrize(
    ("duration", "seconds"), [("30s", 30), ("15m", 900), ("1h", 3600), ("7d", 604800)]
)
def test_seconds_of(duration: str, seconds: int) -> None:
    assert seconds_of(duration) == seconds


@pytest.mark.parametrize(
    ("percentage", "fraction"), [("0%", 0), ("20%", 0.2), ("12.5%", 0.125), ("100%", 1)]
)
def test_fraction_of(percentage: str, fraction: float) -> None:
    assert fraction_of(percentage) == pytest.approx(fraction)
