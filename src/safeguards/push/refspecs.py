"""Which ref of a clone follows a ref of its remote, by the remote's fetch refspecs."""

from __future__ import annotations

from collections.abc import Iterable


def tracking_ref(refspecs: Iterable[str], ref: str) -> str | None:
    """The tracking ref of the remote's `ref`; None when nothing follows it."""
    found: str | None = None
    for spec in refspecs:
        if spec.startswith("^"):
            if _matched(spec[1:], ref) is not None:
                return None
            continue
        source, colon, target = spec.removeprefix("+").partition(":")
        middle = _matched(source, ref)
        if middle is not None and colon and target and found is None:
            found = target.replace("*", middle, 1)
    return found


def _matched(pattern: str, ref: str) -> str | None:
    """What the star of the pattern stands for ("" without one); None when it does not match."""
    head, star, tail = pattern.partition("*")
    if not star:
        return "" if pattern == ref else None
    if len(ref) < len(head) + len(tail) or not (ref.startswith(head) and ref.endswith(tail)):
        return None
    return ref[len(head) : len(ref) - len(tail)]
