"""Runs inside an oracle's virtual environment: imports a project and lets SQLAlchemy judge it.

Reads one JSON request per line, forks for each, writes one JSON answer per line. The fork keeps
SQLAlchemy imported once and each project's classes, registries and modules out of the next.

SQLAlchemy stops at the first relationship it refuses. The refused one is then set aside and the
project asked again in a fresh fork, until nothing is refused, so that one request lists every
fault. Standard library and SQLAlchemy only; runs on the oracle's Python, not on ours.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

import sqlalchemy
import sqlalchemy.exc
import sqlalchemy.ext.declarative
import sqlalchemy.ext.hybrid
import sqlalchemy.orm
from sqlalchemy.orm.interfaces import StrategizedProperty
from sqlalchemy.orm.relationships import RelationshipProperty

with contextlib.suppress(ImportError):
    pass

MOST_FAULTS = 20


def modules(root: Path) -> list[tuple[str, Path]]:
    """Every importable (module name, path) below root, packages before their modules."""
    found = []
    for path in sorted(root.rglob("*.py"), key=lambda path: (path.parent, path.stem != "__init__")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts and all(part.isidentifier() for part in parts):
            found.append((".".join(parts), path))
    return found


def watch(aside: set[tuple[str, str]], current: list[RelationshipProperty]) -> None:
    """Note which relationships are being configured; leave those in `aside` unconfigured.

    The target of a relationship may be looked up early, on behalf of its partner: the last of
    `current` is the one that fails, the first the one that was being configured.
    """
    configure = RelationshipProperty.init
    instrument = StrategizedProperty.post_instrument_class
    look_up_target = getattr(RelationshipProperty, "_setup_entity", None)

    def init(prop: RelationshipProperty) -> None:
        if name_of(prop) in aside:
            prop._configure_started = True
            prop.direction = None
            return
        current.append(prop)
        configure(prop)
        current.remove(prop)

    def setup_entity(prop: RelationshipProperty, *args: object) -> None:
        current.append(prop)
        look_up_target(prop, *args)
        current.remove(prop)

    def post_instrument_class(prop: StrategizedProperty, *args: object) -> None:
        current.append(prop)
        instrument(prop, *args)
        current.remove(prop)

    RelationshipProperty.init = init
    RelationshipProperty.post_instrument_class = post_instrument_class
    if look_up_target:  # 1.4 looks targets up in an attribute instead
        RelationshipProperty._setup_entity = setup_entity


def name_of(prop: RelationshipProperty) -> tuple[str, str]:
    """Class and attribute of a relationship."""
    return prop.parent.class_.__name__, prop.key


def import_fault(root: Path, name: str, path: Path) -> dict[str, object] | None:
    """Import a module; the error it raised, with the project's line that raised it."""
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  whatever a project raises is what is asked for
        places = [
            (frame.filename, frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(root)
        ]
        if isinstance(error, SyntaxError) and error.filename:
            places.append((error.filename, error.lineno))
        file, line = places[-1] if places else (path, None)
        return {
            "stage": "import",
            "exception": type(error).__name__,
            "message": str(error),
            "path": Path(file).relative_to(root).as_posix(),
            "line": line,
        }
    return None


def configure_fault(current: list[RelationshipProperty]) -> dict[str, object] | None:
    """Configure all mappers; the error raised, with the relationship being configured."""
    try:
        sqlalchemy.orm.configure_mappers()
    except Exception as error:  # noqa: BLE001  whatever a project raises is what is asked for
        fault = {"stage": "configure", "exception": type(error).__name__, "message": str(error)}
        if current:
            prop = current[-1]
            fault["mapper"], fault["key"] = name_of(prop)
            fault["classes"] = [c.__name__ for c in prop.parent.class_.__mro__]
            fault["configuring"] = name_of(current[0])
        return fault
    return None


def attempt(request: dict, aside: set[tuple[str, str]]) -> dict[str, object]:
    """Import the project and configure all mappers once."""
    root = Path(request["root"])
    roots = [root / folder for folder in request["source_roots"]] or [root]
    sys.path[:0] = map(str, roots)
    current: list[RelationshipProperty] = []
    watch(aside, current)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = [import_fault(root, *module) for folder in roots for module in modules(folder)]
        found.append(configure_fault(current))
    told = [
        str(w.message)
        for w in caught
        if isinstance(w.message, sqlalchemy.exc.SAWarning)
        and not isinstance(w.message, sqlalchemy.exc.SADeprecationWarning)
    ]
    return {"faults": [fault for fault in found if fault], "warnings": told}


def in_fork(request: dict, aside: set[tuple[str, str]], deadline: float) -> dict[str, object]:
    """Run `attempt` in a child process that is killed at the deadline."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os.dup2(2, 1)
        answer = json.dumps(attempt(request, aside)).encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    parts = []
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
            part = pipe.read(65536)
            if not part:
                break
            parts.append(part)
        else:
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(b"".join(parts)) if parts else {"faults": [], "warnings": [], "died": True}


def judge(request: dict) -> dict[str, object]:
    """Every fault that SQLAlchemy finds in the project."""
    deadline = time.monotonic() + request["timeout"]
    faults: list[dict] = []
    aside: set[tuple[str, str]] = set()
    while True:
        answer = in_fork(request, aside, deadline)
        again = [f for f in answer["faults"] if "key" in f]
        known = {(f["message"], f.get("mapper"), f.get("key")) for f in faults}
        faults += [
            f
            for f in answer["faults"]
            if (f["message"], f.get("mapper"), f.get("key")) not in known
        ]
        refused = {(f["mapper"], f["key"]) for f in again}
        refused |= {tuple(f["configuring"]) for f in again}
        if refused <= aside or len(faults) >= MOST_FAULTS:
            break
        aside |= refused
    return {"faults": faults, "warnings": answer["warnings"], "died": answer.get("died", False)}


def main() -> None:
    gc.freeze()
    print(json.dumps({"sqlalchemy": sqlalchemy.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
