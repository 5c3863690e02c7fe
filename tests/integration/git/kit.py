"""A real git repository to test with."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.shell import sh


class GitRepo:
    """A work tree and its git; every command has a deadline and fails loudly."""

    def __init__(self, top: Path) -> None:
        self.top = top

    @classmethod
    def init(cls, top: Path, *, object_format: str = "sha1") -> GitRepo:
        top.mkdir(parents=True, exist_ok=True)
        sh("git", "init", "-q", f"--object-format={object_format}", top)
        return cls(top)

    def git(self, *arguments: str | Path) -> str:
        return sh("git", *arguments, cwd=self.top)

    def tries(
        self, *arguments: str | Path, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run git and hand back whatever came of it."""
        return subprocess.run(
            ["git", *map(str, arguments)],
            cwd=cwd or self.top,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def write(self, path: str, content: str | bytes = "") -> Path:
        at = self.top / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode() if isinstance(content, str) else content)
        return at

    def add(self, path: str, content: str | bytes = "") -> Path:
        at = self.write(path, content)
        self.git("--literal-pathspecs", "add", "--", path)
        return at

    def commit(self, message: str = "change") -> str:
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()
