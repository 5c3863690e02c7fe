from sqlalchemy import ForeignKey
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    WriteOnlyMapped,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    customer: DynamicMapped[Customer] = relationship()  # finds: SG116
    payer: WriteOnlyMapped[Customer] = relationship(viewonly=True)  # finds: SG116
    many: DynamicMapped[Customer] = relationship(uselist=True, viewonly=True)  # finds: SG116
