"""What the command line says of telling others, and where it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

NEW = "new"


class Asked(msgspec.Struct, frozen=True):
    """What the command line says of telling: the `issue` is a number, `new` or "" for none."""

    issue: str = ""
    dry_run: bool = False
    quiet: bool = False


class Scene(msgspec.Struct, frozen=True):
    """Where a verify ran; without a journal nothing is remembered."""

    found: Found
    repository: Repository | None
    journal: Journal | None
