"""What `configure.py` is made of; its name is one that no project has for a module of its own."""
