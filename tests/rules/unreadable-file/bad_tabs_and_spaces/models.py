if True:
        first = 1
	second = 2  # finds: SG100 warning
	key = Column(Integer)
