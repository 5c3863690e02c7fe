{{ cookiecutter.name }} = 1 2  # finds: SG100 warning
