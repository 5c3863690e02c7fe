from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class Version(Base):
    __tablename__ = "version"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    later = relationship("Change", primaryjoin="Version.number < foreign(Change.number)")  # finds: SG117
    other = relationship(  # finds: SG117
        "Change",
        primaryjoin="and_(Version.number < Change.number, Version.id != Change.version_id)",
        foreign_keys="Change.number",
    )


class Change(Base):
    __tablename__ = "change"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    version_id = Column(Integer)
