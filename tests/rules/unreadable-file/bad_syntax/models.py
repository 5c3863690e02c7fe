def broken(:  # finds: SG100 warning
    return 1


key = Column(Integer, primary_key=True)
