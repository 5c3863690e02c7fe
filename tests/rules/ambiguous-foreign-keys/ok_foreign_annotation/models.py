"""foreign() and remote() in the join say everything."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class Host(Base):
    __tablename__ = "host"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Alert(Base):
    __tablename__ = "alert"
    id = Column(Integer, primary_key=True)
    host_id = Column(ForeignKey("host.id"))
    source_id = Column(ForeignKey("host.id"))
    host = relationship("Host", primaryjoin="foreign(Alert.host_id) == remote(Host.id)")
    source = relationship(Host, primaryjoin=lambda: foreign(Alert.source_id) == Host.id)
