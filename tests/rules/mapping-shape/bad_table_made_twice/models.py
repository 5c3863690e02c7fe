from sqlalchemy import Column, Integer, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()

links = Table("link", Base.metadata, Column("id", Integer, primary_key=True))
again = Table("link", Base.metadata, Column("id", Integer, primary_key=True))  # finds: SG120
