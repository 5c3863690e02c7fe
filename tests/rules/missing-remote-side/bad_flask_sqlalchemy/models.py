"""A thread of comments."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Comment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    parent_id = db.Column(db.Integer, db.ForeignKey("comment.id"))
    replies = db.relationship("Comment", backref=db.backref("parent"), lazy="dynamic")  # finds: SG110
