from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Asset(Base):
    __tablename__ = "asset"
    id: Mapped[int] = mapped_column(primary_key=True)


class Vehicle(Asset):
    __tablename__ = "vehicle"
    id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    trips: Mapped[list["Trip"]] = relationship(back_populates="carrier")  # finds: SG112 warning


class Trip(Base):
    __tablename__ = "trip"
    id: Mapped[int] = mapped_column(primary_key=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    carrier: Mapped["Vehicle"] = relationship(
        back_populates="trips", foreign_keys=[asset_id]
    )
