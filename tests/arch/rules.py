"""Who may import whom: the one table. A new edge is a decision, made here."""

from __future__ import annotations

BASE = frozenset(
    {"errors", "exitcodes", "findings", "diagram", "checks", "globs", "redaction", "contents"}
    | {"planned", "pushed", "runs", "standing"}
)
"""Values that everybody shares; they import only the standard library, msgspec and each other."""

PURE = (
    frozenset(
        {"config", "scan", "migrations", "report", "journal", "gate", "probe", "install", "notify"}
    )
    | BASE
)
"""Text and values in, values out: no files, clocks, environment, network or processes."""

EDGES: dict[str, frozenset[str]] = {
    **dict.fromkeys(BASE, frozenset()),
    "": frozenset(),
    "__main__": frozenset({"cli"}),
    **dict.fromkeys(("config", "scan", "migrations", "report", "runtimes"), frozenset()),
    **dict.fromkeys(("journal", "install", "notify", "metrics", "agents", "demo"), frozenset()),
    "health": frozenset({"runtimes", "migrations", "journal"}),
    "gate": frozenset({"scan", "migrations", "health", "journal"}),
    "probe": frozenset({"scan"}),
    "sync": frozenset({"runtimes", "migrations", "health", "journal"}),
    "push": frozenset({"journal"}),
    "system": frozenset(),
    "alembic_lock": frozenset({"sync", "system", "health"}),
}
"""Room → rooms it may import besides BASE and itself. `cli` composes and may import all."""

TYPING_EDGES = frozenset({"system"})
"""Rooms whose types everybody may name: the objects that cli makes and hands down."""

BASE_LIBRARIES = frozenset({"msgspec", "tomli"})
"""What any module may import besides the standard library."""

CLIENTS = {
    "docker": "system/",
    "sqlalchemy": "system/",
    "alembic": "system/",
    "httpx": "system/",
    "git": "system/",
    "psycopg": "system/",
    "pymysql": "system/",
    "sqlite3": "system/",
    "yaml": "system/",
    "socket": "system/",
    "time": "system/",
    "tempfile": "system/",
    "shutil": "system/",
    "urllib.request": "system/",
    "subprocess": "system/process.py",
    "prometheus_client": "metrics/",
    "rich": "report/terminal.py cli/live.py",
    "click": "cli/",
}
"""Library → the only places that may import it; a folder ends with a slash."""

IO_NAMES = frozenset({"open", "os.environ", "os.getenv", "os.system", "os.popen", "print", "input"})
IO_METHODS = frozenset(
    {"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "mkdir", "unlink", "rglob"}
)
"""What only system may call: names, and methods of paths."""
