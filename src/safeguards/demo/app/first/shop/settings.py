"""Where the shop keeps what outlives a release: its database, and what is beside that."""

import os
from pathlib import Path

DATABASE = os.environ.get("SHOP_DATABASE", "sqlite:///var/shop.db")
FOLDER = Path(DATABASE.removeprefix("sqlite:///")).parent
FOLDER.mkdir(exist_ok=True)
