"""The commit that production has now, as a starting point for going back."""

from __future__ import annotations

from pathlib import Path

import msgspec

from safeguards.cli.journal import open_journal
from safeguards.cli.syncing.asked import Asked, place
from safeguards.cli.syncing.ordered import Ordered
from safeguards.errors import UsageError


def deployed_here(asked: Asked) -> Ordered:
    """The target, with the commit that it was synchronised to last, or else the checkout's.

    Raises `UsageError` in a repository without a commit.
    """
    here = place(asked)
    journal = open_journal(here.repository, Path(here.found.folder))
    synced = journal.last_synced(here.target)
    for commit in (synced.commit if synced else None, here.repository.head()):
        if commit is not None and here.repository.commit_of(commit) is not None:
            return msgspec.structs.replace(here, commit=commit)
    raise UsageError("this repository has no commit yet")
