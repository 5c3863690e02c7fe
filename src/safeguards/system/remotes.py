"""What a clone knows of its remotes, and what a remote says of itself; nothing is ever prompted."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, UnreachableError

if TYPE_CHECKING:
    from safeguards.system.git import Repository
    from safeguards.system.process import Completed

ASKING = 15.0
"""Seconds that a remote gets to list refs."""

FETCHING = 60.0
"""Seconds that a remote gets to send the commits that are not here."""

_NAME = "safeguards-asks"
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "never"}


def remote_urls(repository: Repository, remote: str) -> tuple[str, ...]:
    """Where a remote is fetched from and pushed to; empty when there is no such remote."""
    if not remote or remote.startswith("-"):
        return ()
    found: list[str] = []
    for kind in ((), ("--push",)):
        done = repository.ask(("remote", "get-url", "--all", *kind, remote))
        found += os.fsdecode(done.stdout).splitlines() if done.returncode == 0 else []
    return tuple(dict.fromkeys(found))


def fetch_refspecs(repository: Repository, remote: str) -> tuple[str, ...]:
    """The refspecs that a fetch from the remote goes by."""
    done = repository.ask(("config", "--null", "--get-all", f"remote.{remote}.fetch"))
    return tuple(part for part in os.fsdecode(done.stdout).split("\0") if part)


def ref_at(repository: Repository, name: str) -> str | None:
    """The object that a ref of this repository names, None when there is no such ref."""
    done = repository.ask(("rev-parse", "--quiet", "--verify", "--end-of-options", name))
    return done.text.strip() if done.returncode == 0 else None


def is_ancestor(repository: Repository, older: str, newer: str) -> bool | None:
    """Whether a commit is another one or comes before it; None when one of them is not here."""
    done = repository.ask(("merge-base", "--is-ancestor", older, newer))
    return done.returncode == 0 if done.returncode in {0, 1} else None


class RemoteSight:
    """A remote at one of its URLs, seen from a clone. The URL may hold credentials."""

    def __init__(self, repository: Repository, url: str) -> None:
        self._repository = repository
        # In the environment, since everybody on the machine can read a command line.
        count = int(repository.environ.get("GIT_CONFIG_COUNT") or 0)
        self._extra = {
            **_QUIET,
            **_batch_ssh(repository),
            "GIT_CONFIG_COUNT": str(count + 1),
            f"GIT_CONFIG_KEY_{count}": f"remote.{_NAME}.url",
            f"GIT_CONFIG_VALUE_{count}": url,
        }

    def ref(self, name: str) -> str | None:
        """The object that a ref of the clone names."""
        return ref_at(self._repository, name)

    def tips(self, refs: Sequence[str]) -> Mapping[str, str]:
        """What these refs of the remote are at, without those it lacks.

        Raises `UnreachableError` when it does not say.
        """
        done = self._ask(("ls-remote", "--quiet", _NAME, *refs), ASKING)
        rows = (line.split("\t", 1) for line in os.fsdecode(done.stdout).splitlines())
        return {row[1]: row[0] for row in rows if len(row) == 2 and row[1] in refs}

    def holds(self, ref: str, tip: str, commit: str) -> bool:
        """Whether the remote's `ref`, at `tip`, contains the commit; fetches what is not here.

        Moves no ref. Raises `UnreachableError` when the remote does not send it.
        """
        known = is_ancestor(self._repository, commit, tip)
        if known is None:
            quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
            self._ask(("fetch", *quiet, _NAME, ref), FETCHING)
            known = is_ancestor(self._repository, commit, tip)
        return bool(known)

    def contains(self, newer: str, older: str) -> bool | None:
        """Whether a commit is another one or comes after it; None when one is not here."""
        return is_ancestor(self._repository, older, newer)

    def _ask(self, arguments: Sequence[str], timeout: float) -> Completed:
        try:
            done = self._repository.ask(arguments, timeout=timeout, extra=self._extra)
        except DeadlineError as error:
            raise UnreachableError(f"the remote did not answer within {timeout:g} s") from error
        if done.returncode != 0:
            said = done.error_text.strip().splitlines()
            reason = said[0].removeprefix("fatal: ") if said else f"exit code {done.returncode}"
            raise UnreachableError(f"the remote cannot be asked: {reason}")
        return done


def _batch_ssh(repository: Repository) -> Mapping[str, str]:
    """An ssh that never asks, unless the user has set one of their own."""
    if "GIT_SSH_COMMAND" in repository.environ or "GIT_SSH" in repository.environ:
        return {}
    own = repository.ask(("config", "--get", "core.sshCommand"))
    return {} if own.returncode == 0 else {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
