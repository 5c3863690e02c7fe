"""Runs in a project's own interpreter: imports its modules and lets SQLAlchemy judge the mappers.

Reads one JSON request from standard input and writes one JSON answer. Standard library and the
project's SQLAlchemy (1.4 to 2.1) only, for Python 3.8 and newer: nothing of ours is installed
there. What the imported code prints, and how it dies, is part of the answer.

SQLAlchemy stops at the first property that it refuses. The modules are imported once, in a child
process; each attempt to configure is a fork of that one, with what was refused before set aside.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer one request."""
    sys.dont_write_bytecode = True
    from safeguards_worker.judging import judge
    from safeguards_worker.texts import BugError

    request = json.loads(sys.stdin.read())
    here = Path(__file__).resolve().parent
    rest = [entry for entry in sys.path if Path(entry).resolve() != here]
    sys.path[:] = request["roots"] + rest
    sys.argv[:] = [""]
    answer: dict[str, Any] = {"python": ".".join(map(str, sys.version_info[:3])), "sqlalchemy": ""}
    try:
        import sqlalchemy
        import sqlalchemy.orm
    except ImportError as error:
        answer["refusal"] = f"it has no SQLAlchemy ({error})"
    else:
        answer["sqlalchemy"] = sqlalchemy.__version__
        if tuple(map(int, re.findall(r"\d+", sqlalchemy.__version__)[:2])) < (1, 4):
            answer["refusal"] = f"its SQLAlchemy {sqlalchemy.__version__} is too old"
        else:
            try:
                answer.update(judge(request))
            except BugError as error:
                answer["bug"] = str(error)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    if os.getpgrp() == os.getpid():
        # Whatever the imported code started would live on; this group is ours alone.
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
