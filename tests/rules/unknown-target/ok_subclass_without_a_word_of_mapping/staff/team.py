from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from staff.employee import Base


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    managers = relationship("Manager")
