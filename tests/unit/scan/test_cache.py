from __future__ import annotations

import msgspec
import pytest
from tests.unit.scan.kit import HEAD, keys, model

from safeguards.contents import digest
from safeguards.scan import cache as caching
from safeguards.scan.cache import Entry, FactsCache
from safeguards.scan.engine import ScanResult, scan
from safeguards.scan.reading import extract_one
from safeguards.scan.sources import Sources

POST = model("Post", *keys(a_id="user.id", b_id="user.id"), "u = relationship('User')")
FILES = {
    "base.py": HEAD.encode(),
    "user.py": ("from base import *\n" + model("User")).encode(),
    "post.py": ("from base import *\n" + POST).encode(),
    "ignored.py": b"x = 1  # safeguards: ignore[SG101]\n",
    "broken.py": b"x = Column(\n",
    "plain.py": b"y = 1\n",
}
PLAIN = scan(Sources(FILES))


def scanned(cache: FactsCache) -> ScanResult:
    return scan(Sources(FILES), cache=cache)


def filled() -> bytes:
    cache = FactsCache()
    assert scanned(cache) == PLAIN
    assert cache.changed
    return cache.encode()


BLOCK = filled()


def test_a_warm_cache_changes_no_finding_and_has_nothing_new() -> None:
    assert {f.rule for f in PLAIN.findings} == {"SG100", "SG101", "SG190"}
    cache = FactsCache(BLOCK)
    assert scanned(cache) == PLAIN
    assert not cache.changed
    assert cache.encode() == BLOCK


def other_stamp() -> bytes:
    stamp, *kept = msgspec.msgpack.decode(BLOCK)
    return msgspec.msgpack.encode([f"{stamp} of another version", *kept])


def damaged_bodies() -> bytes:
    stamp, sketches, entries = msgspec.msgpack.decode(BLOCK)
    harmed = {key: [*entry[:-1], b"\xc1" + entry[-1][1:]] for key, entry in entries.items()}
    return msgspec.msgpack.encode([stamp, sketches, harmed])


USELESS = {
    "nothing": b"",
    "text": b"not a cache",
    "zeroes": b"\0" * 1000,
    "cut short": BLOCK[:-1],
    "with more behind it": BLOCK + b"\0",
    "of another version": other_stamp(),
    "another document": msgspec.msgpack.encode({"stamp": 1}),
    "deeply nested": b"\x91" * 100_000,
}


@pytest.mark.parametrize("block", USELESS.values(), ids=USELESS.keys())
def test_what_is_not_ours_is_forgotten(block: bytes) -> None:
    cache = FactsCache(block)
    assert cache.get(digest(FILES["user.py"])) is None
    assert scanned(cache) == PLAIN
    assert cache.changed


def test_a_damaged_body_is_read_again_from_the_source() -> None:
    assert scanned(FactsCache(damaged_bodies())) == PLAIN


@pytest.mark.parametrize("at", range(0, len(BLOCK), max(1, len(BLOCK) // 60)))
def test_a_block_with_one_byte_changed_raises_nothing(at: int) -> None:
    harmed = BLOCK[:at] + bytes([BLOCK[at] ^ 0xFF]) + BLOCK[at + 1 :]
    scanned(FactsCache(harmed))


def test_a_larger_block_than_allowed_is_not_even_decoded() -> None:
    huge = BLOCK.ljust(caching.MAX_BYTES + 1, b"\0")
    assert FactsCache(huge).get(digest(FILES["user.py"])) is None


def test_only_what_a_run_used_is_kept() -> None:
    cache = FactsCache(BLOCK)
    scan(Sources({"user.py": FILES["user.py"], "new.py": b"z = 1\n"}), cache=cache)
    after = FactsCache(cache.encode())
    assert after.get(digest(FILES["user.py"])) is not None
    assert after.sketch(digest(b"z = 1\n")) is not None
    assert after.get(digest(FILES["post.py"])) is None


def test_files_with_the_same_content_share_an_entry() -> None:
    cache = FactsCache()
    scan(Sources({"a.py": b"x = 1\n", "b/a.py": b"x = 1\n"}), cache=cache)
    _, sketches, entries = msgspec.msgpack.decode(cache.encode())
    assert (len(sketches), len(entries)) == (1, 0)


def test_an_entry_keeps_the_facts() -> None:
    entry = extract_one(FILES["ignored.py"])
    facts = entry.facts()
    assert isinstance(entry, Entry)
    assert facts is not None
    assert facts.ignores == entry.ignores
    assert extract_one(FILES["broken.py"]).fault.startswith("cannot be parsed")
