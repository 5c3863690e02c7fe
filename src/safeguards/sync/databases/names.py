"""Names that databases show of us, and the names of the locks that we take in them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone

from safeguards.sync.keeping import Holder

NAME_BYTES = 63
"""What PostgreSQL keeps of an application_name."""

LOCK_NAME = "safeguards: "
"""How the session of a lock begins; it shares no beginning with the sessions of a migration."""

TOKEN = "SAFEGUARDS_LOCK_TOKEN"  # noqa: S105  the name of a variable
"""What a migration gets in its environment, so that the lock which it runs under lets it pass."""

VERSION_TABLE = "alembic_version"
"""The table whose lock it is."""

_HOST_BYTES = 15
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def lock_key(database: str, version_table: str) -> int:
    """The number of PostgreSQL's advisory lock: signed, 64 bits."""
    digest = hashlib.sha256(f"safeguards:{database}:{version_table}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock_halves(key: int) -> tuple[int, int]:
    """How pg_locks shows that number: classid and objid."""
    unsigned = key & (2**64 - 1)
    return unsigned >> 32, unsigned & (2**32 - 1)


def lock_name(database: str, version_table: str) -> str:
    """The name of the lock in MySQL, which takes 64 characters."""
    digest = hashlib.sha256(f"safeguards:{database}:{version_table}".encode()).hexdigest()
    return f"safeguards:{digest[:32]}"


def token_key(token: str) -> int:
    """The number of the advisory lock by which a lock's holder is known to those it calls."""
    return lock_key(f"token:{token}", "")


def token_name(token: str) -> str:
    """The same as a name, for MySQL and in files; it does not tell the token."""
    return lock_name(f"token:{token}", "")


def cut(text: str, size: int = NAME_BYTES) -> str:
    """As much of the text as fits into `size` bytes of UTF-8, in whole characters."""
    return text.encode()[:size].decode("utf-8", "ignore")


def session_name(holder: Holder) -> str:
    """The holder as an application_name: ASCII, at most 63 bytes; long names lose their end."""
    commit, since = holder.commit[:8] or "-", _short_time(holder.since)
    tail = f" {commit} {since}"
    host = _packed(holder.host.replace("@", ""), _HOST_BYTES)
    at = f"@{host}" if host else ""
    left = NAME_BYTES - len(LOCK_NAME) - len(tail) - len(at)
    return f"{LOCK_NAME}{_packed(holder.who, left)}{at}{tail}"


def read_session_name(name: str) -> Holder | None:
    """The holder that `session_name` put there; None for another session's name."""
    parts = name.removeprefix(LOCK_NAME).rsplit(" ", 2)
    if not name.startswith(LOCK_NAME) or len(parts) != 3:
        return None
    who, _, host = parts[0].rpartition("@") if "@" in parts[0] else (parts[0], "", "")
    commit = "" if parts[1] == "-" else parts[1]
    return Holder(_unpacked(who), _unpacked(host), commit, _long_time(parts[2]))


def _packed(text: str, size: int) -> str:
    """ASCII of at most `size` bytes; PostgreSQL would turn anything else into question marks."""
    packed = ""
    for letter in " ".join(text.split()):
        plain = letter.isascii() and letter.isprintable() and letter not in "%@"
        more = letter if plain else "".join(f"%{byte:02x}" for byte in letter.encode())
        if len(packed) + len(more) > size:
            break
        packed += more
    return packed.rstrip()


def _unpacked(text: str) -> str:
    first, *rest = text.split("%")
    content = first.encode()
    try:
        for part in rest:
            content += bytes([int(part[:2], 16)]) + part[2:].encode()
    except ValueError:
        return text
    return content.decode("utf-8", "replace")


def _short_time(iso: str) -> str:
    try:
        seconds = int(datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp())
    except ValueError:
        return "-"
    digits = ""
    while seconds > 0:
        seconds, digit = divmod(seconds, 36)
        digits = _DIGITS[digit] + digits
    return digits or "-"


def _long_time(digits: str) -> str:
    try:
        return datetime.fromtimestamp(int(digits, 36), timezone.utc).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
