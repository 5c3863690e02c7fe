"""registry.generate_base() and a base with a generated name."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declared_attr, registry, relationship


class Model:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


Base = registry(metadata=MetaData()).generate_base(cls=Model)


class User(Base):
    name = Column(String(50))


class Loan(Base):
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = relationship("User")  # finds: SG101
