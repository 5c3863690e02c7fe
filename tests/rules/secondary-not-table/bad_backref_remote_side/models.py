from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    size = Column(Integer)
    author_id = Column(ForeignKey("user.id"))
    author = relationship("User", backref=backref("posts", remote_side=[author_id]))
    reader = relationship("User", backref=backref("read", remote_side=[size]), viewonly=True)  # finds: SG117
