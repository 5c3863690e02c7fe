from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Server(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class OnServer:
    @db.declared_attr
    def server_id(cls):
        return db.Column(db.ForeignKey("server.id"))


class Job(OnServer, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    backup_id = db.Column(db.ForeignKey("server.id"))
    server = db.relationship("Server")  # finds: SG101
    backup = db.relationship("Server", foreign_keys=[backup_id])


class Task(OnServer, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    server = db.relationship("Server")
