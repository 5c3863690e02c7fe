"""`python -m shop.seed`: the first customers and their orders."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.database import engine
from shop.models import Customer, Order

ORDERS = {"Ada": (("tea", 450), ("cups", 1290)), "Grace": (("coffee", 690),)}

with Session(engine) as session:
    for name, items in ORDERS.items():
        customer = session.scalar(select(Customer).where(Customer.name == name))
        customer = customer or Customer(name=name)
        customer.orders += [Order(item=item, cents=cents) for item, cents in items]
        session.add(customer)
    session.commit()
