"""Classes that descend from themselves: Python refuses them, and a scan ends all the same."""

from __future__ import annotations

import pytest
from tests.support.scan_case import scan_files

HEAD = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()
"""
BODY = """
    __tablename__ = "{name}"
    id = Column(Integer, primary_key=True)
    __mapper_args__ = {{"polymorphic_on": "id", "polymorphic_identity": "{name}"}}
    parent_id = Column(ForeignKey("{name}.id"))
    parent = relationship("{name}", back_populates="children")
"""


@pytest.mark.parametrize(
    "bases",
    [
        {"A": "A, Base"},
        {"A": "Base, A"},
        {"A": "B, Base", "B": "A, Base"},
        {"A": "B", "B": "C, Base", "C": "A"},
        {"A": "B, Base", "B": "C", "C": "B, Base"},
    ],
    ids=str,
)
def test_a_cycle_of_bases_ends(bases: dict[str, str]) -> None:
    classes = [f"class {name}({base}):{BODY.format(name=name)}" for name, base in bases.items()]
    result = scan_files({"models.py": (HEAD + "\n\n".join(classes)).encode()})
    assert 1 <= result.relationships <= len(bases)
