"""db.Model with foreign_keys on both sides."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    sent = db.relationship("Message", foreign_keys="Message.sender_id", back_populates="sender")


class Message(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    sender_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    recipient_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    sender = db.relationship("User", foreign_keys=[sender_id], back_populates="sent")
    recipient = db.relationship("User", foreign_keys=[recipient_id])
