"""CamelCase becomes snake_case, digits and capitals included."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class HTTPRequest(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class OAuth2Token(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    request_id = db.Column(db.Integer, db.ForeignKey("http_request.id"))
    request = db.relationship("HTTPRequest")


class Grant(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    token_id = db.Column(db.Integer, db.ForeignKey("o_auth2_token.id"))
    token = db.relationship("OAuth2Token")
