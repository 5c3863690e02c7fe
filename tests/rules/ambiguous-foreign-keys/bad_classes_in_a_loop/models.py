"""Classes made by type() in a loop over zip."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

for name, table in zip(("Loan", "Gift"), ("loan", "gift")):
    type(
        name,
        (Base,),
        {
            "__tablename__": table,
            "id": Column(Integer, primary_key=True),
            "giver_id": Column(ForeignKey("user.id")),
            "taker_id": Column(ForeignKey("user.id")),
            "giver": relationship("User"),  # finds: SG101
        },
    )
