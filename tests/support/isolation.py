"""What every test lives in: its own HOME, no git configuration of this machine, no network.

The HOME of the run belongs to nobody: a test that writes there without asking for the `home`
fixture fails, and says so. Child processes inherit the same environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

GIT_CONFIG = """\
[init]
	defaultBranch = main
[commit]
	gpgSign = false
[protocol "file"]
	allow = always
[safe]
	directory = *
[advice]
	detachedHead = false
"""
AUTHOR = ("A U Thor", "author@index.example")
DROPPED_PREFIXES = ("GIT_", "XDG_", "SAFEGUARDS_", "PRE_COMMIT", "PG", "COMPOSE_", "NPD_")
DROPPED = frozenset(
    {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "LINES", "LANG", "LANGUAGE", "PYTHONPATH"}
    | {"VIRTUAL_ENV", "GITHUB_TOKEN", "GH_TOKEN", "DATABASE_URL", "CI", "GITHUB_ACTIONS"}
)
KEPT = frozenset({"SAFEGUARDS_REQUIRE"})


class ForgotToChooseAHomeError(AssertionError):
    """A test wrote below HOME without the `home` fixture."""


class TouchedTheNetworkError(AssertionError):
    """A test connected to something that is not this machine."""


def environment(outer: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of all tests, with HOME and git configuration below `folder`."""
    kept = {
        name: value
        for name, value in outer.items()
        if name in KEPT or not (name in DROPPED or name.startswith(DROPPED_PREFIXES))
    }
    home, template, config = folder / "home-of-nobody", folder / "template", folder / "gitconfig"
    home.mkdir(parents=True)
    template.mkdir()
    config.write_text(GIT_CONFIG)
    name, mail = AUTHOR
    return kept | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_TEMPLATE_DIR": str(template),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
    }


@contextmanager
def replaced_environment(values: Mapping[str, str]) -> Iterator[None]:
    """Put `values` in place of the whole environment of this process, and take it back."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def check_home_untouched(home: Path) -> None:
    """Fail, and clean up, when something was written below the HOME that belongs to nobody."""
    left = sorted(home.iterdir())
    if not left:
        return
    for path in left:
        path.rename(home.parent / f"left-by-a-test-{path.name}-{os.urandom(4).hex()}")
    names = ", ".join(path.name for path in left)
    raise ForgotToChooseAHomeError(
        f"this test wrote {names} below HOME; ask for the `home` fixture to have one of its own"
    )


def close_the_network() -> None:
    """From now on a connection of this process to another machine raises."""
    sys.addaudithook(_refuse_far_addresses)


def _refuse_far_addresses(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if not _is_near(host):
        raise TouchedTheNetworkError(f"a test connected to {host}; tests stay on this machine")


def _is_near(host: str) -> bool:
    try:
        address = ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_private or address.is_unspecified
