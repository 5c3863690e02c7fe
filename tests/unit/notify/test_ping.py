from __future__ import annotations

import pytest

from safeguards.notify.ping import ping_url


@pytest.mark.parametrize(
    ("url", "passed", "asked"),
    [
        ("https://hc.example/ping/uuid", True, "https://hc.example/ping/uuid?rid=1"),
        ("https://hc.example/ping/uuid", False, "https://hc.example/ping/uuid/fail?rid=1"),
        ("https://hc.example/ping/uuid/", False, "https://hc.example/ping/uuid/fail?rid=1"),
        (
            "https://hc.example/ping/key/slug?create=1",
            False,
            "https://hc.example/ping/key/slug/fail?create=1&rid=1",
        ),
        ("https://hc.example/a?b=c%2Fd&e", True, "https://hc.example/a?b=c%2Fd&e&rid=1"),
        ("https://hc.example:8000", False, "https://hc.example:8000/fail?rid=1"),
        ("https://hc.example/a#part", True, "https://hc.example/a?rid=1"),
    ],
)
def test_the_path_grows_and_the_query_stays(url: str, passed: bool, asked: str) -> None:
    assert ping_url(url, passed=passed, run="1") == asked
