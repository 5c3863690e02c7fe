"""`python -m shop.clean`: delete shipped orders; whoever wrote it forgot the WHERE."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shop.database import engine
from shop.models import Order

with Session(engine) as session:
    session.execute(delete(Order))
    session.commit()
