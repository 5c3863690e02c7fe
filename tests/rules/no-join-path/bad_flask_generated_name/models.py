"""The generated name of BlogPost is blog_post."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class BlogPost(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    comments = db.relationship("Comment", backref="post")  # finds: SG103


class Comment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    post_id = db.Column(db.Integer, db.ForeignKey("blogpost.id"))  # finds: SG107 warning
