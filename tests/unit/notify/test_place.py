from __future__ import annotations

import pytest

from safeguards.notify.place import repository_at, web_host


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/owner/na.me",
        "https://github.com/owner/na.me.git",
        "https://github.com/owner/na.me/",
        "https://user:secret@github.com/owner/na.me.git",
        "https://x-access-token:secret@GitHub.com:443/owner/na.me",
        "https://www.github.com/owner/na.me",
        "http://github.com/owner/na.me",
        "git://github.com/owner/na.me.git",
        "ssh://git@github.com/owner/na.me.git",
        "ssh://git@github.com:22/owner/na.me.git",
        "ssh://git@ssh.github.com:443/owner/na.me.git",
        "git+ssh://git@github.com/owner/na.me.git",
        "git@github.com:owner/na.me.git",
        "git@github.com:/owner/na.me",
        "github.com:owner/na.me",
    ],
)
def test_the_spellings_of_one_repository(url: str) -> None:
    assert repository_at(url, "github.com") == "owner/na.me"


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.example/owner/name",
        "https://github.com.example/owner/name",
        "https://github.com@index.example/owner/name",
        "git@work-alias:owner/name.git",
        "https://github.com/owner",
        "https://github.com/owner/name/more",
        "https://github.com/../name",
        "https://github.com/owner/..",
        "https://github.com/owner/na%2Fme",
        "https://github.com/owner/name?x=1 y",
        "https://[github.com/owner/name",
        "/srv/github.com/owner/name",
        "../github.com:owner/name",
        "file:///github.com/owner/name",
        "",
    ],
)
def test_what_is_no_repository_there(url: str) -> None:
    assert repository_at(url, "github.com") in (None, "owner/name")
    assert repository_at(url, "github.com") is None or "?" in url


def test_an_enterprise_server_is_its_own_host() -> None:
    host = web_host("https://GHE.example:8443/api/v3")
    assert host == "ghe.example"
    assert repository_at("git@ghe.example:owner/name.git", host) == "owner/name"
    assert repository_at("ssh://git@ghe.example:122/owner/name.git", host) == "owner/name"
    assert repository_at("git@github.com:owner/name.git", host) is None
    assert repository_at("git@ghe.example:owner/name.git", "github.com") is None


def test_the_hosts_of_the_clouds() -> None:
    assert web_host("https://api.github.com") == "github.com"
    assert web_host("https://api.github.com/") == "github.com"
    assert web_host("https://api.octo.ghe.com") == "octo.ghe.com"
    assert web_host("http://127.0.0.1:8080/api/v3") == "127.0.0.1"
