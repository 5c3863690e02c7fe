"""`python -m shop.watch`: asks the shop over and over, and tells each time whether it answers."""

import os
import time
from urllib.request import urlopen

while True:
    began = time.monotonic()
    try:
        answered = urlopen(f"{os.environ['SHOP_URL']}/health", timeout=5).status == 200
    except OSError:
        answered = False
    print(f"{began:.3f} {'answered' if answered else 'silent'}", flush=True)
    time.sleep(0.05)
