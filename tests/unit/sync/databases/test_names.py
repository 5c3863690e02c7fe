from __future__ import annotations

import pytest

from safeguards.sync.databases import names
from safeguards.sync.keeping import APPLICATION, Holder

SINCE = "2026-11-29T01:02:03+00:00"


@pytest.mark.parametrize(
    "holder",
    [
        Holder("ada", "laptop", "1a2b3c4d", SINCE),
        Holder("Ada Lovelace", "build-7.example", "1a2b3c4d", SINCE),
        Holder("Zoë", "", "", ""),
        Holder("100% sure", "h", "", SINCE),
        Holder("a@b.example", "h", "1a2b3c4d", ""),
        Holder("王小明", "h", "1a2b3c4d", SINCE),
    ],
)
def test_a_holder_is_read_back(holder: Holder) -> None:
    name = names.session_name(holder)
    assert len(name) <= names.NAME_BYTES
    assert name.isascii()
    assert name.isprintable()
    assert names.read_session_name(name) == holder


def test_long_names_lose_their_end_and_keep_the_rest() -> None:
    name = names.session_name(Holder("é" * 50, "long-" * 20, "1a2b3c4d5e6f", SINCE))
    found = names.read_session_name(name)
    assert len(name) <= names.NAME_BYTES
    assert found is not None
    assert found.who
    assert set(found.who) == {"é"}
    assert "long-long-long-".startswith(found.host)
    assert (found.commit, found.since) == ("1a2b3c4d", SINCE)


@pytest.mark.parametrize(
    "name",
    ["", "psql", "safeguards", f"{APPLICATION} r1", "safeguards: ", "safeguards: a b"],
)
def test_the_names_of_others_are_not_read(name: str) -> None:
    assert names.read_session_name(name) is None


@pytest.mark.parametrize("name", ["safeguards: %zz@% - !", "safeguards: %ff - zzzzzzzzzzzzzzzzz"])
def test_nonsense_is_read_as_well_as_it_can_be(name: str) -> None:
    found = names.read_session_name(name)
    assert found is not None
    assert found.since == ""


def test_a_lock_is_not_ended_with_the_sessions_of_a_migration() -> None:
    assert not names.session_name(Holder(APPLICATION)).startswith(APPLICATION)


@pytest.mark.parametrize("database", ["npd", "été", "a", "b", "c", "d"])
def test_the_key_is_the_number_that_pg_locks_shows_in_halves(database: str) -> None:
    key = names.lock_key(database, "alembic_version")
    high, low = names.lock_halves(key)
    assert -(2**63) <= key < 2**63
    assert (high << 32 | low) == key % 2**64


def test_the_key_never_changes() -> None:
    assert names.lock_key("npd", "alembic_version") == -7704295888205473176
    assert (
        names.lock_name("npd", "alembic_version") == "safeguards:9514d7b573029a6832ec43363fccdf05"
    )


def test_keys_differ() -> None:
    given = [("a", "v"), ("b", "v"), ("a", "w")]
    assert len({names.lock_key(*each) for each in given}) == 3
    assert len({names.lock_name(*each) for each in given}) == 3
    assert all(len(names.lock_name(*each)) <= 64 for each in given)


def test_a_cut_is_between_characters() -> None:
    assert names.cut("é" * 40) == "é" * 31
    assert names.cut("plain") == "plain"
