class User(Base)  # finds: SG100 warning
    pass
