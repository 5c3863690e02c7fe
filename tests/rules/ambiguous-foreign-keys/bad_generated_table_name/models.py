"""declared_attr makes the table names from the class names."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Named:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

    id: Mapped[int] = mapped_column(primary_key=True)


class Depot(Named, Base):
    name: Mapped[str]


class Shipment(Named, Base):
    from_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    origin: Mapped["Depot"] = relationship()  # finds: SG101
