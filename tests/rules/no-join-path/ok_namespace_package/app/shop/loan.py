from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from ..models.everything import Base, Person


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user.id"))
    user = relationship(Person)
