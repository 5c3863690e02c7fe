"""The report as a real browser shows it: everything is seen, nothing is loaded, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.report.kit import EVIL, make_hostile, report
from tests.integration.verify.conftest import Small
from tests.support.chromium import Tab

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """
[...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !e.closest('.scroll') && !e.closest('.skip');
}).map(e => e.outerHTML.slice(0, 80))
"""
CONTRAST = """
(() => {
  const light = c => {
    const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = e => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)' && color !== 'transparent') return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || e.closest('title, svg')) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(under(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([ratio, e.textContent.slice(0, 40)]);
  }
  return found;
})()
"""
ELEMENTS = "[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]"
HANDLERS = (
    "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    ".filter(n => n.startsWith('on') || n === 'src').length"
)
PICTURES = """
[...document.querySelectorAll('main svg[role=img]')].map(e => {
  const box = e.getBoundingClientRect();
  return [Math.round(box.width), Math.round(box.height)];
})
"""

PAPER = {"width": 700, "height": 1000, "deviceScaleFactor": 1, "mobile": False}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The pages of this module by name; each is made once."""
    return {}


@pytest.fixture
def hostile(small: Small, pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a production whose every name wants to break out."""
    if "hostile" not in pages:
        make_hostile(small)
        path = tmp_path_factory.mktemp("pages") / "hostile.html"
        ended = report(small, "--html", path)
        assert ended.code == 0, ended.err
        pages["hostile"] = path
    return pages["hostile"]


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_every_window_loads_nothing_and_runs_nothing(
    tab: Tab, hostile: Path, width: int
) -> None:
    tab.show(hostile, width=width)
    assert tab.run(WIDE) == 0
    assert tab.run(CUT) == []
    assert tab.run(HANDLERS) == 0
    assert set(tab.run(ELEMENTS)).isdisjoint({"script", "img", "iframe", "object", "form"})
    assert EVIL in tab.run("document.body.textContent")
    assert tab.run("document.title") == "production: FAILED"
    history, line, models = tab.run(PICTURES)
    assert history[0] > 1000
    assert line[1] > 1000
    assert min(models) > 100
    assert tab.picture()[:8] == b"\x89PNG\r\n\x1a\n"
    remote = [url for url in tab.requested() if not url.startswith("data:image/svg+xml,")]
    assert remote == [hostile.as_uri()]
    assert tab.troubles() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_can_be_read_in_light_and_in_the_dark(
    tab: Tab, hostile: Path, dark: bool
) -> None:
    tab.show(hostile, width=1280, dark=dark)
    found = tab.run(CONTRAST)
    assert len(found) > 100
    assert [each for each in found if each[0] < 4.5] == []
    background = tab.run("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(13, 17, 23)") == dark


def test_the_keyboard_reaches_and_opens_everything(tab: Tab, hostile: Path) -> None:
    tab.show(hostile, width=800)
    reached = set()
    for _ in range(60):
        tab.press("Tab")
        focus = tab.run(
            "(e => e === document.body ? '' : e.getAttribute('aria-label') || e.textContent)"
            "(document.activeElement)"
        )
        name = focus.partition(" (")[0]
        if name.startswith("The same as a table") and name not in reached:
            tab.press("Enter", "\r")
        reached.add(name)
    assert {
        *("Skip to the verdict", "Migrations", "The same as a table, the newest first"),
        *("Picture of the history, the newest at the right", "Picture of the models"),
    } <= reached
    assert tab.run("document.querySelector('#history details').open") is True
    assert tab.run("document.querySelectorAll('#history tbody tr').length") == 100
    assert tab.run(WIDE) == 0


def test_the_newest_run_is_seen_first_on_a_small_screen(tab: Tab, hostile: Path) -> None:
    tab.show(hostile, width=360)
    right = tab.run(
        "(b => [b.getBoundingClientRect().right, "
        "b.querySelector('svg').getBoundingClientRect().right])"
        "(document.querySelector('.past .scroll'))"
    )
    assert abs(right[0] - right[1]) <= 1


def test_it_prints(tab: Tab, hostile: Path) -> None:
    tab.show(hostile, width=1280, dark=True)
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    tab.ask("Emulation.setEmulatedMedia", media="print", features=[dark])
    tab.ask("Emulation.setDeviceMetricsOverride", **PAPER)
    assert tab.run(WIDE) == 0
    labels, picture = tab.run(
        "[...document.querySelectorAll('.past svg')].map(e => e.getBoundingClientRect().height)"
    )
    assert labels == picture
    parts = "[...document.querySelectorAll('.scroll')].map(e => e.scrollHeight - e.clientHeight)"
    assert set(tab.run(parts)) == {0}
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 247)"
    paper = tab.paper()
    assert paper.startswith(b"%PDF-")
    assert 1 < paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") < 40


def test_these_tests_see_what_they_look_for(tab: Tab, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
        "<body style='background:#fff'><p style='color:#aaa;width:3000px'>pale"
        "<img src='http://127.0.0.1:9/x.png' onerror='alert(1)'><script>console.log(1)</script>"
    )
    tab.show(page, width=1280)
    assert tab.run(WIDE) > 1000
    assert len(tab.run(CUT)) > 0
    assert tab.run(HANDLERS) == 2
    assert "script" in tab.run(ELEMENTS)
    assert min(tab.run(CONTRAST))[0] < 3
    assert any("Content Security Policy" in each for each in tab.troubles())
    assert any("consoleAPICalled" in each for each in tab.troubles())
    assert any("javascriptDialogOpening" in each for each in tab.troubles())
