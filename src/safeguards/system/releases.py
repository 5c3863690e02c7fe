"""Versions of a production that runs by commands: a folder for each, and links that name some.

A release is complete when the file of its facts lies beside its folder, which is written last.
Whoever makes one has claimed its folder, so that what was cut off can be told and removed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from safeguards.errors import UnreachableError
from safeguards.system import claims

NAME = re.compile(r"[0-9a-f]{12}-[0-9a-f]{8}")
LINK = ".link-"
DRAFT = ".json-"


class Facts(msgspec.Struct, frozen=True):
    """What is known of a release, as its file says it."""

    commit: str
    heads: tuple[str, ...] = ()
    previous: str = ""
    built_at: str = ""


class Release(msgspec.Struct, frozen=True):
    """A complete release."""

    name: str
    folder: Path
    facts: Facts


class Draft(msgspec.Struct, frozen=True):
    """A release that is being made; `claim` is for the processes that make it to inherit."""

    name: str
    folder: Path
    claim: int


class Releases:
    """The releases of one target, below one folder, which appears with the first of them.

    Every call that writes raises `UnreachableError` when the folder cannot be written.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self._now = now

    @contextmanager
    def made_of(self, source: Path, commit: str) -> Iterator[Draft]:
        """A new release with the files of `source`, which are moved there.

        It is removed at the end unless `finish` was called.
        """
        name = f"{commit[:12]}-{uuid.uuid4().hex[:8]}"
        folder = self.folder / name
        with ExitStack() as claiming:
            try:
                with _explained(self.folder):
                    self.folder.mkdir(parents=True, exist_ok=True)
                    claim = self._moved(source, folder, claiming)
                yield Draft(name, folder, claim)
            finally:
                claiming.close()
                if not self._facts(name).exists():
                    claims.remove(folder)

    def finish(self, draft: Draft, commit: str, heads: tuple[str, ...], previous: str) -> Release:
        """Call a release complete: from now on it is found, whatever happens."""
        facts = Facts(commit, heads, previous, self._now().isoformat())
        path = self.folder / f"{DRAFT}{draft.name}"
        with _explained(self.folder):
            with path.open("wb") as file:
                file.write(msgspec.json.encode(facts))
                file.flush()
                os.fsync(file.fileno())
            path.replace(self._facts(draft.name))
        return Release(draft.name, draft.folder, facts)

    def get(self, name: str) -> Release | None:
        """The complete release of this name."""
        folder = self.folder / name
        if NAME.fullmatch(name) is None or not folder.is_dir():
            return None
        try:
            facts = msgspec.json.decode(self._facts(name).read_bytes(), type=Facts)
        except (OSError, msgspec.DecodeError):
            return None
        return Release(name, folder, facts)

    def complete(self) -> tuple[Release, ...]:
        """Every complete release, newest first."""
        found = [each for each in map(self.get, self._names()) if each is not None]
        return tuple(sorted(found, key=lambda each: (each.facts.built_at, each.name), reverse=True))

    def point(self, link: str, name: str) -> None:
        """Let a link lead to a release, from one moment to the next."""
        draft = self.folder / f"{LINK}{uuid.uuid4().hex[:8]}"
        with _explained(self.folder):
            draft.symlink_to(name)
            draft.replace(self.folder / link)

    def pointed(self, link: str) -> Release | None:
        """The complete release that a link leads to."""
        try:
            return self.get(str((self.folder / link).readlink()))
        except OSError:
            return None

    def unpoint(self, link: str) -> None:
        """Remove a link; harmless when there is none."""
        with _explained(self.folder):
            (self.folder / link).unlink(missing_ok=True)

    def tidy(self, kept: Collection[str], newest: int) -> tuple[str, ...]:
        """Remove what was cut off, and complete releases but the `newest` ones beside those that
        are `kept`; the names of those removed.
        """
        spare = [each.name for each in self.complete() if each.name not in kept]
        old = {*spare[newest:], *(name for name in self._names() if self.get(name) is None)}
        for name in sorted(old):
            # What is half removed is no release any more.
            with contextlib.suppress(OSError):
                self._facts(name).unlink(missing_ok=True)
        removed = tuple(name for name in sorted(old) if claims.remove(self.folder / name))
        for pattern in (f"{LINK}*", f"{DRAFT}*"):
            for left in self.folder.glob(pattern):
                with contextlib.suppress(OSError):
                    left.unlink()
        return removed

    def _names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(each.name for each in self.folder.iterdir() if NAME.fullmatch(each.name))

    def _facts(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _moved(self, source: Path, folder: Path, claiming: ExitStack) -> int:
        """Move or copy the files; the claim on the folder, made before it has its name."""
        claim = claiming.enter_context(claims.claimed(source))
        try:
            source.rename(folder)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return claim
        folder.mkdir()
        claim = claiming.enter_context(claims.claimed(folder))
        shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(source, ignore_errors=True)
        return claim


def folder_of(common_dir: Path, target: str) -> Path:
    """Where the releases of a target of this repository are."""
    return common_dir / "safeguards" / "releases" / quote(target, safe=" ").replace(".", "%2E")


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreachableError(
            f"{getattr(error, 'filename', None) or folder} cannot be written: {reason}",
            hint="make room and make it writable: releases are kept there",
        ) from error
