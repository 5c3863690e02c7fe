from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[list["Transfer"]] = relationship(  # finds: SG111 warning
        back_populates="receiver", foreign_keys="Transfer.sender_id"
    )
    received: Mapped[list["Transfer"]] = relationship(  # finds: SG111 warning
        back_populates="sender", foreign_keys="Transfer.receiver_id"
    )


class Transfer(Base):
    __tablename__ = "transfer"
    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sender: Mapped["Account"] = relationship(  # finds: SG115 warning
        back_populates="received", foreign_keys=[sender_id]
    )
    receiver: Mapped["Account"] = relationship(  # finds: SG115 warning
        back_populates="sent", foreign_keys=[receiver_id]
    )
