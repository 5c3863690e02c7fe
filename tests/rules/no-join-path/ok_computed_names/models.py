"""Names put together in each way there is."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class Named:
    @declared_attr
    def __tablename__(cls):
        return "app_" + cls.__name__[0].lower() + cls.__name__[1:]

    id = Column(Integer, primary_key=True)


SCHEMA = {"user": "app_user"}


class User(Named, Base):
    pass


class Loan(Named, Base):
    lender_id = Column(ForeignKey("{table}.id".format(table=SCHEMA.get("user"))))
    lender = relationship("User")


class Gift(Named, Base):
    giver_id = Column(ForeignKey("%(table)s.%(column)s" % {"table": "app_user", "column": "id"}))
    giver = relationship("User")


class Note(Named, Base):
    giver_id = Column(ForeignKey(f"{User.__tablename__}.{'id'!s}"))
    giver = relationship("User")
