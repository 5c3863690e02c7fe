"""Which commit production is to come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.cli.redact import REDACTOR
from safeguards.errors import UsageError
from safeguards.gate.refs import BRANCHES
from safeguards.system.remotes import RemoteSight, is_ancestor, remote_urls

if TYPE_CHECKING:
    from safeguards.config.schema import Push
    from safeguards.system.git import Repository


def wanted_commit(
    repository: Repository, push: Push, given: str | None, *, unpushed: bool = False
) -> str:
    """The tip of the first deploy branch as the remote reports it, or the commit that was given.

    Where there is no remote, as on a server that receives pushes, this repository's own branch
    counts. Raises `UsageError` for a commit that the branch does not contain, unless `unpushed`,
    and `UnreachableError` when the remote does not answer.
    """
    if given is not None and unpushed:
        return repository.resolve(given)
    branch = push.branches[0]
    ref = BRANCHES + branch
    urls = remote_urls(repository, push.remote)
    if not urls:
        return _own(repository, push.remote, branch, given)
    REDACTOR.learn(urls[0])
    sight = RemoteSight(repository, urls[0])
    tip = sight.tips((ref,)).get(ref)
    if tip is None:
        raise UsageError(
            f"{push.remote} has no branch {branch}", hint="see push.branches, and push it first"
        )
    commit = tip if given is None else repository.resolve(given)
    if not sight.holds(ref, tip, commit):
        raise _not_pushed(commit, f"{push.remote}/{branch}")
    return commit


def _own(repository: Repository, remote: str, branch: str, given: str | None) -> str:
    tip = repository.commit_of(BRANCHES + branch)
    if tip is None or repository.top is not None:
        raise UsageError(
            f"there is no remote {remote}",
            hint="name one in push.remote, or say which commit: safeguards sync COMMIT --unpushed",
        )
    commit = tip if given is None else repository.resolve(given)
    if not is_ancestor(repository, commit, tip):
        raise _not_pushed(commit, branch)
    return commit


def _not_pushed(commit: str, branch: str) -> UsageError:
    return UsageError(
        f"{commit[:12]} is not in {branch}",
        hint="push it first; --unpushed brings production to it all the same",
    )
