"""Configuration: TOML text in, checked values out; nothing here reads files or the environment."""
