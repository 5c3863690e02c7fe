"""How a verify is put together, asked again, watched and shown."""
