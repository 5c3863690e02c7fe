"""`python -m safeguards`."""

from safeguards.cli.main import run

if __name__ == "__main__":
    run()
