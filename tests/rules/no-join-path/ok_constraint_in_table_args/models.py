"""The key is a ForeignKeyConstraint."""

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Country(Base):
    __tablename__ = "country"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)


class City(Base):
    __tablename__ = "city"
    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2))
    country: Mapped["Country"] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["country_code"], ["country.code"], ondelete="CASCADE"),
        UniqueConstraint("country_code", "id"),
    )
