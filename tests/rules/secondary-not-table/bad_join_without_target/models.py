from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    boss_id = Column(Integer)
    boss = relationship("Boss", primaryjoin=id == foreign(boss_id))  # finds: SG117


class Boss(Base):
    __tablename__ = "boss"
    id = Column(Integer, primary_key=True)
