"""Start processes until no more are allowed."""

import os
import time

from told import reached, refused

MOST = 2000
started = 0
try:
    while started < MOST:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
except OSError as error:
    refused(f"process {started}: {error}")
if started == MOST:
    reached(f"{started} processes")
