"""Table names made from class names with regular expressions."""

import re

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

BEFORE_CAPITALS = re.compile(r"(?<!^)(?=[A-Z])")


def snake_case(name):
    first = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", first).lower()


class Named:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return BEFORE_CAPITALS.sub("_", cls.__name__).lower()


Base = declarative_base(cls=Named)


class SalesTax(Base):
    pass


class HTTPOrder(Base):
    __tablename__ = snake_case("HTTPOrder")
    tax_id = Column(Integer, ForeignKey("sales_tax.id"))
    old_tax_id = Column(Integer, ForeignKey("sales_tax.id"))
    previous_id = Column(Integer, ForeignKey("http_order.id"))
    tax = relationship("SalesTax")  # finds: SG101
    previous = relationship("HTTPOrder", remote_side="HTTPOrder.id")
