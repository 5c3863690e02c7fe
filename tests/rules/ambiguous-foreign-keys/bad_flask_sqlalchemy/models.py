"""db.Model and db.relationship, with a generated table name."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class BlogPost(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    comments = db.relationship("PostComment", backref="post", lazy=True)  # finds: SG101


class PostComment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    post_id = db.Column(db.Integer, db.ForeignKey("blog_post.id"), nullable=False)
    quoted_post_id = db.Column(db.Integer, db.ForeignKey("blog_post.id"))
