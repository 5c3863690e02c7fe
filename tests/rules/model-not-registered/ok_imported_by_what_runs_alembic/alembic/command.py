def upgrade(config, revision):
    pass
