"""Runs inside a package's own environment: imports its models, lets SQLAlchemy judge them.

Reads one JSON request per line, forks for each, writes one JSON answer per line. What the package
needs is imported once, before; the package itself in each fork, with the files that the request
replaces. Standard library and the package's SQLAlchemy only.
"""

# It looks into SQLAlchemy, as no other code does, and whatever a package raises is an answer.
# ruff: noqa: SLF001, BLE001, PERF203

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import select
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

FORK_TIMEOUT = 120.0


class Replaced(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Gives modules other sources than their files hold."""

    def __init__(self, texts):
        self._texts = texts

    def find_spec(self, name, path=None, target=None):
        if name not in self._texts:
            return None
        file, _ = self._texts[name]
        found = [str(Path(file).parent)] if file.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(
            name, file, loader=self, submodule_search_locations=found
        )

    def get_filename(self, name):
        return self._texts[name][0]

    def get_data(self, path):
        return next(text for file, text in self._texts.values() if file == path).encode()

    def path_stats(self, path):
        raise OSError


def watch(aside, current, backrefs):
    """Note what is being configured and what `backref=` makes; leave `aside` unconfigured."""
    from sqlalchemy.orm.relationships import RelationshipProperty

    configure = RelationshipProperty.init
    generate = RelationshipProperty._generate_backref

    def init(prop):
        if name_of(prop) in aside:
            prop._configure_started = True
            prop.direction = None
            return
        current.append(prop)
        configure(prop)
        current.remove(prop)

    def generate_backref(prop):
        if prop.backref is not None:
            key = prop.backref if isinstance(prop.backref, str) else prop.backref[0]
            backrefs.add((prop.mapper.class_, key))
        generate(prop)

    RelationshipProperty.init = init
    RelationshipProperty._generate_backref = generate_backref


def name_of(prop):
    owner = prop.parent.class_
    return owner.__module__, owner.__qualname__, prop.key


def import_faults(names):
    """Import modules; what failed, with the innermost line of the package's that raised."""
    faults = []
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as error:
            frames = traceback.extract_tb(error.__traceback__)
            faults.append(
                {
                    "module": name,
                    "exception": type(error).__name__,
                    "message": str(error)[:500],
                    "frames": [(frame.filename, frame.lineno) for frame in frames],
                }
            )
    return faults


def configure_faults(current):
    from sqlalchemy.orm import configure_mappers

    try:
        configure_mappers()
    except Exception as error:
        fault = {"exception": type(error).__name__, "message": str(error)[:500]}
        if current:
            fault["relationship"] = name_of(current[-1])
            fault["configuring"] = name_of(current[0])
        return [fault]
    return []


def mappers_of(registry):
    """The mappers of a registry, less those of classes whose module failed before they had one."""
    found = []
    for manager in list(registry._managers):
        with contextlib.suppress(Exception):
            found.append(manager.mapper)
    return found


def target_of(prop):
    """The name of the class at the other end; None where configuring did not come so far."""
    try:
        return prop.entity.class_.__name__ if prop.direction else None
    except Exception:
        return None


def relationships(backrefs):
    """Every mapped relationship that is written somewhere, and the modules of mapped classes."""
    from sqlalchemy.orm import mapperlib
    from sqlalchemy.orm.relationships import RelationshipProperty

    found, modules = [], set()
    for registry in mapperlib._all_registries():
        for mapper in mappers_of(registry):
            modules.add(mapper.class_.__module__)
            for key, prop in mapper._props.items():
                if not isinstance(prop, RelationshipProperty):
                    continue
                if prop.parent is mapper and (mapper.class_, key) not in backrefs:
                    found.append((*name_of(prop), target_of(prop)))
    return sorted(found, key=str), sorted(modules)


def attempt(request):
    texts = {name: (file, text) for name, file, text in request["replaced"]}
    if texts:
        sys.meta_path.insert(0, Replaced(texts))
    aside, current, backrefs = {tuple(a) for a in request["aside"]}, [], set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        watch(aside, current, backrefs)
        failed = import_faults(request["modules"])
        refused = configure_faults(current)
        mapped, modules = ([], []) if texts or refused else relationships(backrefs)
    outside = [] if texts else [name for name in sys.modules if belongs_to_none(name, request)]
    return {
        "failed": failed,
        "refused": refused,
        "mapped": mapped,
        "modules": modules,
        "loaded": outside,
    }


def belongs_to_none(name, request):
    return name.partition(".")[0] not in request["roots"]


def in_fork(request):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        try:
            answer = attempt(request)
        except BaseException as error:
            answer = {"died": repr(error)[:500]}
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(json.dumps(answer).encode() + b"\n")
        os._exit(0)
    os.close(writer)
    parts, deadline = [], time.monotonic() + FORK_TIMEOUT
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
            part = pipe.read(1 << 20)
            parts.append(part)
            if not part or part.endswith(b"\n"):
                break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # also what the package started and left behind
    os.waitpid(child, 0)
    told = b"".join(parts)
    return json.loads(told) if told.endswith(b"\n") else {"died": "no answer in time"}


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    import sqlalchemy
    import sqlalchemy.orm

    gc.freeze()
    answers.write(json.dumps({"sqlalchemy": sqlalchemy.__version__}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        for name in request.pop("preload", ()):
            with contextlib.suppress(BaseException), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(name)
        answers.write(json.dumps(in_fork(request)) + "\n")


if __name__ == "__main__":
    main()
