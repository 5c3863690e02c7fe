"""The keys are named across modules."""

from .customer import Customer
from .order import Order

__all__ = ["Customer", "Order"]
