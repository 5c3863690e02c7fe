"""__init_subclass__ gives each class its table name and a key."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    def __init_subclass__(cls, **options):
        cls.__tablename__ = cls.__name__.lower() + "s"
        cls.owner_id = Column(ForeignKey("user.id"))
        super().__init_subclass__(**options)


class Loan(Owned, Base):
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    lender = relationship("User")  # finds: SG101
