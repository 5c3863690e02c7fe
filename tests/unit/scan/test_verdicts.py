"""Whole results: under the same key the same, under no other, and never more than a few."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.scan.kit import HEAD, keys, model

from safeguards.scan.engine import scan
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.scan.verdicts import MOST, Verdicts

POST = model("Post", *keys(a_id="user.id", b_id="user.id"), "u = relationship('User')")
SOURCES = Sources({"models.py": (HEAD + model("User") + POST).encode()}, {"x.py": "closed"})
SETTINGS = ScanSettings(ignore=frozenset({"SG110", "SG111"}))
RESULT = scan(SOURCES, SETTINGS)


def stored() -> tuple[bytes, bytes]:
    verdicts = Verdicts("code")
    key = verdicts.key(SOURCES, SETTINGS)
    block = verdicts.with_result(key, RESULT)
    assert block is not None
    return key, block


def test_a_result_comes_back_whole() -> None:
    key, block = stored()
    assert {f.rule for f in RESULT.findings} == {"SG100", "SG101"}
    assert Verdicts("code", block).get(key) == RESULT


DATA = SOURCES.files["models.py"]
OTHERS = {
    "another content": (Sources({"models.py": DATA + b"\n"}, SOURCES.unreadable), SETTINGS),
    "another path": (Sources({"model.py": DATA}, SOURCES.unreadable), SETTINGS),
    "one file more": (Sources({**SOURCES.files, "a.py": b""}, SOURCES.unreadable), SETTINGS),
    "nothing unreadable": (Sources(SOURCES.files), SETTINGS),
    "another reason": (Sources(SOURCES.files, {"x.py": "gone"}), SETTINGS),
    "another path unreadable": (Sources(SOURCES.files, {"y.py": "closed"}), SETTINGS),
    "other settings": (SOURCES, ScanSettings(ignore=frozenset({"SG110"}))),
    "another SQLAlchemy": (SOURCES, msgspec.structs.replace(SETTINGS, sqlalchemy="1.4")),
    "other files judged": (SOURCES, msgspec.structs.replace(SETTINGS, judged=frozenset())),
}


@pytest.mark.parametrize(("sources", "settings"), OTHERS.values(), ids=OTHERS.keys())
def test_whatever_differs_makes_another_key(sources: Sources, settings: ScanSettings) -> None:
    key, block = stored()
    other = Verdicts("code", block).key(sources, settings)
    assert other != key
    assert Verdicts("code", block).get(other) is None


def test_other_code_makes_another_key() -> None:
    assert Verdicts("other code").key(SOURCES, SETTINGS) != stored()[0]


def test_the_order_of_files_and_settings_makes_none() -> None:
    files = {"b.py": b"1", "a.py": b"2"}
    one, other = Verdicts("code"), Verdicts("code")
    assert one.key(Sources(files), SETTINGS) == other.key(
        Sources(dict(reversed(files.items()))),
        ScanSettings(ignore=frozenset(["SG111", "SG110"])),
    )


@pytest.mark.parametrize("at", range(0, len(stored()[1]), 7))
def test_a_damaged_block_raises_nothing(at: int) -> None:
    key, block = stored()
    for harmed in (block[:at], block[:at] + bytes([block[at] ^ 0xFF]) + block[at + 1 :]):
        Verdicts("code", harmed).get(key)


def test_only_the_last_few_are_kept() -> None:
    block: bytes | None = None
    for number in range(MOST + 3):
        block = Verdicts("code", block).with_result(b"%d" % number, RESULT)
    kept = Verdicts("code", block)
    known = [number for number in range(MOST + 3) if kept.get(b"%d" % number)]
    assert known == list(range(3, MOST + 3))


def test_a_result_with_a_name_that_is_no_text_is_not_kept() -> None:
    result = scan(Sources({}, {"\udcff.py": "closed"}))
    verdicts = Verdicts("code")
    key = verdicts.key(Sources({}, {"\udcff.py": "closed"}), SETTINGS)
    assert verdicts.with_result(key, result) is None
