from .order import Order
from . import gift
