"""Names arrive through two star imports."""

from common import *


class Parent(Base):
    __tablename__ = "parent"
    id = Column(Integer, primary_key=True)


class Child(Base):
    __tablename__ = "child"
    id = Column(Integer, primary_key=True)
    mother_id = Column(ForeignKey("parent.id"))
    father_id = Column(ForeignKey("parent.id"))
    mother = relationship("Parent")  # finds: SG101
