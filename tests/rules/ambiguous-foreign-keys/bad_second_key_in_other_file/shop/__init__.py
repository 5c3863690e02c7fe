"""Another module gained the second key."""

from .customer import Customer
from .order import Order
