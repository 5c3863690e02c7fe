"""`scripts/verify-production-health.sh`, for those who have that name in their instructions."""

from __future__ import annotations

from safeguards.install.steps import Plan, Remove, RemoveFolder, Seen, Told, Write

FILE = "scripts/verify-production-health.sh"


def put(path: str, seen: Seen | None, text: bytes) -> Plan:
    """The script at its place; a file that is not ours stays."""
    if seen is not None and seen.content != text:
        return Plan((), (Told(path, "refused", "another file has that name"),))
    if seen == Seen(text):
        return Plan((), (Told(path, "unchanged"),))
    return Plan((Write(path, text),), (Told(path, "written", "calls safeguards verify"),))


def take_out(path: str, seen: Seen | None, text: bytes) -> Plan:
    """The script gone, unless somebody changed it."""
    if seen is None:
        return Plan()
    if seen.content != text:
        return Plan((), (Told(path, "kept", "it is not as it was written"),))
    folder = path.rpartition("/")[0]
    return Plan((Remove(path), RemoveFolder(folder)), (Told(path, "removed"),))
