from app.order import Order


class Gift(Order):
    pass
