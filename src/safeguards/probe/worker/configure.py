"""Runs in a project's own interpreter: imports its modules and lets SQLAlchemy judge the mappers.

Reads one JSON request from standard input and writes one JSON answer. Standard library and the
project's SQLAlchemy (1.4 to 2.1) only, for Python 3.8 and newer: nothing of ours is installed
there. What the imported code prints, and how it dies, is part of the answer.

SQLAlchemy stops at the first property that it refuses. The modules are imported once, in a child
process; each attempt to configure is a fork of that one, with what was refused before set aside.
"""

from __future__ import annotations

import ast
import contextlib
import faulthandler
import importlib
import inspect
import json
import os
import re
import select
import signal
import sys
import textwrap
import time
import traceback
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    Facts = dict[str, Any]
    Tell = Callable[[str], None]

MOST_FAULTS = 100
"""Attempts end here: a project with more is not judged better by a longer list."""

MOST_FRAMES = 60
MOST_TEXT = 8000
"""Characters kept of a message and of what the imported code printed."""

AMBIGUOUS = "AmbiguousForeignKeysError"
AGAIN = "is already defined for this MetaData"
"""What a module raises that is imported again because its first import failed."""

LATE = 1.0
"""Seconds that a child gets to tell where it was at the deadline."""


class BugError(Exception):
    """Something in this file went wrong; the text is the traceback."""


class Watch:
    """Notes which properties are being configured, and skips those that were set aside."""

    def __init__(self, aside: set[str]) -> None:
        from sqlalchemy.orm.interfaces import MapperProperty
        from sqlalchemy.orm.relationships import RelationshipProperty

        self._aside = aside
        self._current: list[Any] = []
        anything: Any = MapperProperty
        relationship: Any = RelationshipProperty
        anything.init = self._skipping(self._noting(anything.init))
        if hasattr(relationship, "_setup_entity"):
            relationship._setup_entity = self._noting(relationship._setup_entity)
        else:  # 1.4 looks the target up in an attribute
            entity = relationship.__dict__["entity"]
            entity.fget = self._noting(entity.fget)

    @property
    def innermost(self) -> Any:
        """The property being configured now, or None."""
        return self._current[-1] if self._current else None

    def _skipping(self, configure: Callable[[Any], None]) -> Callable[[Any], None]:
        def init(prop: Any) -> None:
            if name_of(prop.parent, prop.key) in self._aside:
                prop._configure_started = True
                prop.direction = None
                return
            configure(prop)

        return init

    def _noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(prop: Any, *args: Any) -> Any:
            self._current.append(prop)
            try:
                return function(prop, *args)
            except BaseException as error:
                if not hasattr(error, "being_configured"):
                    with contextlib.suppress(Exception):
                        error.being_configured = list(self._current)  # type: ignore[attr-defined]
                raise
            finally:
                self._current.pop()

        return call


def name_of(mapper: Any, key: str | None) -> str:
    """What names a property, or a mapper without key, in every attempt."""
    return f"{mapper.class_.__module__}.{mapper.class_.__qualname__}:{key}"


def mappers() -> Iterator[Any]:
    """Every mapper of every registry; a class whose mapping failed has none."""
    for registry in sys.modules["sqlalchemy.orm.mapper"]._all_registries():
        for manager in list(registry._managers):
            if manager.is_mapped:
                yield manager.mapper


def owner(mapper: Any, key: str | None) -> Facts:
    """A property or mapper with where it is written, as far as the source is there."""
    file, line, _ = source(mapper.class_)
    declared = None
    for each in mapper.class_.__mro__:
        declared = declared or (key and line_of(each, key))
    return {
        "name": mapper.class_.__name__,
        "key": key,
        "file": file,
        "line": line,
        "declared": declared,
    }


def source(cls: type) -> tuple[str, int, list[str]]:
    """File, first line and lines of a class; an empty file name without source."""
    try:
        file = inspect.getsourcefile(cls) or ""
        lines, first = inspect.getsourcelines(cls)
    except (OSError, TypeError, SyntaxError, IndexError):
        return getattr(sys.modules.get(cls.__module__), "__file__", None) or "", 1, []
    return os.path.realpath(file), first, lines


def line_of(cls: type, key: str) -> tuple[str, int] | None:
    """Where a class's body binds a name."""
    file, first, lines = source(cls)
    try:
        statement = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return None
    for node in getattr(statement, "body", []):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if key in names or (isinstance(node, ast.FunctionDef) and node.name == key):
            return file, first + node.lineno - 1
    return None


