"""Real SQLAlchemy 1.4, 2.0 and 2.1 judge every rule case: errors are what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.oracle import VERSIONS, Oracle, OracleError
from tests.support.oracle_cases import Case, Settings, all_cases
from tests.support.oracle_match import disagreements
from tests.support.oracle_recognised import misnamed

pytestmark = pytest.mark.oracle

JUDGED = [(version, case) for case in all_cases() for version in case.settings.versions]
each_oracle = pytest.mark.parametrize("oracle", VERSIONS, indirect=True)


@pytest.mark.parametrize(
    ("oracle", "case"),
    JUDGED,
    ids=[f"{version}-{case.slug}/{case.name}" for version, case in JUDGED],
    indirect=["oracle"],
)
def test_sqlalchemy_agrees_with_the_case(oracle: Oracle, case: Case) -> None:
    verdict = oracle.judge(case.root, source_roots=case.settings.source_roots)
    assert disagreements(case, oracle.version, verdict) == []
    assert misnamed(case, oracle.version, verdict) == []


AMBIGUOUS = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    pots = relationship("Pots"){misspelled}


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
    author = relationship("User"){ambiguous}
    editor = relationship("User", foreign_keys=[editor_id]){fine}
"""
TRUE = {"misspelled": "  # finds: SG105", "ambiguous": "  # finds: SG101", "fine": ""}


@each_oracle
@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (TRUE, []),
        (TRUE | {"misspelled": ""}, ["refused, not expected: User.pots: InvalidRequestError"]),
        (
            TRUE | {"ambiguous": ""},
            ["refused, not expected: Post.author: AmbiguousForeignKeysErro"],
        ),
        (TRUE | {"fine": "  # finds: SG101"}, ["expected, not refused: models.py:19 SG101"]),
        (TRUE | {"fine": "  # finds: SG110 warning"}, []),
    ],
    ids=["true", "fault missing", "second fault missing", "fault too many", "silent fault"],
)
def test_a_wrong_expectation_is_noticed(
    oracle: Oracle, tmp_path: Path, marks: dict[str, str], said: list[str]
) -> None:
    (tmp_path / "models.py").write_text(AMBIGUOUS.format(**marks))
    case = Case("slug", "case", tmp_path, Settings())
    found = disagreements(case, oracle.version, oracle.judge(tmp_path))
    assert [line[: len(start)] for line, start in zip(found, said, strict=True)] == said


@each_oracle
@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(3)"])
def test_a_project_that_hangs_or_dies_is_no_verdict(
    oracle: Oracle, tmp_path: Path, body: str
) -> None:
    (tmp_path / "models.py").write_text(body)
    with pytest.raises(OracleError, match="gave no verdict"):
        oracle.judge(tmp_path, timeout=1.0)
    (tmp_path / "models.py").write_text("VALUE = 1")
    assert oracle.judge(tmp_path).faults == ()
