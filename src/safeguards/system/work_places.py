"""The folders in which somebody works on a repository: its work trees, and where its data lies."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeguards.system.git import Repository


def work_places(repository: Repository) -> tuple[Path, ...]:
    """The common git directory, what it lies in, and the top of every linked work tree."""
    common = repository.common_dir
    found = [common, *((repository.top,) if repository.top else ())]
    if common.name == ".git":
        found.append(common.parent)
    for link in common.glob("worktrees/*/gitdir"):
        with contextlib.suppress(OSError, ValueError):
            found.append(Path(link.read_text(encoding="utf-8").rstrip("\n")).parent.resolve())
    return tuple(dict.fromkeys(found))
