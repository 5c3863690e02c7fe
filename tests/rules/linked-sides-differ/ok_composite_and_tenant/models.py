from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Order(Base):
    __tablename__ = "order"
    shop = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    lines = relationship("Line", back_populates="order")


class Line(Base):
    __tablename__ = "line"
    id = Column(Integer, primary_key=True)
    shop = Column(Integer)
    number = Column(Integer)
    order = relationship(
        "Order",
        back_populates="lines",
        primaryjoin="and_(Line.number == Order.number)",
    )
    __table_args__ = (ForeignKeyConstraint(["shop", "number"], ["order.shop", "order.number"]),)
