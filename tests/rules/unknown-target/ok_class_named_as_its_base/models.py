"""A class that has the name of the class it inherits from."""

from base import Base, Column, ForeignKey, Integer, User, relationship


class User(User):
    pass


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    lender = relationship(User)
