{{ cookiecutter.name }} = 1 2  # finds: SG100 warning
key = Column(Integer, primary_key=True)
