"""The scanner's input as the index or a commit holds it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence

from safeguards.contents import LateContents
from safeguards.errors import InternalError, UsageError
from safeguards.system import git
from safeguards.system.known_files import KnownBlobs
from safeguards.system.project import Project
from safeguards.system.source_files import too_large
from safeguards.system.sources import Collected, is_source, under

SETTINGS = frozenset({"pyproject.toml", "safeguards.toml"})
"""Names of the files that may hold the configuration."""

Listing = Mapping[str, git.Entry]
"""The files of a commit by project path."""


def collect_index(project: Project, known: KnownBlobs | None = None) -> Collected:
    """Read what would be committed now; a file with a merge conflict is not readable."""
    repository = _repository(project)
    index = repository.index_files()
    _check_named(project, {*index.files, *index.unmerged}, "the index")
    collected = _read_entries(repository, index.files, project.named, known)
    conflict = "it has a merge conflict: resolve it, then `git add` it"
    conflicts = {path: conflict for path in index.unmerged if is_source(path, project.named)}
    return Collected(collected.files, {**collected.unreadable, **conflicts})


def list_commit(project: Project, rev: str) -> Listing:
    """What a commit holds; `UsageError` when `rev` names none."""
    repository = _repository(project)
    return repository.tree_files(repository.resolve(rev))


def collect_commit(
    project: Project,
    rev: str,
    known: KnownBlobs | None = None,
    listing: Listing | None = None,
) -> Collected:
    """Read the files of a commit; `listing` is what it holds, where that is known already."""
    repository = _repository(project)
    entries = list_commit(project, rev) if listing is None else listing
    _check_named(project, entries, f"commit {rev}")
    return _read_entries(repository, entries, project.named, known)


def collect_settings(
    project: Project, rev: str | None, listing: Listing | None = None
) -> dict[str, bytes]:
    """The configuration files of a commit, or of the index without `rev`, by project path."""
    repository = _repository(project)
    entries = listing
    if entries is None:
        entries = list_commit(project, rev) if rev else repository.index_files().files
    named = {
        path: entry.oid
        for path, entry in entries.items()
        if entry.is_file and posixpath.basename(path) in SETTINGS
    }
    sizes = repository.blob_sizes(named.values())
    wanted = {
        path: oid for path, oid in named.items() if oid in sizes and not too_large(sizes[oid])
    }
    contents = repository.read_blobs(wanted.values())
    return {path: contents[oid] for path, oid in wanted.items()}


def _read_entries(
    repository: git.Repository,
    entries: Mapping[str, git.Entry],
    named: Sequence[str],
    known: KnownBlobs | None,
) -> Collected:
    wanted = {path: entry for path, entry in entries.items() if is_source(path, named)}
    known = known or KnownBlobs(None)
    unreadable: dict[str, str] = {}
    blobs = _follow_links(repository, entries, wanted, unreadable)
    digests = {path: found for path, oid in blobs.items() if (found := known.digest(oid))}
    unknown = {path: oid for path, oid in blobs.items() if path not in digests}
    sizes = repository.blob_sizes(unknown.values())
    for path, oid in unknown.items():
        missing = "" if oid in sizes else "git does not have its content here"
        if reason := missing or too_large(sizes[oid]):
            unreadable[path] = reason
    readable = {path: oid for path, oid in unknown.items() if path not in unreadable}
    contents = repository.read_blobs(readable.values())
    for oid, content in contents.items():
        known.note(oid, content)
    known.save()

    def load(_path: str) -> Mapping[str, bytes]:
        late = repository.read_blobs(blobs[path] for path in digests)
        return {path: late[blobs[path]] for path in digests if blobs[path] in late}

    read = {path: contents[oid] for path, oid in readable.items()}
    return Collected(LateContents(read, digests, load), unreadable)


def _follow_links(
    repository: git.Repository,
    entries: Mapping[str, git.Entry],
    wanted: Mapping[str, git.Entry],
    unreadable: dict[str, str],
) -> dict[str, str]:
    """The blob of each wanted path. Links that leave the listing or double a file drop out."""
    blobs = {path: entry.oid for path, entry in wanted.items() if entry.is_file}
    links = {path: entry for path, entry in entries.items() if entry.is_link}
    if not any(path in links for path in wanted):
        return blobs
    leads = repository.read_blobs(entry.oid for entry in links.values())
    for path in wanted:
        if path not in links:
            continue
        seen = [path]
        while seen[-1] in links:
            lead = os.fsdecode(leads.get(links[seen[-1]].oid, b""))
            step = posixpath.normpath(posixpath.join(posixpath.dirname(seen[-1]), lead))
            if step in seen:
                unreadable[path] = "a loop of symbolic links"
                break
            seen.append(step)
        end = seen[-1]
        if end in entries and end not in wanted and path not in unreadable:
            blobs[path] = entries[end].oid
    return blobs


def _check_named(project: Project, listed: Iterable[str], where: str) -> None:
    known = set(listed)
    for path in project.named:
        if path != "." and path not in known and not any(under(one, (path,)) for one in known):
            raise UsageError(
                f"no such file or folder in {where}: {project.display(path)}",
                hint="without --staged and --commit, the work tree is read",
            )


def _repository(project: Project) -> git.Repository:
    if project.repository is None:
        raise InternalError("a project without a repository has no index and no commits")
    return project.repository
