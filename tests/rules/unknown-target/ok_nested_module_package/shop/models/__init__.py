from .base import Base
from .cart import Cart, Line
