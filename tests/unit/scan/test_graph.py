"""The diagram of a project: who leads where, what is faulty, what is not judged."""

from __future__ import annotations

from safeguards.diagram import Box, Diagram
from safeguards.scan.engine import scan_and_resolve
from safeguards.scan.graph import draw
from safeguards.scan.sources import Sources

MODELS = b"""\
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
links = Table(
    "links",
    Base.metadata,
    Column("post_id", ForeignKey("post.id")),
    Column("tag_id", ForeignKey("tag.id")),
)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    maker_id = Column(ForeignKey("user.id"))
    keeper_id = Column(ForeignKey("user.id"))
    maker = relationship("User", foreign_keys=[maker_id], backref="made")
    keeper = relationship("User")
    tags = relationship("Tag", secondary=links)
    gone = relationship("Gone")
    chosen = relationship(eval(""))


class Draft(Post):
    pass


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
"""
USER = b"""\
from models import Base
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("user.id"))
    parent = relationship("User", uselist=False)
"""
FILES = {"models.py": MODELS, "user.py": USER}


def drawn(*judged: str) -> Diagram:
    result, resolution = scan_and_resolve(Sources(FILES))
    return draw(resolution, result.findings, lambda path: path in (judged or FILES))


def by_title(diagram: Diagram) -> dict[str, Box]:
    return {box.title: box for box in diagram.boxes}


def test_every_mapped_class_is_a_box_with_its_relationships() -> None:
    boxes = by_title(drawn())
    assert [*boxes] == ["Post", "Draft", "Tag", "User", "Gone"]
    assert [row.text for row in boxes["Post"].rows] == [
        "maker  * → 1",
        "keeper",
        "tags  * → * via links",
        "gone",
        "chosen",
    ]
    keys = {box.key: title for title, box in boxes.items()}
    leads = [keys.get(row.target or "") for row in boxes["Post"].rows]
    assert leads == ["User", "User", "Tag", "Gone", None]
    assert boxes["Draft"].parents == (boxes["Post"].key,)
    assert boxes["Tag"].subtitle == "tag"


def test_faults_are_marked_with_their_message() -> None:
    boxes = by_title(drawn())
    marks = {
        row.text.split()[0]: (row.mark, row.note.partition(" ")[0]) for row in boxes["Post"].rows
    }
    assert marks == {
        "maker": ("", ""),
        "keeper": ("error", "SG101"),
        "tags": ("", ""),
        "gone": ("error", "SG105"),
        "chosen": ("", ""),
    }
    assert boxes["User"].rows[0].mark == "warning"
    assert (boxes["Gone"].subtitle, boxes["Gone"].mark) == ("not defined", "error")


def test_what_is_not_judged_is_only_what_the_rest_leads_to() -> None:
    boxes = by_title(drawn("user.py"))
    assert [*boxes] == ["User"]
    boxes = by_title(drawn("models.py"))
    assert boxes["User"].rows == ()
