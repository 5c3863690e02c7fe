"""Joined and single children on db.Model."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    kind = db.Column(db.String(20))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "item"}


class Book(Item):
    id = db.Column(db.Integer, db.ForeignKey("item.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "book"}


class Gift(Item):
    given_by_id = db.Column(db.Integer, db.ForeignKey("item.id"))
    __mapper_args__ = {"polymorphic_identity": "gift"}
