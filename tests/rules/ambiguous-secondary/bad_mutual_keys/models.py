"""The association table and the target point at each other."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
enrolment = Table(
    "enrolment",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("student.id")),
    Column("course_id", ForeignKey("course.id")),
)


class Student(Base):
    __tablename__ = "student"
    id = Column(Integer, primary_key=True)
    courses = relationship("Course", secondary=enrolment)  # finds: SG102


class Course(Base):
    __tablename__ = "course"
    id = Column(Integer, primary_key=True)
    first_enrolment_id = Column(ForeignKey("enrolment.id", use_alter=True, name="fk_first"))
