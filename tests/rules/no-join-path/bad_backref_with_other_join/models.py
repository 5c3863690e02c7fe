from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
    author = relationship(
        User,
        foreign_keys=[author_id],
        backref=backref("written", foreign_keys="Post.author_id"),
    )
    editor = relationship(User, foreign_keys=[editor_id], backref=backref("edited", foreign_keys=[author_id]))  # finds: SG103
    checker = relationship(User, foreign_keys=[editor_id], viewonly=True, backref=backref("checked", primaryjoin="User.id == Post.author_id"))  # finds: SG103
    reader = relationship(
        User,
        foreign_keys=[editor_id],
        backref=backref(
            "read", primaryjoin="User.id == Post.author_id", foreign_keys=[author_id], viewonly=True
        ),
        viewonly=True,
    )
    printer = relationship(
        User,
        primaryjoin="foreign(Post.author_id) == User.id",
        backref=backref("printed", foreign_keys=[editor_id], viewonly=True),
        viewonly=True,
    )
