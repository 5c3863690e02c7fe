from __future__ import annotations

import pytest

from safeguards.errors import RefusedError
from safeguards.health.queries import single
from safeguards.system.database import Dialect

EVERYWHERE: tuple[Dialect, ...] = ("postgresql", "mysql", "sqlite")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (" select 1 ;; ", "select 1"),
        ("select 1 -- one", "select 1"),
        ("select 1; -- one;\n/* two; */ ;", "select 1"),
        ("-- first\nselect 1", "-- first\nselect 1"),
        ("select ';' -- it's", "select ';'"),
        ("select 'it''s; x'", "select 'it''s; x'"),
        ("with a as (select 1) select * from a", "with a as (select 1) select * from a"),
        ("select /* ; */ 1", "select /* ; */ 1"),
    ],
)
@pytest.mark.parametrize("dialect", EVERYWHERE)
def test_what_ends_a_query_is_taken_away(query: str, kept: str, dialect: Dialect) -> None:
    assert single(query, dialect) == kept


@pytest.mark.parametrize(
    "query",
    [
        "select 1; drop table t",
        "select 1) as x; commit; drop table t; select * from (select 1",
        "select 1;--\ndrop table t",
        "select 1; /* */ select 2",
        "select 'a",
        'select "a',
        "select 'a''; select 1",
    ],
)
@pytest.mark.parametrize("dialect", EVERYWHERE)
def test_more_than_one_statement_is_refused(query: str, dialect: Dialect) -> None:
    with pytest.raises(RefusedError, match=r"more than one|does not end"):
        single(query, dialect)


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("select $$a;b$$", "postgresql"),
        ("select $x$a$$;b$x$", "postgresql"),
        ("select e'\\';'", "postgresql"),
        ("select a$b$ from t -- $b$;", "postgresql"),
        ("select /* a /* b */ ; */ 1", "postgresql"),
        ("select '\\';'", "mysql"),
        ("select `a;b`", "mysql"),
        ("select 1 # ;", "mysql"),
        ("select [a;b]", "sqlite"),
    ],
)
def test_a_semicolon_in_text_ends_nothing(query: str, dialect: Dialect) -> None:
    assert single(query, dialect) in query


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("select '\\'; drop table t --'", "postgresql"),
        ("select $$a; drop table t", "postgresql"),
        ("select $x$a$X$; select 1", "postgresql"),
        ("select /* a */ ; */ 1", "mysql"),
        ("select 1 /* a", "postgresql"),
        ("select /* /* */ 1", "postgresql"),
        ("select 1 /*/ x */; select 2", "postgresql"),
        ("select 1--1; select 2", "mysql"),
        ("select '\\'; select 1 --'", "sqlite"),
    ],
)
def test_each_dialect_reads_its_own_marks(query: str, dialect: Dialect) -> None:
    with pytest.raises(RefusedError):
        single(query, dialect)
