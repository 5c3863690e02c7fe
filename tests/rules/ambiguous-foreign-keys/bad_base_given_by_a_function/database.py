"""A base that a function puts in place of None."""

from sqlalchemy import MetaData
from sqlalchemy.orm import declarative_base

Base = None
settings = {}


def init(naming=None):
    global Base
    metadata = MetaData(naming_convention=naming)
    Base = declarative_base(metadata=metadata)


def reset():
    global settings
    settings = None


init()
