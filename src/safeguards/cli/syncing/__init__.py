"""How a sync is put together, asked for and shown."""
