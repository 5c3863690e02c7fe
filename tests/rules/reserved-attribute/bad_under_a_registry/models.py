from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import registry

mapped = registry()


@mapped.mapped
class Document:
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    metadata = Column(String)  # finds[1.4, 2.0]: SG122  # finds[2.1]: SG122 warning
