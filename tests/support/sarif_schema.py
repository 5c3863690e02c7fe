"""The official JSON Schema of SARIF 2.1.0, from the npm package that ships it; kept in .cache."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.support.needs import Unavailable
from tests.support.shell import CACHE, OUTER

PACKAGE = "@microsoft/jest-sarif"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
SECONDS = 60


def sarif_schema() -> dict[str, Any]:
    """The schema as a document; raises `Unavailable` where npm cannot fetch it."""
    kept = CACHE / "downloads" / Path(MEMBER).name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".tmp")
        draft.write_bytes(_fetched())
        draft.replace(kept)
    return dict(json.loads(kept.read_bytes()))


def _fetched() -> bytes:
    if shutil.which("npm", path=OUTER.get("PATH")) is None:
        raise Unavailable("npm", "npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", PACKAGE],
                cwd=folder,
                env=OUTER,
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise Unavailable("npm", f"npm cannot fetch {PACKAGE}: {error}") from error
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            return member.read()
