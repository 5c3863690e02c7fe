"""The HTTP API."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop.currencies import symbol
from shop.database import session
from shop.models import Order
from shop.presence import hold

Database = Annotated[Session, Depends(session)]


@asynccontextmanager
async def present(_: FastAPI) -> AsyncIterator[None]:
    """Hold the lock of the web process while it serves; a trial is beside that."""
    if "SAFEGUARDS_TRIAL" not in os.environ:
        hold("web")
    yield


app = FastAPI(lifespan=present)


@app.get("/health")
def health(database: Database) -> dict[str, str]:
    """Is the database there?"""
    database.execute(text("SELECT 1"))
    return {"status": "ok"}


@app.get("/orders")
def orders(database: Database) -> list[dict[str, str]]:
    """Every order, with its customer and its price in the shop's currency."""
    currency = symbol(os.environ["SHOP_CURRENCY"])
    return [
        {
            "item": order.item,
            "customer": order.customer.name,
            "price": f"{order.cents / 100:.2f} {currency}",
        }
        for order in database.scalars(select(Order).order_by(Order.id))
    ]
