"""Names put together in each way there is; one key is spelled for another table."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

PREFIX = "app_"
TABLES = {"user": PREFIX + "user", "loan": "%sloan" % PREFIX}


def table_name(name, *, plural=False):
    if plural:
        return "{}{}s".format(PREFIX, name)
    return f"{PREFIX}{name.lower()}"


class User(Base):
    __tablename__ = TABLES["user"]
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "_".join(("app", "loan"))
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey(table_name("User") + ".id"))
    lender = relationship("User")


class Gift(Base):
    __tablename__ = PREFIX.replace("app", "gift").rstrip("_")
    id = Column(Integer, primary_key=True)
    giver_id = Column(ForeignKey(table_name("User", plural=True) + ".id"))  # finds: SG107 warning
    giver = relationship("User")  # finds: SG103
