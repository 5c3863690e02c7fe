from __future__ import annotations

import pytest

from safeguards.sync.databases import asking


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("select 1", "select ?"),
        (
            "select * from t1 where a = 'it''s' and b = 2.5",
            "select * from t1 where a = ? and b = ?",
        ),
        ("update t set a = $x$secret 'one'$x$ where true", "update t set a = ? where true"),
        ("  begin;\nselect 'secret'", "begin;"),
        ("insert into t values ('one\ntwo'),\n(3)", "insert into t values (?),"),
        ("select 'cut off in the mid", "select ?"),
        ("select $$cut off", "select ?"),
        ("select E'a\\'secret' from t", "select E? from t"),
        ("", ""),
        (None, ""),
    ],
)
def test_values_are_masked(query: str | None, shown: str) -> None:
    assert asking.masked(query) == shown


def test_lines_are_sorted_and_are_lines() -> None:
    assert asking.lines((("b\n  c",), ("a",), (None,))) == ("", "a", "b c")


def test_very_many_lines_end_in_a_hash_of_the_rest() -> None:
    many = [f"{i:06}" for i in range(asking.MOST_LINES + 2)]
    kept = asking.bounded(many)
    assert len(kept) == asking.MOST_LINES + 1
    assert kept[-1].startswith("and 2 more lines, sha256 ")
    assert asking.bounded([*many[:-1], "other"])[-1] != kept[-1]
    assert asking.bounded(many[:-2]) == tuple(many[:-2])
