"""What may be a column that the text does not show is not called a mistake."""

from __future__ import annotations

import pytest
from tests.support.scan_case import assert_clean, found, scan_files

MODELS = """\
from {package} import mixins
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base, mixins.Timed):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", order_by="Author.{column}")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    author_too = Column(ForeignKey("author.{column}"))
"""
KEYLESS = [("oslo_db", "created_at"), ("sqlalchemy_utils", "updated")]


@pytest.mark.parametrize(("package", "column"), [*KEYLESS, ("vendored", "uuid")])
def test_a_mixin_from_elsewhere_may_bring_the_column(package: str, column: str) -> None:
    assert_clean({"models.py": MODELS.format(package=package, column=column).encode()})


@pytest.mark.parametrize("package", ["oslo_db", "sqlalchemy_utils"])
def test_what_a_known_mixin_does_not_bring_is_a_mistake(package: str) -> None:
    files = {"models.py": MODELS.format(package=package, column="idx").encode()}
    assert {each.rule for each in found(scan_files(files))} == {"SG107", "SG113"}


def test_a_mixin_of_the_project_is_known() -> None:
    files = {
        "models.py": MODELS.format(package="shop", column="created_at").encode(),
        "shop/__init__.py": b"",
        "shop/mixins.py": b"class Timed:\n    pass\n",
    }
    assert {each.rule for each in found(scan_files(files))} == {"SG107", "SG113"}
