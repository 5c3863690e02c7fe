"""A model of another bind has a MetaData of its own."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class LogUser(db.Model):
    __bind_key__ = "log"
    __tablename__ = "user"
    id = db.Column(db.Integer, primary_key=True)


class LogEntry(db.Model):
    __bind_key__ = "log"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))
    actor_id = db.Column(db.ForeignKey("user.id"))
    user = db.relationship("LogUser")  # finds: SG101
