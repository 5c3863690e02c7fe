print "hello"  # finds: SG100 warning


key = Column(Integer, primary_key=True)
