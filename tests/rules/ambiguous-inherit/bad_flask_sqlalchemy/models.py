"""Joined inheritance on db.Model."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    kind = db.Column(db.String(20))


class Book(Item):  # finds: SG104
    id = db.Column(db.Integer, db.ForeignKey("item.id"), primary_key=True)
    sequel_to_id = db.Column(db.Integer, db.ForeignKey("item.id"))
