"""The lines that git gives a pre-push hook: what is to become what on the remote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeguards.journal.records import PushedRef

BRANCHES = "refs/heads/"
_FIELDS = 4


class MalformedLineError(ValueError):
    """A line that git does not write."""


def parse_lines(text: bytes) -> tuple[PushedRef, ...]:
    """The refs of a push; none for a push that has nothing to do.

    Undecodable bytes in names are kept as surrogates. Raises `MalformedLineError`.
    """
    return tuple(_parse(line) for line in text.split(b"\n") if line)


def is_zero(oid: str) -> bool:
    """Whether this is the name that git gives to nothing, in either object format."""
    return bool(oid) and not oid.strip("0")


def is_delete(ref: PushedRef) -> bool:
    """Whether the push removes the remote's ref."""
    return is_zero(ref.local_oid)


def deployed(refs: Iterable[PushedRef], branches: Sequence[str]) -> tuple[PushedRef, ...]:
    """The refs that put a commit on a deploy branch, the first branch of the list first."""
    order = {BRANCHES + branch: position for position, branch in enumerate(branches)}
    found = [ref for ref in refs if ref.remote_ref in order and not is_delete(ref)]
    return tuple(sorted(found, key=lambda ref: order[ref.remote_ref]))


def _parse(line: bytes) -> PushedRef:
    # A ref's name holds no space; what stands for it locally may: `HEAD@{1 day ago}`.
    parts = line.decode("utf-8", "surrogateescape").rsplit(" ", _FIELDS - 1)
    if len(parts) != _FIELDS or not all(parts) or not all(map(_is_oid, (parts[1], parts[3]))):
        raise MalformedLineError(f"not a line of the pre-push protocol: {line!r}")
    return PushedRef(*parts)


def _is_oid(text: str) -> bool:
    return len(text) in {40, 64} and not text.strip("0123456789abcdef")
