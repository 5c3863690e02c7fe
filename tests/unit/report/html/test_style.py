"""The colours can be read, and the sheet needs nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from safeguards.report.html.style import DARK, LIGHT, READ, css

ENOUGH = 4.5
"""The contrast that WCAG 2 asks of text, at level AA."""


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_that_is_read_differs_enough(palette: Mapping[str, str]) -> None:
    pairs = {(word, under): contrast(palette[word], palette[under]) for word, under in READ}
    assert {pair: ratio for pair, ratio in pairs.items() if ratio < ENOUGH} == {}


def test_every_colour_that_is_used_is_in_both_palettes() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", css())) <= LIGHT.keys()
    assert {name for pair in READ for name in pair} <= LIGHT.keys()


def test_nothing_is_fetched_and_nothing_can_end_the_sheet() -> None:
    assert re.findall(r"url\(|@import|@font-face|expression|<|&", css()) == []
    assert css().count("{") == css().count("}")
