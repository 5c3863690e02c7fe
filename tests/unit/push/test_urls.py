"""URLs of remotes: what is shown of them, and which of them are one place."""

from __future__ import annotations

import pytest

from safeguards.push.urls import same_place, without_credentials


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:s3cret@index.example/shop.git", "https://index.example/shop.git"),
        ("https://ghp_token@index.example/shop.git", "https://index.example/shop.git"),
        ("https://index.example/shop.git?token=s3cret", "https://index.example/shop.git"),
        ("http://a:b@c:d@index.example/x", "http://index.example/x"),
        ("ssh://git:s3cret@index.example:22/shop", "ssh://git@index.example:22/shop"),
        ("git@index.example:team/shop.git", "git@index.example:team/shop.git"),
        ("/srv/git/shop.git", "/srv/git/shop.git"),
        ("../shop@home", "../shop@home"),
        ("https://index.example", "https://index.example"),
    ],
)
def test_what_is_shown(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
    assert "s3cret" not in shown
    assert same_place(url, shown, "/srv/clone")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("git@index.example:team/shop.git", "ssh://git@index.example/team/shop"),
        ("git@index.example:team/shop", "ssh://other@INDEX.example:22/team/shop/"),
        ("https://index.example/shop", "https://user@index.example:443/shop.git/"),
        ("file:///srv/git/shop.git", "/srv/git/shop"),
        ("file:///srv/my%20shop.git", "/srv/my shop.git"),
        ("../origin.git", "/srv/origin"),
        (".", "/srv/clone/"),
        ("/srv/clone/.git", "/srv/clone"),
    ],
)
def test_one_place(one: str, other: str) -> None:
    assert same_place(one, other, "/srv/clone")
    assert same_place(other, one, "/srv/clone")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://index.example/shop", "https://index.example/shop2"),
        ("https://index.example/shop", "ssh://index.example/shop"),
        ("ssh://index.example:2222/shop", "ssh://index.example/shop"),
        ("../origin.git", "../other.git"),
        ("https://index.example/Shop", "https://index.example/shop"),
        ("https://index.example:x/shop", "https://index.example/shop"),
    ],
)
def test_two_places(one: str, other: str) -> None:
    assert not same_place(one, other, "/srv/clone")
