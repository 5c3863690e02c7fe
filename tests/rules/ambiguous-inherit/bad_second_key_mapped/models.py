"""The same with mapped_column()."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "node"}


class Link(Node):  # finds: SG104
    __tablename__ = "link"
    id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("node.id"))
    __mapper_args__ = {"polymorphic_identity": "link"}
