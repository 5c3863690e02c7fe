"""The one engine of the toy; each question has a connection of its own, none is kept."""

import os

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

URL = os.environ["DRILL_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
engine = create_engine(URL, poolclass=NullPool)
