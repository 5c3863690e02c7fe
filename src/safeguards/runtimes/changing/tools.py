"""What a changer of containers works with, handed down by whoever composes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from safeguards.runtimes.line import FetchAt
    from safeguards.system.clock import Clock
    from safeguards.system.docker_changes import ChangingEngine
    from safeguards.system.files import Files
    from safeguards.system.leash import Leashing

Raw = Mapping[str, Any]
"""What the engine says about a container or an image, decoded."""


class Tools(msgspec.Struct, frozen=True):
    """The engine, the docker command and its whole environment, and what else is needed.

    `environment` has DOCKER_HOST where the target names an engine; `client` is what a person
    types to ask the same engine; `own` tells addresses of this machine; `scratch` is a file of a
    name and a text while it is entered.
    """

    engine: ChangingEngine
    run: Leashing
    fetch: FetchAt
    clock: Clock
    scratch: Callable[[str, str], AbstractContextManager[Path]]
    files: Callable[[Path], Files]
    environment: Mapping[str, str]
    own: Callable[[str], bool]
    client: str = "docker"
