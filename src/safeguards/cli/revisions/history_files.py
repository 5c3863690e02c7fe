"""Reads the histories of a tree, each content once in all runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from safeguards.cli.revisions.history_settings import HistorySettings
from safeguards.globs import matches
from safeguards.migrations.environments import Found, belongs, find_environments
from safeguards.migrations.history import History, named
from safeguards.migrations.known import KnownFiles
from safeguards.migrations.revision_file import RevisionFile, unreadable
from safeguards.system.cache import FactsStore, cache_folder, code_stamp
from safeguards.system.git import Repository
from safeguards.system.trees import BlobStore, CommittedTree, Tree

Trouble = tuple[str, str]
"""A file of settings, and why what it names is not judged."""


class Collector:
    """Makes trees of a repository and reads histories from any tree."""

    def __init__(self, repository: Repository | None) -> None:
        self.repository = repository
        folder = cache_folder(repository.common_dir if repository else None)
        self._store = FactsStore(folder / "history") if folder else None
        self._known = KnownFiles(
            code_stamp("migrations"), self._store.load() if self._store else None
        )
        self._blobs = BlobStore(repository) if repository is not None else None

    def commit(self, commit: str) -> CommittedTree:
        """The tree of a commit given by its full name."""
        assert self.repository is not None
        assert self._blobs is not None
        return CommittedTree(self._blobs, self.repository.tree_files(commit))

    def index(self) -> CommittedTree:
        """What would be committed now."""
        assert self.repository is not None
        assert self._blobs is not None
        index = self.repository.index_files()
        return CommittedTree(self._blobs, index.files, index.unmerged)

    def histories(
        self, tree: Tree, settings: HistorySettings, *, missing_ok: bool = False
    ) -> tuple[tuple[History, ...], list[Trouble]]:
        """The histories of a tree, and the settings of Alembic that name none.

        Raises `ConfigError` when `migrations.config` is not in the tree, unless `missing_ok`.
        """
        names = tree.names()
        wanted = settings.config
        if missing_ok and wanted is not None and wanted not in names:
            return (), []
        tree.read(path for path in names if _is_settings(path))
        found = find_environments(names, lambda path: tree.read((path,)).get(path), wanted)
        judged = [each for each in found if not matches(each.config, settings.exclude)]
        troubles = [(each.config, each.trouble) for each in judged if each.environment is None]
        return tuple(self._read(tree, names, judged)), troubles

    def save(self) -> None:
        """Keep what was read for the next run."""
        if self._store is not None and self._known.changed:
            block = self._known.encode()
            if block is not None:
                self._store.save(block)

    def _read(
        self, tree: Tree, names: Collection[str], found: Iterable[Found]
    ) -> Iterator[History]:
        for each in found:
            place = each.environment
            if place is None:
                continue
            paths = [
                path
                for folder in place.version_locations
                for path in tree.listing(folder, recursive=place.recursive)
                if belongs(place, path)
            ]
            env = f"{place.script_location}/env.py" if place.script_location != "." else "env.py"
            blobs = tree.blobs([*paths, *((env,) if env in names else ())])
            files = self._files(tree, blobs)
            env_file = files.pop(env, None) if env not in paths else files.get(env)
            missing = {path: unreadable(tree.complaint(path)) for path in {*paths} - {*files}}
            yield History(
                each.config,
                place,
                {path: named(path, file) for path, file in (files | missing).items()},
                blobs,
                tree.read,
                env in names,
                env_file.width if env_file else 0,
            )

    def _files(self, tree: Tree, blobs: Mapping[str, str]) -> dict[str, RevisionFile]:
        new = [path for path, blob in blobs.items() if blob not in self._known]
        contents = tree.read(new)
        self._known.add({blobs[path]: content for path, content in contents.items()})
        return {path: self._known.file(blob) for path, blob in blobs.items() if blob in self._known}


class LateFiles(Mapping[str, bytes]):
    """Contents that are read when one of them is asked for."""

    def __init__(self, tree: Tree, paths: Iterable[str]) -> None:
        self._tree = tree
        self._paths = dict.fromkeys(paths)

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return self._tree.read(self._paths)[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _is_settings(path: str) -> bool:
    return path.rpartition("/")[2] in {"alembic.ini", "pyproject.toml", "safeguards.toml"}
