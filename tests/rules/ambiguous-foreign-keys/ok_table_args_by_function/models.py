"""__table_args__ from declared_attr.directive, added to those of a mixin."""

from sqlalchemy import ForeignKeyConstraint

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Audited:
    editor_id = Column(Integer)

    @declared_attr.directive
    def __table_args__(cls):
        return (ForeignKeyConstraint(["editor_id"], ["user.id"]),)


class Loan(Audited, Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(Integer)
    lender = relationship("User", foreign_keys=[lender_id])

    @declared_attr.directive
    def __table_args__(cls):
        own = [ForeignKeyConstraint(["lender_id"], ["user.id"])]
        own.extend(Audited.__table_args__)
        return tuple(own)
