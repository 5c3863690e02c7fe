"""One call of `verify` as a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Mode, StageName

if TYPE_CHECKING:
    from safeguards.cli.notifying import Asked
    from safeguards.config.find import Found
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

ALL = "all"
"""The name that means every target; the configuration refuses a target of this name."""


class Request(msgspec.Struct, frozen=True):
    """What is asked of which targets, and where the answer goes.

    `keep` is whether the journal gets it, `notices` who else; `color` whether terminals may be
    coloured.
    """

    found: Found
    repository: Repository | None
    journal: Journal
    target: str | None
    mode: Mode
    left_out: Mapping[StageName, str]
    wait: float
    retries: int | None
    keep: bool
    notices: Asked
    format: str
    color: bool
    verbose: bool

    @property
    def several(self) -> bool:
        """Whether every target is asked, be there only one."""
        return self.target == ALL

    @property
    def commit(self) -> str | None:
        """What is checked out now."""
        return self.repository.head() if self.repository else None
