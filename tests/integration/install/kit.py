"""A repository to install into, and a program that tells what the hooks call it with."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.integration.git.kit import GitRepo
from tests.support.shell import sh

PROGRAM = Path(sys.executable).parent / "safeguards"
HOOKS = ("pre-commit", "pre-push", "post-push")

TELLING = """\
#!{python}
import json, os, sys
if sys.argv[1:2] == ["hook"]:
    stage = sys.argv[2]
    told = {{"who": stage, "args": sys.argv[3:], "stdin": ""}}
    if stage in ("pre-push", "post-receive"):
        told["stdin"] = sys.stdin.read()
    with open({log!r}, "a") as log:
        log.write(json.dumps(told) + "\\n")
    sys.exit(int(os.environ.get("TOLD_TO_EXIT", "0")))
from safeguards.cli.main import run
run()
"""


class Told:
    """The log that programs and hooks write of their calls."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def calls(self) -> list[dict[str, object]]:
        """All calls since the last look."""
        text = self.path.read_text() if self.path.exists() else ""
        self.path.unlink(missing_ok=True)
        return [json.loads(line) for line in text.splitlines()]

    def who(self) -> list[str]:
        """Who was called, in order."""
        return [str(call["who"]) for call in self.calls()]


def telling_program(folder: Path, told: Told) -> Path:
    """The console script, which only notes what hooks ask of it and exits as TOLD_TO_EXIT says."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "safeguards"
    program.write_text(TELLING.format(python=sys.executable, log=str(told.path)))
    program.chmod(0o755)
    return program


def earlier_hook(told: Told, who: str, interpreter: str = "/bin/sh") -> str:
    """A hook that notes its arguments and standard input and exits as EARLIER_EXITS says."""
    note = (
        "import json, sys; "
        "told = {'who': sys.argv[2], 'args': sys.argv[3:], 'stdin': sys.stdin.read()}; "
        "open(sys.argv[1], 'a').write(json.dumps(told) + '\\n')"
    )
    reading = "" if who.startswith(("pre-push", "post-receive")) else " </dev/null"
    return (
        f"#!{interpreter}\n# what was here before\n"
        f'{sys.executable} -c "{note}" {told.path} {who} "$@"{reading}\n'
        'exit "${EARLIER_EXITS:-0}"\n'
    )


def put_hook(repo: GitRepo, name: str, content: str, mode: int = 0o755) -> Path:
    """A hook of somebody else in the repository's own folder."""
    path = repo.write(f".git/hooks/{name}", content)
    path.chmod(mode)
    return path


def install(at: Path, *options: str, program: Path = PROGRAM, ok: tuple[int, ...] = (0,)) -> str:
    """`safeguards install`, and what it says on standard output."""
    return sh(program, "install", *options, cwd=at, ok=ok)


def uninstall(at: Path, *options: str, program: Path = PROGRAM, ok: tuple[int, ...] = (0,)) -> str:
    """`safeguards uninstall`, and what it says."""
    return sh(program, "uninstall", *options, cwd=at, ok=ok)


def tries(
    *argv: str | Path, cwd: Path, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """A command, whatever comes of it."""
    return subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder with its mode and content; a link with where it leads."""
    return dict(_walk(folder, folder))


def _walk(folder: Path, top: Path) -> Iterator[tuple[str, tuple[int, bytes]]]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            yield str(path.relative_to(top)), (0, os.fsencode(path.readlink()))
        elif path.is_dir():
            yield from _walk(path, top)
        else:
            yield str(path.relative_to(top)), (stat.S_IMODE(path.stat().st_mode), path.read_bytes())


def untouched(git_dir: Path) -> dict[str, tuple[int, bytes]]:
    """The hooks and the configuration of a repository, and its other files but our own state."""
    return {
        name: facts
        for name, facts in everything(git_dir).items()
        if not name.startswith(("safeguards/", "objects/", "logs/", "refs/", "index"))
    }
