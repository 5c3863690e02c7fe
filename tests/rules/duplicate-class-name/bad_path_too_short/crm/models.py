from base import Base
from sqlalchemy import Column, Integer


class Account(Base):
    __tablename__ = "crm_account"
    id = Column(Integer, primary_key=True)
