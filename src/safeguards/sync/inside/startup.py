"""Runs inside a new image before anything is replaced: does the application's code start?

Called as `python3 -c TEXT JSON` in the folder of alembic.ini; standard library and what the image
has only, for Python 3.8 and newer. A child process does the work, so that code which prints, exits,
closes its streams or dies is told of and cannot disturb the one line that is answered.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import importlib.util
import os
import select
import signal
import sys
import time
import traceback
from json import dumps, loads
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

MARKER = "safeguards-startup: "
MOST_TEXT = 4000
MOST_LINES = 30
DRIVERS = frozenset(
    {"psycopg", "psycopg2", "asyncpg", "pg8000", "pymysql", "MySQLdb", "mysql", "mariadb"}
    | {"aiomysql", "asyncmy", "sqlite3", "_sqlite3", "aiosqlite", "socket"}
)
"""Where the exceptions come from that say that a database did not answer."""

Facts = Dict[str, Any]
Tell = Callable[[Facts], None]


class FailedError(Exception):
    """The image does not start; `stage` says where."""

    def __init__(self, stage: str, error: BaseException) -> None:
        super().__init__(stage)
        self.facts = failure(stage, error)


def failure(stage: str, error: BaseException) -> Facts:
    """An exception as facts, also of one that cannot say what it is."""
    try:
        message = str(error)
    except BaseException as failed:  # noqa: BLE001  foreign code
        message = f"(its text raises {type(failed).__name__})"
    try:
        lines = "".join(
            traceback.format_exception(type(error), error, error.__traceback__)
        ).splitlines()
    except BaseException:  # noqa: BLE001  foreign code
        lines = []
    tail = "\n".join(lines[-MOST_LINES:])[-MOST_TEXT:]
    kind = type(error).__name__
    return {"stage": stage, "type": kind, "message": message[:MOST_TEXT], "trace_tail": tail}


def chain(error: BaseException) -> List[BaseException]:
    """The exception and those that led to it."""
    found: List[BaseException] = []
    following: Optional[BaseException] = error
    while following is not None and following not in found and len(found) < MOST_LINES:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found


def stage_of(error: BaseException) -> str:
    """What an exception of env.py is about."""
    told = chain(error)
    modules = [type(each).__module__.partition(".")[0] for each in told]
    names = {base.__name__ for each in told for base in type(each).__mro__}
    network = (ConnectionError, TimeoutError)
    if "DBAPIError" in names or DRIVERS.intersection(modules):
        return "database"
    if any(isinstance(each, network) for each in told):
        return "database"
    if modules[0] == "sqlalchemy":
        return "mappers"
    frames = traceback.extract_tb(error.__traceback__)
    after = [index for index, frame in enumerate(frames) if frame.filename.endswith("env.py")]
    importing = any("importlib" in frame.filename for frame in frames[(after or [0])[0] :])
    return "import" if importing or isinstance(error, ImportError) else "alembic"


def ask_alembic(ini: str, answer: Facts) -> None:
    """The heads of the image and of the database; env.py imports what it needs."""
    from alembic.config import CommandLine, Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    seen: List[str] = []
    asked: List[bool] = []

    def note(revisions: Any, _context: Any) -> List[Any]:
        asked.append(True)
        seen.extend([revisions] if isinstance(revisions, str) else revisions or ())
        return []

    try:
        options = CommandLine().parser.parse_args(["-c", ini, "current"])
        config = Config(ini, ini_section=options.name, cmd_opts=options)
        script = ScriptDirectory.from_config(config)
        answer["heads"] = sorted(script.get_heads())
    except BaseException as error:
        raise FailedError("alembic", error) from error
    try:
        with EnvironmentContext(config, script, fn=note, dont_mutate=True):
            script.run_env()
    except BaseException as error:
        stage = stage_of(error)
        if stage != "database":
            raise FailedError(stage, error) from error
        answer["failed"] = failure(stage, error)
    else:
        answer["current"] = sorted(set(seen)) if asked else None
        if not asked:
            answer["tried"].append("env.py asked no database")


def loaded_as(path: str) -> Optional[str]:
    """The name by which a file is loaded already."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.realpath(file) == path:
            return name
    return None


