"""A key does not reach into another bind."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class LogEntry(db.Model):
    __bind_key__ = "log"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))  # finds: SG107 warning
    user = db.relationship("User")  # finds: SG103
