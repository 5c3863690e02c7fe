"""Asks the real Alembic about histories: cases as JSON on standard input, verdicts on output.

Runs in a process of its own, for Alembic imports what it is asked about.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ENV = """\
from alembic import context

context.configure(url="postgresql://", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
LONGEST = 20
"""Seconds; a history that Alembic walks for ever is one that it cannot read."""


def main() -> None:
    verdicts = [judged(case) for case in json.load(sys.stdin)]
    json.dump(verdicts, sys.stdout)


def judged(case: dict[str, Any]) -> str:
    """What Alembic has against a history; empty when it is right."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        for path, text in ({"m/env.py": ENV, "m/script.py.mako": ""} | case["files"]).items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text)
        for setting, text in case["settings"].items():
            (top / setting).write_text(text)
        os.chdir(top)
        toml = top / "pyproject.toml"
        config = Config(
            str(top / "alembic.ini"),
            toml_file=str(toml) if toml.exists() else None,
            stdout=io.StringIO(),
            output_buffer=io.StringIO(),
        )
        signal.alarm(LONGEST)
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                verdict = _loaded(config) if case["list"] else _asked(config)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  whatever a revision file raises
            verdict = f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
            os.chdir("/")
        double = [str(each.message) for each in said if "more than once" in str(each.message)]
        return verdict or "".join(double[:1])


def _loaded(config: Config) -> str:
    """The ids of all revisions."""
    script = ScriptDirectory.from_config(config)
    return " ".join(sorted(each.revision for each in script.walk_revisions()))


def _asked(config: Config) -> str:
    script = ScriptDirectory.from_config(config)
    heads = script.get_heads()
    if len(heads) > 1 and all(_has_a_name(script, head, heads) for head in heads):
        command.upgrade(config, "heads", sql=True)
    else:
        command.upgrade(config, "head", sql=True)
    return ""


def _has_a_name(script: ScriptDirectory, head: str, heads: list[str]) -> bool:
    """Whether `alembic upgrade LABEL@head` leads to this head, for some label."""
    labels = script.get_revision(head).branch_labels
    found = script.revision_map.filter_for_lineage
    return any(found(tuple(heads), label) == (head,) for label in labels)


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError("alembic does not come to an end")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _too_long)
    main()
