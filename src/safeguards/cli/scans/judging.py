"""Judges a project with what earlier scans left behind: a whole result, else facts of files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from safeguards.scan.result import ScanResult
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.scan.verdicts import Verdicts
from safeguards.system.cache import FactsStore, cache_folder, code_stamp
from safeguards.system.known_files import KnownBlobs, KnownFiles

if TYPE_CHECKING:
    from safeguards.scan.cache import FactsCache
    from safeguards.scan.engine import Review
    from safeguards.scan.resolve.build import Resolution
    from safeguards.system.project import Project


Tick = Callable[[int, int], None]
"""Is told how many files of how many are read."""


class Kept:
    """What earlier scans of a project left behind, read when it is needed."""

    def __init__(self, project: Project) -> None:
        repository = project.repository
        folder = cache_folder(repository.common_dir if repository else None)
        self._folder, self._top = folder, project.top
        self._facts = FactsStore(folder / "facts") if folder else None
        self._verdicts = FactsStore(folder / "verdicts") if folder else None

    def files(self) -> KnownFiles:
        """What is known of the files of the work tree."""
        return KnownFiles(self._folder, self._top)

    def blobs(self) -> KnownBlobs:
        """What is known of the blobs of the repository."""
        return KnownBlobs(self._folder)

    @cached_property
    def facts(self) -> FactsCache:
        """What is known of the files by their contents."""
        from safeguards.scan.cache import FactsCache

        return FactsCache(self._facts.load() if self._facts else None)

    def save_facts(self) -> None:
        """Keep what is new."""
        if self._facts and self.facts.changed:
            self._facts.save(self.facts.encode())

    @cached_property
    def verdicts(self) -> Verdicts:
        """Whole results, by the code that judges now."""
        return Verdicts(code_stamp(), self._verdicts.load() if self._verdicts else None)

    def save_verdict(self, key: bytes, result: ScanResult) -> None:
        """Keep a whole result."""
        block = self.verdicts.with_result(key, result)
        if self._verdicts and block is not None:
            self._verdicts.save(block)


def judge(
    kept: Kept, sources: Sources, settings: ScanSettings, review: Review | None, tick: Tick
) -> tuple[ScanResult, Callable[[], Resolution]]:
    """The result, and the resolved project for whoever asks for it.

    With a `review` nothing is taken from or left as a whole result: it asks what no key holds.
    `tick` is told how far the reading is.
    """
    if review is not None:
        result, resolution = _scan(kept, sources, settings, review, tick)
        return result, lambda: resolution
    key = kept.verdicts.key(sources, settings)
    known = kept.verdicts.get(key)
    if known is not None:
        return known, lambda: _scan(kept, sources, settings, None, tick)[1]
    result, resolution = _scan(kept, sources, settings, None, tick)
    kept.save_verdict(key, result)
    return result, lambda: resolution


def _scan(
    kept: Kept, sources: Sources, settings: ScanSettings, review: Review | None, tick: Tick
) -> tuple[ScanResult, Resolution]:
    """Judge anew. The engine is loaded only now: most scans find that nothing has changed."""
    from safeguards.scan.engine import scan_and_resolve
    from safeguards.system.parallel import map_bytes

    spread = partial(map_bytes, tick=tick)
    judged = scan_and_resolve(sources, settings, cache=kept.facts, spread=spread, review=review)
    kept.save_facts()
    return judged
