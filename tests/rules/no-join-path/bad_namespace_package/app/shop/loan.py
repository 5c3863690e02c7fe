from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from ..models.base import Base
from ..models.user import User


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)
    user = relationship(User)  # finds: SG103
