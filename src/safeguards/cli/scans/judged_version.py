"""Which SQLAlchemy a scan judges by when the configuration does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from safeguards.scan.settings import SQLAlchemyVersion
from safeguards.scan.versions import detect, ranked
from safeguards.system.installed import folder_of, version_in
from safeguards.system.project import Project
from safeguards.system.project_files import ProjectFiles

NEWEST: SQLAlchemyVersion = "2.1"
MOST_FOLDERS = 50
"""Folders below the top that are looked into."""


def judged_version(
    project: Project, files: ProjectFiles, folder: str, sources: Iterable[str]
) -> SQLAlchemyVersion:
    """The version in the nearest lock, requirements or pyproject; the newest without any.

    An installed package is judged by the version that is installed with it.
    Looks from what is judged upwards, beside the configuration (in `folder`), then up to two
    folders down, where sources lie.
    """
    for path in project.named:
        installed = folder_of(project.top / path)
        told = version_in(installed, "sqlalchemy") if installed is not None else None
        found = detect([("requirements.txt", f"sqlalchemy=={told}")]) if told else None
        if found is not None:
            return found
    for place in dict.fromkeys(_folders(project, folder, sources)):
        found = detect(_texts(files, place))
        if found is not None:
            return found
    return NEWEST


def _folders(project: Project, folder: str, sources: Iterable[str]) -> Iterator[str]:
    starts = [path for path in project.named if path != "."]
    if project.here.is_relative_to(project.top):
        starts.append(project.here.relative_to(project.top).as_posix())
    for start in starts:
        yield from map(_plain, (PurePosixPath(start), *PurePosixPath(start).parents))
    yield folder
    parts = {tuple(path.split("/", 2)[:-1]) for path in sources}
    below = {"/".join(each[:depth]) for each in parts for depth in (1, 2) if len(each) >= depth}
    yield from sorted(below, key=lambda place: (place.count("/"), place))[:MOST_FOLDERS]


def _plain(path: PurePosixPath) -> str:
    return "" if path == PurePosixPath() else path.as_posix()


def _texts(files: ProjectFiles, folder: str) -> Iterator[tuple[str, str]]:
    here = f"{folder}/" if folder else ""
    names = files.names(folder)
    names += [f"requirements/{name}" for name in files.names(f"{here}requirements")]
    for name in ranked(names):
        content = files.read(here + name)
        if content is not None:
            yield name, content.decode("utf-8", "replace")
