from __future__ import annotations

import msgspec
from tests.support.histories import text

from safeguards.migrations.known import KnownFiles
from safeguards.migrations.revision_file import read_file

CONTENT = text("1", None, "branch_labels = 'a'").encode()


def test_what_was_read_once_is_known_again() -> None:
    first = KnownFiles("now")
    first.add({"blob": CONTENT, "broken": b"def ("})
    assert first.changed
    block = first.encode()
    assert block is not None
    again = KnownFiles("now", block)
    assert "blob" in again
    assert again.file("blob") == read_file(CONTENT)
    assert again.file("broken") == read_file(b"def (")
    assert not again.changed


def test_other_code_and_damaged_blocks_are_forgotten() -> None:
    first = KnownFiles("then")
    first.add({"blob": CONTENT})
    block = first.encode()
    assert block is not None
    assert "blob" not in KnownFiles("now", block)
    for damaged in (b"", block[:-3], b"\xff" * 40, msgspec.msgpack.encode([1, 2])):
        assert "blob" not in KnownFiles("then", damaged)


def test_an_id_that_is_no_unicode_is_read_and_not_kept() -> None:
    files = KnownFiles("now")
    files.add({"blob": b"revision = '\\ud800'\ndown_revision = None\n"})
    assert files.file("blob").id == "\ud800"
    assert files.encode() is None
