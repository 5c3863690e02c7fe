"""What a gate is asked to judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.config.schema import Config

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.pushed import PushedRef
    from safeguards.system.git import Repository


class GateRequest(msgspec.Struct, frozen=True):
    """A push to judge: `refs` are all its lines.

    `found` holds the settings of `push` and `targets`, None for the defaults; `folder` is where
    it lies, or the top. `skip` and `repair` are the reasons that who pushes has given.
    """

    repository: Repository
    refs: tuple[PushedRef, ...]
    found: Found | None
    folder: Path
    skip: str = ""
    repair: str = ""
    target: str | None = None
    color: bool = False

    @property
    def config(self) -> Config:
        """The settings, or the defaults."""
        return self.found.config if self.found else Config()
