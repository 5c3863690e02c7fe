"""What an install put where: `safeguards/installed.json` in the common git directory."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

FILE = "safeguards/installed.json"


class Record(msgspec.Struct, frozen=True):
    """Hooks by the folder that they were put in, folders that we made, configured hooks."""

    version: int = 1
    folders: Mapping[str, tuple[str, ...]] = {}
    made: tuple[str, ...] = ()
    configured: tuple[str, ...] = ()

    def with_folder(self, folder: str, names: tuple[str, ...], *, made: bool) -> Record:
        """The record after these hooks went into that folder."""
        return Record(
            folders={**self.folders, folder: names},
            made=tuple(dict.fromkeys((*self.made, *([folder] if made else [])))),
            configured=self.configured,
        )


def decode(content: bytes | None) -> Record:
    """The record in a file; an empty one for no file or one that is damaged."""
    if content is None:
        return Record()
    try:
        return msgspec.json.decode(content, type=Record)
    except msgspec.MsgspecError:
        return Record()


def encode(record: Record) -> bytes:
    """The same record always gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record, order="sorted")) + b"\n"
