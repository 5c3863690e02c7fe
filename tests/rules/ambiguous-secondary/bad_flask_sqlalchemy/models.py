"""db.Table with two keys to one side."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
post_tags = db.Table(
    "post_tags",
    db.Column("post_id", db.Integer, db.ForeignKey("post.id"), primary_key=True),
    db.Column("tag_id", db.Integer, db.ForeignKey("tag.id"), primary_key=True),
    db.Column("parent_tag_id", db.Integer, db.ForeignKey("tag.id")),
)


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    tags = db.relationship("Tag", secondary=post_tags)  # finds: SG102


class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
