from sqlalchemy import Column, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Tenant(Base):
    __tablename__ = "tenant"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "user"
    tenant_id = Column(Integer, primary_key=True)
    id = Column(Integer, primary_key=True)


class Team(Base):
    __tablename__ = "team"
    tenant_id = Column(Integer, primary_key=True)
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tenant_id = Column(Integer)
    user_id = Column(Integer)
    team_id = Column(Integer)
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "user_id"], ["user.tenant_id", "user.id"]),
        ForeignKeyConstraint(["tenant_id", "team_id"], ["team.tenant_id", "team.id"]),
    )
    user = relationship("User")
    team = relationship("Team")  # finds: SG115 warning
