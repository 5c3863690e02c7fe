"""A process that replaces a service of a small production, for a test that kills it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from safeguards.runtimes.change import Version
from tests.support.engine import Engine
from tests.support.small import Small


def main(runtime: str, project: str, folder: str, port: str, image: str) -> None:
    """Say `ready`, then replace the service by this image."""
    small = Small(Engine(dict(os.environ)), runtime, project, Path(folder), int(port), "")
    changer = small.changer()
    changer.deployed(small.service)
    print("ready", flush=True)
    changer.replace(small.service, Version(image), lambda line: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
