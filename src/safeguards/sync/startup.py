"""The start-up probe: what is run inside a new image, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from safeguards.system.process import Completed

SCRIPT = Path(__file__).parent / "inside" / "startup.py"
"""The script whose text runs in the image; it needs nothing of ours."""

MARKER = "safeguards-startup: "
"""What the line of the answer begins with."""

MOST_TAIL = 2000

Stage = Literal["start", "alembic", "import", "mappers", "database"]


class Failure(msgspec.Struct, frozen=True):
    """What went wrong; `start` is a probe that did not come to answer at all."""

    stage: Stage
    type: str
    message: str
    trace_tail: str = ""


class Startup(msgspec.Struct, frozen=True):
    """What the image has. `heads` are those of its revisions, `current` those of the database that
    it reaches, None when they could not be asked; `reason` says why there are no heads.

    `tried` tells what was done about each module that the models are in.
    """

    heads: tuple[str, ...] | None
    current: tuple[str, ...] | None
    mappers: int
    failed: Failure | None
    tried: tuple[str, ...] = ()
    reason: str = ""

    @property
    def starts(self) -> bool:
        """Whether the code of the application starts; it may still not reach its database."""
        return self.failed is None or self.failed.stage == "database"


def argument(
    text: str,
    modules: Sequence[str],
    ini: str,
    *,
    seconds: float = 60.0,
    python: str = "python3",
) -> tuple[str, ...]:
    """The command to run in the folder of `ini`; `text` is that of `SCRIPT`.

    It ends by itself after `seconds`, whatever the application does. An empty `ini` asks nothing of
    Alembic.
    """
    request = {"modules": list(dict.fromkeys(modules)), "ini": ini, "seconds": seconds}
    return (python, "-c", text, msgspec.json.encode(request).decode())


def read(completed: Completed) -> Startup:
    """What it answered; one that answered nothing has failed, with the end of what it printed."""
    lines = [line for line in completed.text.splitlines() if line.startswith(MARKER)]
    tail = completed.error_text.strip()[-MOST_TAIL:]
    try:
        found = msgspec.json.decode(lines[-1].removeprefix(MARKER), type=Startup)
    except (IndexError, msgspec.DecodeError, UnicodeError):
        last = tail.splitlines()[-1] if tail else "nothing was printed"
        message = f"no answer, exit code {completed.returncode}: {last}"
        return Startup(None, None, 0, Failure("start", "NoAnswer", message, tail))
    if found.failed is None or found.failed.trace_tail:
        return found
    failed = msgspec.structs.replace(found.failed, trace_tail=tail)
    return msgspec.structs.replace(found, failed=failed)
