"""A subclass without a primary key shares its parent's table."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Company(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    managers = db.relationship("Manager", back_populates="company")


class Employee(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    kind = db.Column(db.String(20))
    company_id = db.Column(db.ForeignKey("company.id"))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}


class Manager(Employee):
    company = db.relationship("Company", back_populates="managers")
    __mapper_args__ = {"polymorphic_identity": "manager"}
