"""What differs between two commits, by their trees alone; nothing is fetched for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeguards.system.git import Repository

_HERE = {"GIT_NO_LAZY_FETCH": "1"}
"""A partial clone would ask its remote for what is missing."""


def changed_files(repository: Repository, one: str, other: str) -> tuple[str, ...] | None:
    """The files that two commits, given by their full names, do not have alike.

    Paths are POSIX and relative to the top. None when one of the commits is not here.
    """
    arguments = ("diff-tree", "-r", "--name-only", "-z", "--no-renames", one, other, "--")
    done = repository.ask(arguments, extra=_HERE)
    if done.returncode != 0:
        return None
    return tuple(part for part in os.fsdecode(done.stdout).split("\0") if part)


def beyond(repository: Repository, ref: str, commit: str) -> str | None:
    """What a ref is at when that holds more than the commit does.

    "" where the ref is at the commit, or behind it, or not there; None when the commit is not
    here.
    """
    form = "--format=%(objectname) %(refname)"
    done = repository.ask(("for-each-ref", form, f"--no-merged={commit}", ref), extra=_HERE)
    if done.returncode != 0:
        return None
    rows = (line.split(" ", 1) for line in os.fsdecode(done.stdout).splitlines())
    return next((oid for oid, name in rows if name == ref), "")
