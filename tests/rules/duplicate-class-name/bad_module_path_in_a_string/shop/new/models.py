from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

import shop.old.models
from shop.base import Base


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))
    account = relationship(
        "shop.new.models.Account", primaryjoin="new.models.Account.id == Order.account_id"
    )
    payer = relationship(  # finds: SG106
        "new.models.Account",
        primaryjoin="models.Account.id == models.Order.account_id",
        viewonly=True,
    )
