"""Keys into the same table name in another bind are other keys."""

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
    user = db.relationship("LogUser")
