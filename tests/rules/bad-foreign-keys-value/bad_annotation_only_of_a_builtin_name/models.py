from typing import Annotated, Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

key = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[key]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))
    parent: Mapped[Optional["Node"]] = relationship(remote_side=[id])  # finds: SG113
    other: Mapped[Optional["Node"]] = relationship(remote_side="Node.id", viewonly=True)
