"""`python -m shop.status`: exit code 0 while every process of the shop runs."""

from shop.presence import PROCESSES, runs

absent = [name for name in PROCESSES if not runs(name)]
raise SystemExit(f"not running: {', '.join(absent)}" if absent else 0)
