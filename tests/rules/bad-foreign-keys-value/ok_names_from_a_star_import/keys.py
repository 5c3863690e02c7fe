address_key = "address.id"
NAMES = ("address_key",)
globals()["hidden_key"] = None
