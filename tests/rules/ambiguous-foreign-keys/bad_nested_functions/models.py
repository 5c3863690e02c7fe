"""Functions in functions make the classes when the module is imported."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def make_all():
    def keys(*names):
        return {f"{name}_id": Column(ForeignKey("user.id")) for name in names}

    def make(name, *names):
        body = {"__tablename__": name, "id": Column(Integer, primary_key=True)}
        body.update(keys(*names))
        body["lender"] = relationship("User")  # finds: SG101
        return type(name.title(), (Base,), body)

    return [make("loan", "lender", "borrower"), make("gift", "lender", "taker")]


MODELS = make_all()
