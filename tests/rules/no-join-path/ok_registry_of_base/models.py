"""A registry, reached through the base that it made."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

order_tag = Table(
    "order_tag",
    Base.registry.metadata,
    Column("order_id", Integer, ForeignKey("order.id"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", secondary="order_tag", back_populates="tags")


@Base.registry.mapped
class Order:
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary=order_tag, back_populates="orders")
