"""Abstract bases, explicit names and mixins in Flask-SQLAlchemy."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Stamped:
    created = db.Column(db.DateTime)


class Model(db.Model):
    __abstract__ = True
    id = db.Column(db.Integer, primary_key=True)


class APIKey(Stamped, Model):
    owner_id = db.Column(db.ForeignKey("people.id"))
    owner = db.relationship("Person")


class Person(Model):
    __tablename__ = "people"


class KeyUse(Model):
    key_id = db.Column(db.ForeignKey("api_key.id"))
    key = db.relationship(APIKey)
