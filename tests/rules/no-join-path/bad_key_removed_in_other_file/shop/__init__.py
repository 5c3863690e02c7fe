"""The key's file was cleaned up."""

from .customer import Customer
from .order import Order
