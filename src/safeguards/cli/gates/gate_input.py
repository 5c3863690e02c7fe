"""Which push a gate is about: git's protocol, what pre-commit says of it, or a commit by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import DeadlineError, UsageError
from safeguards.gate.refs import BRANCHES, MalformedLineError, parse_lines
from safeguards.push.refspecs import tracking_ref
from safeguards.pushed import PushedRef
from safeguards.report.printable import printable
from safeguards.system import standard_input
from safeguards.system.remotes import fetch_refspecs, ref_at

if TYPE_CHECKING:
    from safeguards.config.schema import Push
    from safeguards.system.git import Repository

PATIENCE = 30.0
"""Seconds within which git has told all refs of a push."""

GLANCE = 0.5
"""Seconds to wait for somebody who may have nothing to say."""


class Pushing(msgspec.Struct, frozen=True):
    """A push: every line of it, and where it goes. `url` is empty when nobody named one."""

    remote: str
    url: str
    refs: tuple[PushedRef, ...]


class Asked(msgspec.Struct, frozen=True):
    """What the command line says of the push."""

    remote: str | None
    url: str
    rev: str | None


def told(repository: Repository, asked: Asked, push: Push, environ: Mapping[str, str]) -> Pushing:
    """The push that is meant. Raises `UsageError` where that cannot be told."""
    if asked.remote is None:
        return by_hand(repository, asked.rev, push, environ)
    if asked.rev is not None:
        raise UsageError(
            "REMOTE and --commit exclude each other",
            hint="with REMOTE, standard input tells the commits",
        )
    return of_git(asked.remote, asked.url)


def of_git(remote: str, url: str) -> Pushing:
    """The push that git tells its hook about. Raises `UsageError` for what git never writes."""
    if standard_input.is_terminal():
        raise UsageError(
            "with REMOTE, git's pre-push protocol is read, and standard input is a terminal",
            hint="to judge a commit by hand, leave out REMOTE: safeguards gate --commit HEAD",
        )
    try:
        return Pushing(remote, url, _parsed(standard_input.read_all(within=PATIENCE)))
    except DeadlineError as error:
        raise UsageError(error.message, hint="git closes it after the last ref") from error


def of_pre_commit(repository: Repository, environ: Mapping[str, str]) -> Pushing | None:
    """The push whose first ref pre-commit names in the environment of its hooks."""
    branch = environ.get("PRE_COMMIT_REMOTE_BRANCH", "")
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH", "")
    if not branch:
        return None
    remote = environ.get("PRE_COMMIT_REMOTE_NAME", "")
    # pre-commit names no commit when the push begins with a root commit.
    commit = environ.get("PRE_COMMIT_TO_REF", "") or repository.resolve(local)
    ref = branch if branch.startswith("refs/") else BRANCHES + branch
    line = PushedRef(local, commit, ref, _remote_oid(repository, remote, ref, commit))
    return Pushing(remote, environ.get("PRE_COMMIT_REMOTE_URL", ""), (line,))


def by_hand(
    repository: Repository, rev: str | None, push: Push, environ: Mapping[str, str]
) -> Pushing:
    """Without REMOTE: what standard input or pre-commit tells; else a commit, as if it were
    pushed to the first deploy branch. A commit that is named is the one that is meant.
    """
    if rev is None and not standard_input.is_terminal():
        content = standard_input.read_if_any(wait=GLANCE, within=PATIENCE)
        if content:
            return Pushing(push.remote, "", _parsed(content))
    told = of_pre_commit(repository, environ) if rev is None else None
    if told is not None:
        return told
    commit = repository.resolve(rev or "HEAD")
    ref = BRANCHES + push.branches[0]
    before = _remote_oid(repository, push.remote, ref, commit)
    return Pushing(push.remote, "", (PushedRef(rev or "HEAD", commit, ref, before),))


def _remote_oid(repository: Repository, remote: str, ref: str, commit: str) -> str:
    """What the remote had when it was last asked; zeros when that is nothing."""
    tracking = tracking_ref(fetch_refspecs(repository, remote), ref)
    known = ref_at(repository, tracking) if tracking else None
    return known or "0" * len(commit)


def _parsed(content: bytes) -> tuple[PushedRef, ...]:
    try:
        return parse_lines(content)
    except MalformedLineError as error:
        raise UsageError(
            printable(str(error)),
            hint="each line is: local ref, local oid, remote ref, remote oid",
        ) from error
