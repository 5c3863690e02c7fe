"""The table is named by a string."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Bundle, declarative_base, relationship

Base = declarative_base()


class Product(Base):
    __tablename__ = "product"
    id = Column(Integer, primary_key=True)
    bundles = relationship("Bundle", secondary="bundle_product")  # finds: SG102


class Bundle(Base):
    __tablename__ = "bundle"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


Table(
    "bundle_product",
    Base.metadata,
    Column("bundle_id", ForeignKey("bundle.id"), primary_key=True),
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("replaces_id", ForeignKey("product.id")),
)
