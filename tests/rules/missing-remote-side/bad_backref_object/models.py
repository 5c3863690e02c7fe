"""backref() without remote_side."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Page(Base):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer, ForeignKey("page.id"))
    children = relationship("Page", backref=backref("parent", lazy="joined"))  # finds: SG110
