"""`python -m shop.worker`: ships what was ordered."""

import os
import time

from sqlalchemy import update
from sqlalchemy.orm import Session

from shop.database import engine
from shop.models import Order
from shop.presence import hold

PAUSE = float(os.environ["SHOP_PAUSE"])

hold("worker")
while True:
    with Session(engine) as session:
        session.execute(update(Order).where(~Order.shipped).values(shipped=True))
        session.commit()
    time.sleep(PAUSE)
