"""Which files of a project are parsed, and what they say: only where it can matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from safeguards.scan.cache import Entry, FactsCache
from safeguards.scan.extract import extract, readable_text
from safeguards.scan.facts import FileFacts, Ignore
from safeguards.scan.outline import Outline, outline, relevant
from safeguards.scan.sketch import SPEAKS, Sketch, sketch, wanted
from safeguards.scan.sources import Sources

R = TypeVar("R")


class Spread(Protocol):
    """Applies a module-level function to many contents, in order; maybe on several cores."""

    def __call__(self, function: Callable[[bytes], R], contents: list[bytes], /) -> Iterable[R]:
        """The results, in the order of `contents`."""


def one_by_one(function: Callable[[bytes], R], contents: list[bytes]) -> Iterable[R]:
    """Work in this process."""
    return map(function, contents)


def extract_one(data: bytes) -> Entry:
    """The cache entry of one file."""
    facts = extract(data)
    text = None if facts.fault else readable_text(data)
    return Entry.of(facts, Outline() if text is None else outline(facts, text))


def sketch_one(data: bytes) -> tuple[Sketch, Entry | None]:
    """The sketch of one file, with its entry where it is needed in any case."""
    text = readable_text(data)
    found = SPEAKS if text is None else sketch(text)
    return found, extract_one(data) if found.speaks else None


class Reading:
    """The files of one scan. A file is parsed when it holds a word of mapping, when what it
    declares may descend from or be named by one that does, or when a module is loaded by name.

    What is said of a file depends on the files alone, never on what a cache holds.
    """

    def __init__(
        self,
        sources: Sources,
        cache: FactsCache,
        spread: Spread,
        *,
        like: Reading | None = None,
    ) -> None:
        self.sources = sources
        self._cache = cache
        self._aside: FactsCache | None = None
        self._spread = spread
        self.keys: dict[str, bytes] = {}
        for path in sorted(sources.files):
            same = like is not None and like.sources.files.get(path) is sources.files[path]
            self.keys[path] = like.keys[path] if like and same else sources.digest(path)
        self._parsed: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[str]:
        """The paths of all files, sorted."""
        return iter(self.keys)

    def of_changed(self, files: Mapping[str, bytes]) -> Reading:
        """The reading of other contents: this one remembers them, its cache keeps none of them."""
        self._aside = self._aside or self._cache.apart()
        sources = Sources(files, self.sources.unreadable)
        return Reading(sources, self._aside, one_by_one, like=self)

    def seeds(self) -> list[str]:
        """The files from which the project is resolved; see `relevant`."""
        sketches = self._sketches()
        self._parse([path for path, each in sketches.items() if each.speaks])
        silent = {path: each for path, each in sketches.items() if not each.speaks}
        while more := wanted(silent, (entry.outline for entry in self._parsed.values())):
            self._parse(more)
            for path in more:
                del silent[path]
        return relevant({path: self._parsed[path].outline for path in sorted(self._parsed)})

    def facts(self, path: str) -> FileFacts:
        """The facts of one file, which then counts as read."""
        if path not in self._parsed:
            self._parse([path])
        return self._parsed[path].facts() or extract(self.sources.files[path])

    def ignores(self) -> dict[str, tuple[Ignore, ...]]:
        """The ignore comments of every file that has some."""
        return {path: entry.ignores for path, entry in self._parsed.items() if entry.ignores}

    def faults(self) -> Iterator[tuple[str, Entry]]:
        """The files that were to be parsed and could not be."""
        return ((path, entry) for path, entry in sorted(self._parsed.items()) if entry.fault)

    def _sketches(self) -> dict[str, Sketch]:
        unknown = self._contents(
            path for path, key in self.keys.items() if self._cache.sketch(key) is None
        )
        results = self._spread(sketch_one, list(unknown.values()))
        for key, (found, entry) in zip(unknown, results, strict=True):
            self._cache.put_sketch(key, found)
            if entry is not None:
                self._cache.put(key, entry)
        return {path: self._cache.sketch(key) or SPEAKS for path, key in self.keys.items()}

    def _parse(self, paths: list[str]) -> None:
        unknown = self._contents(path for path in paths if self._cache.get(self.keys[path]) is None)
        for key, entry in zip(
            unknown, self._spread(extract_one, list(unknown.values())), strict=True
        ):
            self._cache.put(key, entry)
        self._parsed.update((path, self._cache.entry(self.keys[path])) for path in paths)

    def _contents(self, paths: Iterable[str]) -> dict[bytes, bytes]:
        return {self.keys[path]: self.sources.files[path] for path in paths}
