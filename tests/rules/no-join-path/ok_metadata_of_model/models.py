"""Flask-SQLAlchemy's metadata is also that of its Model."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import relationship

db = SQLAlchemy()

order_tag = Table(
    "order_tag",
    db.Model.metadata,
    Column("order_id", Integer, ForeignKey("order.id"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tag.id"), primary_key=True),
)


class Tag(db.Model):
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", secondary=order_tag, back_populates="tags")


class Order(db.Model):
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary="order_tag", back_populates="orders")
