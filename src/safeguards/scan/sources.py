"""What the scanner reads: file contents by path, wherever they came from."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from safeguards.contents import Contents, digest


class Sources(msgspec.Struct, frozen=True):
    """The Python files of a project.

    Keys are POSIX paths relative to the project's top. `unreadable` maps a path to why it
    could not be read (permission, symlink loop); each becomes a warning SG100.
    """

    files: Mapping[str, bytes]
    unreadable: Mapping[str, str] = {}

    def digest(self, path: str) -> bytes:
        """The digest of one of `files`."""
        if isinstance(self.files, Contents):
            return self.files.digest(path)
        return digest(self.files[path])
