from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, ForeignKey, Integer, Table

db = SQLAlchemy()

steps = Table(
    "steps",
    db.Model.metadata,
    Column("pipeline_id", Integer, ForeignKey("pipeline.id")),
    Column("job_id", Integer),
)


class Pipeline(db.Model):
    id = Column(Integer, primary_key=True)
    jobs = db.relationship("Job", secondary=steps)  # finds: SG103


class Job(db.Model):
    id = Column(Integer, primary_key=True)
