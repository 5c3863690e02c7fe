"""A list of columns grows in a loop before the table is made of it."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

columns = [Column("id", Integer, primary_key=True)]
for index, role in enumerate(("lender", "borrower")):
    columns.append(Column(f"{role}_id", Integer, ForeignKey("user.id")))


class Loan(Base):
    __table__ = Table("loan", Base.metadata, *columns)
    lender = relationship("User")  # finds: SG101
