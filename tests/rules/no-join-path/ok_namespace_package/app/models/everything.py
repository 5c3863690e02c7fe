from .base import *
from .user import User as Person
