"""File contents that may be read late: when they are asked for, where their digests are known."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping

from safeguards.errors import UnreachableError


def digest(data: bytes) -> bytes:
    """The name of a content: BLAKE2b, 16 bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()


class Contents(Mapping[str, bytes]):
    """Contents of which the digests may be known before they are read."""

    @abstractmethod
    def digest(self, path: str) -> bytes:
        """The digest of the content that `self[path]` gives."""


class ChangedMeanwhileError(UnreachableError):
    """A file is no longer what it was when this run began."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} changed while it was read", hint="run it again")


class LateContents(Contents):
    """Some contents, and others of which only the digests are known yet.

    `load` gives the content of at least the path that it is asked for. Raises
    `ChangedMeanwhileError` for one that no longer has its digest.
    """

    def __init__(
        self,
        read: Mapping[str, bytes],
        known: Mapping[str, bytes],
        load: Callable[[str], Mapping[str, bytes]],
    ) -> None:
        self._read = dict(read)
        self._digests = dict(known)
        self._load = load
        self._paths = sorted({*read, *known})

    def __getitem__(self, path: str) -> bytes:
        if path not in self._read:
            if path not in self._digests:
                raise KeyError(path)
            self._add(path, self._load(path))
        return self._read[path]

    def __contains__(self, path: object) -> bool:
        return path in self._read or path in self._digests

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def digest(self, path: str) -> bytes:
        """The digest of the content that `self[path]` gives."""
        if path not in self._digests:
            self._digests[path] = digest(self._read[path])
        return self._digests[path]

    def _add(self, path: str, loaded: Mapping[str, bytes]) -> None:
        for each, content in loaded.items():
            if digest(content) != self._digests[each]:
                raise ChangedMeanwhileError(each)
        if path not in loaded:
            raise ChangedMeanwhileError(path)
        self._read.update(loaded)
