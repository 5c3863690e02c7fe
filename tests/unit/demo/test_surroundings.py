from __future__ import annotations

import pytest

from safeguards.demo.surroundings import surroundings


@pytest.mark.parametrize(
    "name",
    [
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "SKIP",
        "PRE_COMMIT_ALLOW_NO_CONFIG",
        "UVICORN_PORT",
        "WEB_CONCURRENCY",
        "ALEMBIC_CONFIG",
        "SHOP_CURRENCY",
        "PYTHONSAFEPATH",
        "http_proxy",
        "HTTPS_PROXY",
    ],
)
def test_what_would_change_the_story_is_dropped(name: str) -> None:
    assert name not in surroundings({name: "x", "PATH": "/bin"}, "/f")


def test_the_rest_is_kept_and_the_home_is_another() -> None:
    told = surroundings({"PATH": "/bin", "HOME": "/h", "PYTHONPATH": "/p", "USER": "u"}, "/f")
    assert (told["PYTHONPATH"], told["USER"]) == ("/p", "u")
    assert told["PATH"] == "/f/bin:/bin"
    places = {name: told[name] for name in ("HOME", "TMPDIR", "PRE_COMMIT_HOME")}
    assert all(place.startswith("/f/") for place in places.values())
    assert told["GIT_CONFIG_GLOBAL"] == "/dev/null"


def test_without_a_path_the_system_s_programs_are_found() -> None:
    assert surroundings({}, "/f")["PATH"] == "/f/bin:/usr/bin:/bin"
