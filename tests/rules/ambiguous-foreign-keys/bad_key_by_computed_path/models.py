"""A declared_attr that is no column: the path of the key, which other classes refer to."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship


class Root:
    @declared_attr
    def __tablename__(self):
        """The name of this model's table."""
        return self.__name__.lower()

    @declared_attr
    def key_path(self):
        return f"{self.__tablename__:s}.id"

    id = Column(Integer, primary_key=True)


Base = declarative_base(cls=Root)


class Client(Base):
    @declared_attr
    def __tablename__(self):
        return "api_client"

    orders = relationship("Order")  # finds: SG101


class Order(Base):
    payer_id = Column(ForeignKey(Client.key_path))
    buyer_id = Column(ForeignKey("api_client.id"))
    parent_id = Column(ForeignKey("order.id"))
    parent = relationship("Order", remote_side="Order.id")
