"""A file that lives as long as the command that reads it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(name: str, text: str) -> Iterator[Path]:
    """A file of this name and text in a new folder that only its owner may enter; then neither."""
    folder = Path(tempfile.mkdtemp(prefix="safeguards-"))
    try:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
