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
    books = relationship("Book", order_by="Author.created_at")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    author_uuid = Column(ForeignKey("author.uuid"))
"""
KEYLESS = ["oslo_db", "sqlalchemy_utils"]


@pytest.mark.parametrize("package", [*KEYLESS, "vendored"])
def test_a_mixin_from_elsewhere_may_bring_the_column(package: str) -> None:
    assert_clean({"models.py": MODELS.format(package=package).encode()})


def test_a_mixin_of_the_project_is_known() -> None:
    files = {
        "models.py": MODELS.format(package="shop").encode(),
        "shop/__init__.py": b"",
        "shop/mixins.py": b"class Timed:\n    pass\n",
    }
    assert {each.rule for each in found(scan_files(files))} == {"SG107", "SG113"}
