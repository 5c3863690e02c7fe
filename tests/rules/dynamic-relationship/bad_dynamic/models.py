from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, dynamic_loader, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", lazy="dynamic")  # finds: SG132
    drafts = dynamic_loader("Book", viewonly=True)  # finds: SG132


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    reader = relationship(  # finds: SG132
        "Author", viewonly=True, backref=backref("read", lazy="dynamic", viewonly=True)
    )
