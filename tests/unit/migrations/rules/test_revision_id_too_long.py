from __future__ import annotations

from tests.support.histories import check_with, found, text

V = "m/versions/"
LONG = "x" * 33
WIDER = "op.alter_column('alembic_version', 'version_num', type_=sa.String(40))"
FILES = {f"{V}1.py": text("1"), f"{V}2.py": text(LONG, "1")}


def test_one_character_too_much() -> None:
    (finding,) = found(FILES)
    assert (finding.rule, finding.place.path) == ("SG206", f"{V}2.py")
    assert "has 33 characters, and version_num takes 32: postgresql refuses it" in finding.message
    assert found({f"{V}1.py": text("x" * 32)}) == []


def test_sqlite_takes_any() -> None:
    assert check_with(FILES, dialect="sqlite") == []


def test_a_revision_before_it_or_itself_may_widen_the_column() -> None:
    assert found(FILES | {f"{V}1.py": text("1", None, WIDER)}) == []
    assert found(FILES | {f"{V}2.py": text(LONG, "1", WIDER)}) == []


def test_a_revision_after_it_comes_too_late() -> None:
    assert len(found(FILES | {f"{V}3.py": text("3", LONG, WIDER)})) == 1


def test_wider_may_still_be_too_narrow() -> None:
    files = {f"{V}1.py": text("1", None, WIDER), f"{V}2.py": text("x" * 41, "1")}
    (finding,) = found(files)
    assert "version_num takes 40" in finding.message


def test_env_may_make_the_table_itself() -> None:
    env = "Table('alembic_version', m, Column('version_num', String(64)))\n"
    assert found(FILES | {"m/env.py": env}) == []
