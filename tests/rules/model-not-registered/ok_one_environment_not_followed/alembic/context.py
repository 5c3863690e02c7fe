def configure(**options):
    pass
