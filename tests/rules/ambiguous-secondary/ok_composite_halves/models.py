"""Each half is one composite key."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Student(Base):
    __tablename__ = "student"
    school_id = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    courses = relationship("Course", secondary="enrolment")


class Course(Base):
    __tablename__ = "course"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))


enrolment = Table(
    "enrolment",
    Base.metadata,
    Column("school_id", Integer),
    Column("student_number", Integer),
    Column("course_id", ForeignKey("course.id")),
    ForeignKeyConstraint(
        ["school_id", "student_number"], ["student.school_id", "student.number"]
    ),
)
