from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)


class Contact(Base):
    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    home: Mapped[int] = mapped_column("home_id", ForeignKey("address.id"))
    work: Mapped[int] = mapped_column("work_id", ForeignKey("address.id"))
    at_home: Mapped["Address"] = relationship(foreign_keys="Contact.home_id")  # finds: SG113
    at_work: Mapped["Address"] = relationship(foreign_keys="Contact.work")