def fault(stage: str, module: str, error: BaseException) -> Facts:
    """An exception as facts: what, where, and which property was being configured."""
    error = getattr(error, "_configure_failed", None) or error
    chain: list[BaseException] = [error]
    while len(chain) < MOST_FRAMES and (chain[-1].__cause__ or chain[-1].__context__):
        following = chain[-1].__cause__ or chain[-1].__context__
        chain.append(following)  # type: ignore[arg-type]  # the condition says that it is there
    stack: list[Any] = next(
        (e.being_configured for e in chain if hasattr(e, "being_configured")), []
    )
    refused = [(prop.parent, prop.key) for prop in reversed(stack)]
    if not refused:
        refused = [(m, None) for m in mappers() if m.__dict__.get("_configure_failed") is error]
    places = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    frames = [(os.path.realpath(place.filename), place.lineno) for place in places]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((os.path.realpath(error.filename), error.lineno or 1))
    return {
        "stage": stage,
        "module": module,
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "missing_module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "message": text_of(error),
        "frames": frames,
        "owners": [owner(*each) for each in refused],
        "aside": [name_of(*each) for each in (refused[:1] + refused[-1:])],
    }


def revive(errors: Iterable[BaseException]) -> None:
    """Put modules back whose import failed: their classes are there and need them."""
    for error in errors:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            name, file = frame.f_globals.get("__name__"), frame.f_globals.get("__file__")
            if file and isinstance(name, str) and name not in sys.modules:
                sys.modules[name] = ModuleType(name)
                sys.modules[name].__dict__.update(frame.f_globals)


def text_of(error: object) -> str:
    """The message of an exception, also of one that cannot say it."""
    try:
        return str(error)[:MOST_TEXT]
    except Exception as failed:  # noqa: BLE001  foreign code; its own error is told instead
        return f"(its text raises {type(failed).__name__})"


