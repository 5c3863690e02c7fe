from sqlalchemy import Column, ForeignKey

from .person import Person


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    mentor_id = Column(ForeignKey(Person.id))
