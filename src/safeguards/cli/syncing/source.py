"""The commit that production is to come to, as git has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.scans.scanning import Request, run_scan
from safeguards.cli.standings.inputs import folder_in, inputs_of
from safeguards.errors import SafeguardsError
from safeguards.health.heads import Committed, committed_heads
from safeguards.system.changes import changed_files
from safeguards.system.export import export
from safeguards.system.project import Project
from safeguards.system.remotes import is_ancestor
from safeguards.system.tree_files import TreeFiles
from safeguards.system.trees import BlobStore, CommittedTree

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.config.targets import Target
    from safeguards.health.heads import Heads
    from safeguards.health.wanted import Alembic
    from safeguards.system.git import Repository


def committed(repository: Repository, commit: str, found: Found) -> Committed:
    """The files of a commit, from the configuration's folder on, to compare production with."""
    tree = CommittedTree(BlobStore(repository), repository.tree_files(commit))
    folder = folder_in(repository, found) or ""
    return Committed(f"commit {commit[:12]}", TreeFiles(tree, folder))


class CommitSource:
    """A commit of this repository, and which of its files production is made of."""

    def __init__(
        self, repository: Repository, commit: str, found: Found, target: Target, wanted: Alembic
    ) -> None:
        self.commit = commit
        self._repository = repository
        self._counts: Callable[[str], bool] = inputs_of(repository, found, target)
        self._wanted = wanted
        self._found = found

    def heads(self) -> Heads | None:
        """The migrations of the commit; None when it has none, `UnreachableError` when they cannot
        be read.
        """
        files = committed(self._repository, self.commit, self._found)
        path = self._wanted.ini or next(iter(files.files.find("alembic.ini")), "")
        if not path or files.files.read(path) is None:
            return None
        return committed_heads(files, self._wanted, lambda: None)

    def differing(self, other: str) -> tuple[str, ...] | None:
        """The files that count and are not alike in another commit; None when that is not here."""
        changed = changed_files(self._repository, other, self.commit)
        return None if changed is None else tuple(path for path in changed if self._counts(path))

    def precedes(self, other: str) -> bool:
        """Whether the other commit is known to come after this one."""
        return other != self.commit and bool(is_ancestor(self._repository, self.commit, other))

    def export(self, folder: Path) -> None:
        """Write the files of the commit into a new folder."""
        export(self._repository, self.commit, folder)

    def modules(self) -> tuple[str, ...]:
        """The import names of the modules that hold models, as the scanner sees them."""
        top = self._repository.top or self._repository.git_dir
        project = Project(top, top, self._repository, ())
        request = Request(
            paths=(), staged=False, rev=self.commit, config_path=None, strict=False, project=project
        )
        try:
            models = run_scan(request).models()["models"]
        except SafeguardsError:
            return ()
        return tuple(dict.fromkeys(each["module"] for each in models if each["table"]))
