from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from shop import user
from shop.base import Base


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey(user.User.id))
    payer_id = Column(ForeignKey(user.User.__table__.c.id))
    payer = relationship(user.User, foreign_keys=[payer_id])
    user = relationship(user.User)  # finds: SG101
