"""sa and orm as people import them."""

import sqlalchemy as sa
from sqlalchemy import orm

Base = orm.declarative_base()


class Currency(Base):
    __tablename__ = "currency"
    code = sa.Column(sa.String(3), primary_key=True)


class Rate(Base):
    __tablename__ = "rate"
    id = sa.Column(sa.Integer, primary_key=True)
    source_code = sa.Column(sa.String(3), sa.ForeignKey("currency.code"))
    target_code = sa.Column(sa.String(3), sa.ForeignKey("currency.code"))
    source = orm.relationship("Currency")  # finds: SG101
