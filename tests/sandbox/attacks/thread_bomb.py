"""Start threads until no more are allowed."""

import threading
import time

from told import reached, refused

MOST = 2000
started = 0
try:
    while started < MOST:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError as error:
    refused(f"thread {started}: {error}")
if started == MOST:
    reached(f"{started} threads")
