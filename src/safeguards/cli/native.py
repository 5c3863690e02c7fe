"""One verdict for one git command, where pre-commit calls us and our own hook is there too.

Below pre-commit our native hook runs first and leaves its verdict, under the git process that
called both; the entries of pre-commit's configuration then repeat that. Above pre-commit our
hook comes last and says so in a variable; the entries leave the verdict to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.errors import UnreachableError
from safeguards.system import environment, git

if TYPE_CHECKING:
    from safeguards.system.git import Repository

LATER = "SAFEGUARDS_HOOK"
"""Stage and work tree of a hook of ours that will judge when this has ended."""
KEPT_BY_PRE_COMMIT = "PRE_COMMIT_RUNNING_LEGACY"
IN_PRE_COMMIT = "PRE_COMMIT"


class Note(msgspec.Struct, frozen=True):
    """What our hook found under one git process: an exit code for each thing that judges."""

    pid: int
    started: str
    codes: Mapping[str, int]


def remember(codes: Mapping[str, int]) -> None:
    """Leave the verdict of our native hook for entries that pre-commit calls after it."""
    environ = environment.variables()
    if KEPT_BY_PRE_COMMIT not in environ or IN_PRE_COMMIT in environ:
        return
    from safeguards.system import processes
    from safeguards.system.hook_files import HookFiles

    caller, repository = processes.calling_git(), git.discover(Path.cwd(), for_hook=True)
    if caller is None or repository is None:
        return
    folder = _folder(repository)
    note = Note(caller.pid, caller.started, codes)
    try:
        _forget(folder)
        HookFiles().write(
            str(folder / f"{caller.pid}.json"), msgspec.json.encode(note), executable=False
        )
    except UnreachableError:
        return  # judged twice then, which is only slower


def verdict(stage: str, judge: str) -> int | None:
    """The exit code of a verdict that is given or will be, for this very git command; else None."""
    environ = environment.variables()
    place, _, folder = environ.get(LATER, "").partition(" ")
    if place == stage and Path(folder).resolve() == Path.cwd().resolve():
        click.echo("left to the hook of `safeguards install`, which runs next", err=True)
        return 0
    if IN_PRE_COMMIT not in environ or KEPT_BY_PRE_COMMIT in environ:
        return None
    from safeguards.system import processes

    caller, repository = processes.calling_git(), git.discover(Path.cwd(), for_hook=True)
    if caller is None or repository is None:
        return None
    note = _read(_folder(repository) / f"{caller.pid}.json")
    if note is None or note.started != caller.started or judge not in note.codes:
        return None
    click.echo("as judged above, by the hook of `safeguards install`", err=True)
    return note.codes[judge]


def _folder(repository: Repository) -> Path:
    return repository.common_dir / "safeguards" / "judged"


def _read(path: Path) -> Note | None:
    from safeguards.system import hook_files

    seen = hook_files.see(str(path))
    try:
        return msgspec.json.decode((seen and seen.content) or b"", type=Note)
    except msgspec.MsgspecError:
        return None


def _forget(folder: Path) -> None:
    """Remove the notes of git processes that have ended."""
    from safeguards.system import processes
    from safeguards.system.hook_files import HookFiles

    for path in sorted(folder.glob("*.json")):
        note = _read(path)
        if note is None or not processes.is_alive(note.pid, note.started):
            HookFiles().remove(str(path))
