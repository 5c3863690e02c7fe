"""A table bound inside the call that maps it."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __table__ = (
        table := Table(
            "loan",
            Base.metadata,
            Column("id", Integer, primary_key=True),
            (lender_id := Column("lender_id", ForeignKey("user.id"))),
            Column("borrower_id", ForeignKey("user.id")),
        )
    )
    lender = relationship("User")  # finds: SG101
