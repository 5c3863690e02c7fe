from .account import Account
from .payment import Payment
