"""Golden files: what a report or a transcript looks like, kept whole.

Names carry the exit code: `<case>.<exit code>.<format>`. `--update` rewrites them; without it a
mismatch leaves the new text beside the old one as `.actual`.
"""

from __future__ import annotations

import difflib
from pathlib import Path


class Golden:
    """Compares text with the files below one folder."""

    def __init__(self, folder: Path, *, update: bool) -> None:
        self.folder = folder
        self.update = update

    def check(self, name: str, actual: str) -> None:
        """Fail with a diff unless `actual` is the content of the golden file `name`."""
        path = self.folder / name
        beside = path.with_name(f"{path.name}.actual")
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if path.exists() and actual == expected:
            beside.unlink(missing_ok=True)
            return
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(actual, encoding="utf-8")
        lines = difflib.unified_diff(
            expected.splitlines(), actual.splitlines(), name, beside.name, lineterm=""
        )
        raise AssertionError("\n".join([*lines, f"not as {name}; `--update` accepts the new text"]))
