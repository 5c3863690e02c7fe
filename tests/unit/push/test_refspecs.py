"""Which local ref follows a ref of the remote."""

from __future__ import annotations

import pytest

from safeguards.push.refspecs import tracking_ref

ALL = "+refs/heads/*:refs/remotes/origin/*"


@pytest.mark.parametrize(
    ("specs", "ref", "tracking"),
    [
        ((ALL,), "refs/heads/main", "refs/remotes/origin/main"),
        ((ALL,), "refs/heads/team/main", "refs/remotes/origin/team/main"),
        ((ALL,), "refs/tags/v1", None),
        ((), "refs/heads/main", None),
        (("+refs/heads/main:refs/remotes/origin/main",), "refs/heads/next", None),
        (("refs/heads/main:refs/x/main",), "refs/heads/main", "refs/x/main"),
        (("refs/heads/main",), "refs/heads/main", None),
        ((ALL, "^refs/heads/main"), "refs/heads/main", None),
        (("^refs/heads/wip/*", ALL), "refs/heads/wip/a", None),
        (("^refs/heads/wip/*", ALL), "refs/heads/main", "refs/remotes/origin/main"),
        (("+refs/heads/rel-*-x:refs/r/*",), "refs/heads/rel-1-x", "refs/r/1"),
        (("+refs/heads/a*a:refs/r/*",), "refs/heads/a", None),
        ((ALL, "+refs/heads/*:refs/second/*"), "refs/heads/main", "refs/remotes/origin/main"),
    ],
)
def test_tracking(specs: tuple[str, ...], ref: str, tracking: str | None) -> None:
    assert tracking_ref(specs, ref) == tracking
