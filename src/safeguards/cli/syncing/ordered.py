"""What a sync is to be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from safeguards.config.choose import pick_target

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.config.targets import Target
    from safeguards.system.git import Repository


class Ordered(msgspec.Struct, frozen=True):
    """A repository's commit, and the target of a configuration."""

    repository: Repository
    found: Found
    target: str
    commit: str

    @property
    def own(self) -> Target:
        """The target's table."""
        return pick_target(self.found.config, self.target)[1]
