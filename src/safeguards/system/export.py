"""The files of a commit in a folder of their own, as git checks them out: whole or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import UnreachableError
from safeguards.system import claims
from safeguards.system.leash import leashed

if TYPE_CHECKING:
    from safeguards.system.git import Repository

EXPORTING = 600.0
"""Seconds that writing the files may take."""

PART = ".part-"
"""What follows the name of a folder in that of its unfinished state."""

AS_IT_IS = ("core.sparseCheckout=false", "core.fsmonitor=false", "core.splitIndex=false")
"""Settings of a work tree that do not count for an export, which has everything."""

_SUBMODULE = b"160000"


class Exported(msgspec.Struct, frozen=True):
    """A folder with the files of a commit; of its submodules there are only empty folders."""

    folder: Path
    commit: str
    submodules: tuple[str, ...] = ()


def export(repository: Repository, commit: str, folder: Path) -> Exported:
    """Write the files of a commit, given by its full name, into `folder`, which is new.

    It appears with all files in it, whatever ends this process. Filters, line ends, executable
    bits and symbolic links are those of a checkout; neither work tree nor index is touched.
    Raises `UnreachableError` when git or the disk refuses.
    """
    if os.path.lexists(folder):
        raise UnreachableError(f"{folder} is there already", hint="remove it")
    submodules = _submodules(repository, commit)
    part = folder.with_name(f"{folder.name}{PART}{uuid.uuid4().hex[:12]}")
    try:
        part.mkdir(parents=True)
        with claims.claimed(part) as claim:
            files = part / "files"
            files.mkdir()
            _check_out(repository, commit, part, claim)
            files.rename(folder)
    except OSError as error:
        raise UnreachableError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            hint="make room and make it writable",
        ) from error
    finally:
        claims.remove(part)
    return Exported(folder, commit, submodules)


def remove_unfinished(parent: Path) -> tuple[str, ...]:
    """Remove what exports into this folder left that were cut off; their names."""
    parts = sorted(parent.glob(f"*{PART}*"))
    return tuple(part.name for part in parts if claims.remove(part))


def _check_out(repository: Repository, commit: str, part: Path, claim: int) -> None:
    """Fill `files` of a folder; git and its filters hold the claim on it."""
    options = [word for setting in AS_IT_IS for word in ("-c", setting)]
    place = {
        "GIT_DIR": str(repository.git_dir),
        "GIT_WORK_TREE": str(part / "files"),
        "GIT_INDEX_FILE": str(part / "index"),
    }
    done = leashed(
        ("git", *options, "read-tree", "--reset", "-u", "--no-recurse-submodules", commit),
        timeout=EXPORTING,
        cwd=part / "files",
        env={**repository.environ, **place},
        held=(claim,),
    )
    if done.returncode != 0:
        raise UnreachableError(
            f"git cannot check out {commit}: {done.error_text.strip() or done.returncode}",
            hint="`git fsck` checks the repository; a filter of .gitattributes may be missing",
        )


def _submodules(repository: Repository, commit: str) -> tuple[str, ...]:
    done = repository.ask(("ls-tree", "-r", "-z", "--full-tree", commit))
    if done.returncode != 0:
        raise UnreachableError(f"git does not know {commit}: {done.error_text.strip()}")
    records = (record.partition(b"\t") for record in done.stdout.split(b"\0"))
    return tuple(os.fsdecode(name) for facts, _, name in records if facts.startswith(_SUBMODULE))
