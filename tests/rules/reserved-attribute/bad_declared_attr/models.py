from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Described:
    @declared_attr
    def metadata(cls):  # finds[1.4, 2.0]: SG122  # finds[2.1]: SG122 warning
        return Column(String)


class Document(Described, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