def note_warnings(watch: Watch, told: list[Facts]) -> None:
    """From now on each SAWarning is told; the filters of the project decide which are shown."""
    from sqlalchemy.exc import SAWarning

    shown = warnings.showwarning

    def note(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not isinstance(message, SAWarning):
            shown(message, category, filename, lineno, file, line)
            return
        prop = watch.innermost
        told.append(
            {
                "message": text_of(message),
                "frames": [(os.path.realpath(filename), lineno)],
                "owners": [owner(prop.parent, prop.key)] if prop is not None else [],
            }
        )

    warnings.showwarning = note


def configure(aside: set[str]) -> BaseException | None:
    """Configure all mappers but those set aside; the exception, if SQLAlchemy raised one."""
    from sqlalchemy.orm import configure_mappers

    for mapper in mappers():
        if name_of(mapper, None) in aside:
            mapper.configured = True
    try:
        configure_mappers()
    except BaseException as error:  # noqa: BLE001  whatever a project raises is what is asked for
        return error
    return None


def accepted() -> list[tuple[str, str, str]]:
    """File, class and attribute of each relationship that is configured."""
    return [
        (source(mapper.class_)[0], mapper.class_.__name__, key)
        for mapper in mappers()
        for key, prop in mapper._props.items()
        if prop.parent is mapper and prop._configure_finished and hasattr(prop, "direction")
    ]


def attempt(request: Facts, aside: set[str], deadline: float, tell: Tell) -> Facts:
    """Import every module, then configure again and again until nothing more is refused."""
    told: list[Facts] = []
    watch = Watch(aside)
    errors: list[tuple[str, BaseException]] = []
    present = dict(sys.modules)
    for name in request["modules"]:
        tell("importing " + name)
        note_warnings(watch, told)
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001  as above, sys.exit() too
            if not errors or AGAIN not in text_of(error):
                errors.append((name, error))
        for each, module in present.items():  # also where the project empties sys.modules
            sys.modules.setdefault(each, module)
    revive(error for _, error in errors)
    found = [fault("import", *each) for each in errors]
    faulthandler.cancel_dump_traceback_later()
    whole = not found

    def once(tell_too: Tell) -> Facts:
        tell_too("configuring the mappers")
        note_warnings(watch, told)
        error = configure(aside)
        if error is not None:
            return {"faults": [fault("configure", "", error)], "warnings": told, "accepted": []}
        return {"faults": [], "warnings": told, "accepted": accepted() if whole else []}

    answer: Facts = {"faults": [], "warnings": told, "accepted": []}
    while not any(each["aside"] for each in found if each["stage"] == "import"):
        answer = in_fork(once, deadline, LATE)
        for each in answer["faults"]:
            # Who needs what is set aside already cannot be judged, and is no fault of its own.
            # Where an import failed, a name or a key may only be missing because of that.
            sure = whole or each["stage"] != "configure" or AMBIGUOUS in each["kinds"]
            if sure and each["aside"][:1] not in [[name] for name in aside]:
                found.append(each)
        refused = {name for each in answer["faults"] for name in each["aside"]}
        if refused <= aside or len(found) >= MOST_FAULTS:
            break
        aside.update(refused)
    return dict(answer, faults=found)


def in_fork(
    work: Callable[[Tell], Facts],
    deadline: float,
    late: float,
    said: tuple[int, int] | None = None,
) -> Facts:
    """What `work` answers in a child process, or how the child died, at the deadline at latest."""
    flush()
    answers, answer_end = os.pipe()
    traces, trace_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking beside threads is what this is for
        child = os.fork()
    if not child:
        if said is not None:
            os.dup2(said[1], 1)
            os.dup2(said[1], 2)
        faulthandler.enable(trace_end)
        left = max(deadline - time.monotonic(), 0.01)
        faulthandler.dump_traceback_later(left, exit=True, file=trace_end)

        def write(value: object) -> None:
            data = json.dumps(value).encode() + b"\n"
            while data:
                data = data[os.write(answer_end, data) :]

        try:
            write(work(write))
        except BaseException:  # noqa: BLE001  a child must never run on as its parent
            write({"bug": traceback.format_exc()})
        flush()
        os._exit(70)
    os.close(answer_end)
    os.close(trace_end)
    read = {answers: b"", traces: b""}
    if said is not None:
        read[said[0]] = b""
    collect(read, answers, deadline + late)
    late_already = time.monotonic() >= deadline + late
    if late_already or has_answer(read[answers]):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    collect(read, answers, time.monotonic())
    os.close(answers)
    os.close(traces)
    if has_answer(read[answers]):
        answer: Facts = json.loads(read[answers].splitlines()[-1])
        if "bug" in answer:
            raise BugError(answer["bug"])
    else:
        trace = read[traces].decode("utf-8", "replace")
        doing = [json.loads(line) for line in read[answers].splitlines()] or ["starting"]
        death = death_of(trace, status, doing[-1], hung=late_already or "Timeout (" in trace)
        answer = {"faults": [death], "warnings": [], "accepted": []}
    if said is not None:
        answer["said"] = read[said[0]].decode("utf-8", "replace")
    return answer


def flush() -> None:
    """Write out what was printed; the imported code may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def collect(read: dict[int, bytes], answers: int, end: float) -> None:
    """Read until the answer is whole, the child closes its pipe, or the time is over."""
    waiting = set(read)
    while waiting:
        ready = select.select(list(waiting), [], [], max(0, end - time.monotonic()))[0]
        for pipe in ready:
            part = os.read(pipe, 65536)
            if not part:
                waiting.discard(pipe)
            read[pipe] = read[pipe] + part if pipe == answers else (read[pipe] + part)[-MOST_TEXT:]
        if time.monotonic() >= end or answers not in waiting or has_answer(read[answers]):
            return


def has_answer(written: bytes) -> bool:
    """Whether the last line is whole and an object; the lines before say what is being done."""
    return re.search(rb"^\{.*\n\Z", written, re.MULTILINE) is not None


def death_of(trace: str, status: int, doing: str, *, hung: bool) -> Facts:
    """How a child ended without an answer; the last block of a time-out is the main thread."""
    blocks = re.split(r"^(?:Current t|T)hread .*$", trace, flags=re.MULTILINE)[1:]
    frames = re.findall(r'File "(.+)", line (\d+)', blocks[-1 if hung else 0] if blocks else "")
    return {
        "stage": "hung" if hung else "died",
        "message": doing,
        "frames": [(os.path.realpath(file), int(line)) for file, line in reversed(frames)],
        "signal": signal_name(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else "",
        "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "kinds": [],
        "owners": [],
        "aside": [],
    }


def signal_name(number: int) -> str:
    """`SIGSEGV`, or the number of one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def judge(request: Facts) -> Facts:
    """Every fault: what was refused during an import is set aside, and the import repeated."""
    deadline = time.monotonic() + request["timeout"]
    aside: set[str] = set()

    def work(tell: Tell) -> Facts:
        return attempt(request, aside, deadline, tell)

    found: list[Facts] = []
    said = os.pipe()
    while True:
        answer = in_fork(work, deadline, 2 * LATE, said)
        found += [each for each in answer["faults"] if each not in found]
        refused = {n for e in answer["faults"] if e["stage"] == "import" for n in e["aside"]}
        if refused <= aside or len(found) >= MOST_FAULTS:
            return dict(answer, faults=found)
        aside.update(refused)


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.read())
    here = Path(__file__).resolve().parent
    rest = [entry for entry in sys.path if Path(entry).resolve() != here]
    sys.path[:] = request["roots"] + rest
    sys.dont_write_bytecode = True
    sys.argv[:] = [""]
    answer: Facts = {"python": ".".join(map(str, sys.version_info[:3])), "sqlalchemy": ""}
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
