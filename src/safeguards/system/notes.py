"""What this clone remembers beside a commit: git notes of our own, which nobody pushes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError

if TYPE_CHECKING:
    from safeguards.system.git import Repository

REF = "refs/notes/safeguards"
_AUTHOR = {
    "GIT_AUTHOR_NAME": "safeguards",
    "GIT_AUTHOR_EMAIL": "safeguards@localhost",
    "GIT_COMMITTER_NAME": "safeguards",
    "GIT_COMMITTER_EMAIL": "safeguards@localhost",
}


def add(repository: Repository, commit: str, text: str) -> None:
    """Append a line to the commit's note; a repository that refuses it changes nothing else."""
    arguments = ("notes", f"--ref={REF}", "append", "-m", text, commit)
    with suppress(UnreachableError):
        repository.ask(arguments, extra=_AUTHOR)
