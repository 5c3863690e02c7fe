from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class Version(Base):
    __tablename__ = "version"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    later = relationship(
        "Change", primaryjoin="Version.number < foreign(Change.number)", viewonly=True
    )
    own = relationship(
        "Change",
        primaryjoin="and_(Version.id == Change.version_id, Version.number < Change.number)",
        foreign_keys="Change.version_id",
        secondaryjoin=None,
    )


class Change(Base):
    __tablename__ = "change"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    version_id = Column(Integer)
