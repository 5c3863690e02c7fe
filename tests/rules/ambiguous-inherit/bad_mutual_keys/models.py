"""The parent's table has a key to the child's table."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Asset(Base):
    __tablename__ = "asset"
    id = Column(Integer, primary_key=True)
    current_vehicle_id = Column(ForeignKey("vehicle.id", use_alter=True, name="fk_current"))


class Vehicle(Asset):  # finds: SG104
    __tablename__ = "vehicle"
    id = Column(ForeignKey("asset.id"), primary_key=True)