def bring(name: str) -> str:
    """Import a module and the packages around it; what there is to say of it."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        part = ".".join(parts[:end])
        if part in sys.modules:
            continue
        spec = importlib.util.find_spec(part)
        if spec is None:
            return f"{name}: not in the image"
        if spec.origin and Path(spec.origin).is_file():
            # The same file under two names would declare each table twice.
            other = loaded_as(os.path.realpath(spec.origin))
            if other is not None:
                return f"{name}: loaded as {other}"
        importlib.import_module(part)
    return f"{name}: imported"


def bring_all(modules: List[str], answer: Facts, tell: Tell) -> None:
    """Import what the models are in; a module that is not in the image is skipped."""
    for name in modules:
        tell({"stage": "import", "doing": f"importing {name}"})
        try:
            answer["tried"].append(bring(name))
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if missing != name and not name.startswith(f"{missing}."):
                raise FailedError("import", error) from error
            answer["tried"].append(f"{name}: not in the image")
        except BaseException as error:
            sqlalchemy = type(error).__module__.partition(".")[0] == "sqlalchemy"
            raise FailedError("mappers" if sqlalchemy else "import", error) from error


def configure(answer: Facts) -> None:
    """Configure every mapper of every registry."""
    try:
        from sqlalchemy.orm import configure_mappers
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise FailedError("mappers", error) from error
        answer["tried"].append("mappers: no SQLAlchemy in the image")
        return
    try:
        configure_mappers()
        registries = list(sys.modules["sqlalchemy.orm.mapper"]._all_registries())
        answer["mappers"] = sum(len(list(registry.mappers)) for registry in registries)
    except BaseException as error:
        raise FailedError("mappers", error) from error


def work(request: Facts, tell: Tell) -> Facts:
    """All of it, in the child."""
    answer: Facts = {"heads": None, "current": None, "mappers": 0, "failed": None, "tried": []}
    answer["reason"] = ""
    here = str(Path.cwd())
    # A folder `alembic` of the project is no Alembic.
    sys.path[:] = [entry for entry in sys.path if entry not in {"", here}]
    found = {name: importlib.util.find_spec(name) for name in ("alembic", "sqlalchemy")}
    for name, spec in found.items():
        if spec is not None and spec.origin is not None:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    sys.path.insert(0, here)
    sys.argv[:] = ["alembic"]
    try:
        if not request["ini"]:
            answer["reason"] = "no settings of Alembic are known"
        elif found["alembic"] is None or found["alembic"].origin is None:
            answer["reason"] = "the image has no Alembic"
        else:
            tell({"stage": "alembic", "doing": "running env.py"})
            ask_alembic(request["ini"], answer)
        bring_all(request["modules"], answer, tell)
        tell({"stage": "mappers", "doing": "configuring the mappers"})
        configure(answer)
    except FailedError as failed:
        answer["failed"] = failed.facts
    return answer


def child(request: Facts, pipe: int) -> None:
    """Work with standard output turned to standard error; never returns."""

    def write(value: Facts) -> None:
        data = dumps(value).encode() + b"\n"
        while data:
            data = data[os.write(pipe, data) :]

    try:
        os.dup2(2, 1)
        faulthandler.enable(2)
        faulthandler.dump_traceback_later(max(request["seconds"] - 0.5, 0.1), file=2)
        write(dict(work(request, write), answer=True))
    except BaseException as error:  # noqa: BLE001  a child must never run on as its parent
        with contextlib.suppress(BaseException):
            write({"answer": True, "failed": failure("import", error)})
    finally:
        os._exit(0)


def wait(pid: int, pipe: int, seconds: float) -> Facts:
    """What the child answers, or how it ended without an answer."""
    deadline = time.monotonic() + seconds
    written, last = b"", {"stage": "alembic", "doing": "starting"}
    status: Optional[int] = None
    while True:
        ready = select.select([pipe], [], [], 0.05)[0]
        part = os.read(pipe, 65536) if ready else b""
        *lines, written = (written + part).split(b"\n")
        for facts in map(loads, lines):
            if facts.pop("answer", False):
                return facts
            last = facts
        if not part and status is not None:
            return death(last, "SystemExit", how_of(status))
        if status is None:
            ended, found = os.waitpid(pid, os.WNOHANG)
            status = found if ended else None
        if time.monotonic() >= deadline:
            if status is None:
                os.kill(pid, signal.SIGKILL)
            return death(last, "TimeoutError", f"did not end within {seconds:g} s")
        if ready and not part:
            time.sleep(0.05)  # the child has closed its end and goes on


def how_of(status: int) -> str:
    """How a process ended, for people."""
    if os.WIFSIGNALED(status):
        return f"was killed by signal {os.WTERMSIG(status)}"
    return f"ended with exit code {os.WEXITSTATUS(status)}"


def death(last: Facts, kind: str, how: str) -> Facts:
    """A child that did not answer."""
    message = f"{how} while {last['doing']}"
    failed = {"stage": last["stage"], "type": kind, "message": message, "trace_tail": ""}
    return {"failed": failed}


def main() -> None:
    """Answer one request."""
    request: Facts = loads(sys.argv[1])
    sys.dont_write_bytecode = True
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read_end)
        child(request, write_end)
    os.close(write_end)
    answer = {"heads": None, "current": None, "mappers": 0, "failed": None, "tried": []}
    answer.update(wait(pid, read_end, request["seconds"]))
    sys.stdout.write(f"{MARKER}{dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
